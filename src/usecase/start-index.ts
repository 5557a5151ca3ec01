import { isDeepStrictEqual } from 'node:util';
import type { Revision } from '../domain/index.js';
import { PackedIndexUnfit, PermissionIndex } from '../engine/index.js';
import type { GatehouseStore, PackedUnfit, Resumption } from '../store/index.js';
import { withoutReloaded } from './reloads.js';

/**
 * One change of the log takes as long to read and apply as it saves to unpack so many bytes instead
 * of reading their rows: a longer tail than this allows is slower than the rows.
 */
const BYTES_WORTH_A_CHANGE = 600;
/** More than gather before the index is packed again; for fewer, it is fast either way. */
const ALWAYS_WORTH = 20_000;

/** Where the index of this process came from. */
export type IndexStart =
  | { readonly from: 'PACKED'; readonly packedAt: Revision; readonly changes: number }
  | {
      readonly from: 'ROWS';
      readonly because: NotPacked;
      /** What was thrown, if anything was. */
      readonly error: unknown;
    };

/** Why the rows were read: no packed index was there, or it was thrown away. */
export type NotPacked =
  | 'NONE'
  | PackedUnfit['unfit']
  /** The engine cannot read these bytes: another version's, most likely. */
  | 'OTHER_ENGINE'
  /** The log does not lead from it to the present, or only by too many changes. */
  | 'TAIL_TOO_LONG'
  /** With the log applied it differs from what the small tables say. */
  | 'OTHER_ROWS'
  | 'FAILED';

export interface StartedIndex {
  readonly index: PermissionIndex;
  readonly start: IndexStart;
}

/**
 * The index of the store's present state: the packed one with the tail of the log applied, or built
 * from the rows where that does not fit. The rows are the truth, so nothing about a packed index is
 * ever an error; what does not fit is thrown away.
 */
export async function startIndex(
  store: Pick<GatehouseStore, 'packed' | 'reader'>,
): Promise<StartedIndex> {
  const begun = await startFromPacked(store).catch((error: unknown) => notPacked('FAILED', error));
  if ('index' in begun) return begun;
  const index = new PermissionIndex(await store.reader.snapshot());
  return { index, start: begun };
}

async function startFromPacked({
  packed,
  reader,
}: Pick<GatehouseStore, 'packed' | 'reader'>): Promise<StartedIndex | IndexStart> {
  const found = await packed.read();
  if (!found) return notPacked('NONE');
  const started =
    'unfit' in found
      ? notPacked(found.unfit)
      : await resume(found, reader).catch((error: unknown) => notPacked('FAILED', error));
  // Where that fails, the next one that is packed takes its place.
  if (!('index' in started)) await packed.discard(found).catch(() => undefined);
  return started;
}

async function resume(
  { revision, bytes }: { readonly revision: Revision; readonly bytes: Uint8Array },
  reader: GatehouseStore['reader'],
): Promise<StartedIndex | IndexStart> {
  let index: PermissionIndex;
  try {
    index = PermissionIndex.unpack(bytes);
  } catch (error) {
    if (error instanceof PackedIndexUnfit) return notPacked('OTHER_ENGINE', error);
    throw error;
  }
  if (index.revision !== revision) return notPacked('ALTERED');
  const longest = Math.max(ALWAYS_WORTH, Math.floor(bytes.length / BYTES_WORTH_A_CHANGE));
  const tail = await reader.resume(revision, longest);
  if (!tail) return notPacked('TAIL_TOO_LONG');
  const { changes } = tail;
  if (changes.length > 0) {
    index.apply(tail.revision, withoutReloaded(changes, tail.reloaded), tail.reloaded);
  }
  if (!agrees(index, tail)) return notPacked('OTHER_ROWS');
  return { index, start: { from: 'PACKED', packedAt: revision, changes: changes.length } };
}

/** Somebody may have changed the tables by hand; of the small ones it is seen. */
function agrees(index: PermissionIndex, { settings, scheme, directories }: Resumption): boolean {
  return (
    index.membershipMode === settings.membershipMode &&
    index.licence().seatsAllowed === settings.licenceLimit &&
    isDeepStrictEqual(index.scheme.scheme, scheme) &&
    isDeepStrictEqual(index.directories(), directories)
  );
}

function notPacked(because: NotPacked, error: unknown = null): IndexStart {
  return { from: 'ROWS', because, error };
}
