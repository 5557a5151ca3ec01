import {
  GatehouseError,
  type LoggedChange,
  type Revision,
  type UnreachableReason,
} from '../domain/index.js';
import type { StoreReader } from '../store/index.js';

/** Most changes that are taken back for one past state: they are held in memory meanwhile. */
export const MAX_TAKEN_BACK = 50_000;

const PAGE = 5_000;
const FIRST_WINDOW = 64;

/**
 * Everything logged after one revision up to another, oldest first. It is read backwards in windows
 * that grow, so that what makes the past unreachable is met before everything older has been read.
 * @throws GatehouseError `REVISION_NOT_REACHABLE` for `wanted`.
 */
export async function readBack(
  reader: StoreReader,
  { after, to, wanted }: { after: Revision; to: Revision; wanted: Revision },
): Promise<LoggedChange[]> {
  const windows: LoggedChange[][] = [];
  let room = MAX_TAKEN_BACK;
  const oldest = await reader.oldestRevision();
  const kept = Math.max(after, oldest);
  for (let upper: number = to, width = FIRST_WINDOW; upper > kept; width *= 2) {
    const lower = Math.max(kept, upper - width);
    const window = await readWindow(reader, lower, upper, room + 1);
    requireReversible(wanted, window);
    if (window.length > room) throw unreachable(wanted, upper, 'TOO_MANY_CHANGES');
    room -= window.length;
    windows.unshift(window);
    upper = lower;
  }
  if (after < oldest) throw unreachable(wanted, oldest, 'LOG_CUT_OFF');
  return windows.flat();
}

/**
 * Refuses changes that cannot be taken back: the log does not tell what a directory held.
 * @throws GatehouseError `REVISION_NOT_REACHABLE`; what it was directly after the last one can be shown.
 */
function requireReversible(wanted: Revision, changes: readonly LoggedChange[]): void {
  for (let i = changes.length - 1; i >= 0; i--) {
    const { revision, change } = changes[i];
    if (change.kind === 'DirectoryReloaded') {
      throw unreachable(wanted, revision, 'DIRECTORY_RELOADED');
    }
    if (change.kind === 'DirectoryRemoved') {
      throw unreachable(wanted, revision, 'DIRECTORY_REMOVED');
    }
  }
}

/** Changes after `lower` up to `upper`; no more than about `limit`. */
async function readWindow(
  reader: StoreReader,
  lower: number,
  upper: number,
  limit: number,
): Promise<LoggedChange[]> {
  const found: LoggedChange[] = [];
  let cursor = { revision: lower as Revision, ordinal: Number.MAX_SAFE_INTEGER };
  while (found.length < limit) {
    const page = await reader.changes({ after: cursor, limit: PAGE });
    for (const change of page) if (change.revision <= upper) found.push(change);
    const last = page.at(-1);
    if (!last || page.length < PAGE || last.revision > upper) break;
    cursor = { revision: last.revision, ordinal: last.ordinal };
  }
  return found;
}

function unreachable(revision: number, oldest: number, reason: UnreachableReason): GatehouseError {
  return new GatehouseError('REVISION_NOT_REACHABLE', { revision, oldest, reason });
}
