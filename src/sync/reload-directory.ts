import type { GenerationId } from '../domain/index.js';
import type { GatehouseStore, Lease } from '../store/index.js';
import { membershipRows, nestingRows } from './apply-delta.js';
import type { DirectoryDelta } from './compare.js';
import type { EdgeSlots } from './edges.js';
import type { RemotePicture } from './read-remote.js';
import type { RowDelta } from './row-comparison.js';

/** Users or groups handed to the store at once: a megabyte or two. */
const BATCH_ROWS = 1_000;
/** Edges of one transaction of the store. */
const BATCH_EDGES = 50_000;

/**
 * Writes everything the remote side has as a new generation, which nobody sees until the directory
 * is switched to it. Users and groups that stay keep their ids.
 */
export async function reloadDirectory(
  store: GatehouseStore,
  lease: Lease,
  delta: DirectoryDelta,
  { memberships, nestings }: RemotePicture,
  onWritten: (rows: number) => void,
): Promise<GenerationId> {
  const reload = await store.beginReload(lease);
  let written = 0;
  const note = (rows: number) => {
    written += rows;
    onWritten(written);
  };
  const groupIds = await writeRows(delta.groups, (rows) => reload.addGroups(rows), note);
  const userIds = await writeRows(delta.users, (rows) => reload.addUsers(rows), note);
  for (const edges of batches(nestings)) {
    await reload.addNestings(nestingRows(edges, groupIds));
    note(edges.groups.length);
  }
  for (const edges of batches(memberships)) {
    await reload.addMemberships(membershipRows(edges, groupIds, userIds));
    note(edges.groups.length);
  }
  return reload.generation;
}

async function writeRows<Id, Facts>(
  { facts, ids }: RowDelta<Id, Facts, unknown>,
  write: (rows: { readonly id: Id | null; readonly facts: Facts }[]) => Promise<Id[]>,
  note: (rows: number) => void,
): Promise<Id[]> {
  const written: Id[] = [];
  for (let from = 0; from < ids.length; from += BATCH_ROWS) {
    const rows = ids
      .slice(from, from + BATCH_ROWS)
      .map((id, i) => ({ id, facts: facts(from + i) }));
    for (const id of await write(rows)) written.push(id);
    note(rows.length);
  }
  return written;
}

function* batches({ groups, members }: EdgeSlots): Generator<EdgeSlots> {
  for (let from = 0; from < groups.length; from += BATCH_EDGES) {
    yield {
      groups: groups.subarray(from, from + BATCH_EDGES),
      members: members.subarray(from, from + BATCH_EDGES),
    };
  }
}
