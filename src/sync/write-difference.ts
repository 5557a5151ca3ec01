import type { Directory, Origin, RunCounts, SynchronisationRun } from '../domain/index.js';
import type { DirectoryContents, GatehouseStore } from '../store/index.js';
import { applyDelta } from './apply-delta.js';
import { changedRows, type DirectoryDelta } from './compare.js';
import type { RemotePicture } from './read-remote.js';
import { reloadDirectory } from './reload-directory.js';

/** Below this a difference is always one transaction, however small the directory. */
const ALWAYS_ONE_TRANSACTION_ROWS = 1_000;
/** Above this it never is: a transaction holds the lock that all writers wait for. */
const ONE_TRANSACTION_ROWS = 20_000;
/** Between the two a share of the directory decides. */
const ONE_TRANSACTION_SHARE = 0.1;

/** Whether so large a difference is better written as a whole new generation than row by row. */
export function isBulk(
  delta: DirectoryDelta,
  held: DirectoryContents,
  remote: RemotePicture,
): boolean {
  const rows = changedRows(delta);
  if (rows > ONE_TRANSACTION_ROWS) return true;
  if (rows <= ALWAYS_ONE_TRANSACTION_ROWS) return false;
  const size = Math.max(heldRows(held), remoteRows(remote));
  return rows > size * ONE_TRANSACTION_SHARE;
}

/**
 * Brings the copy in line and ends the run, in one transaction that is seen whole or not at all.
 * @throws GatehouseError `RUN_SUPERSEDED`, and what the store and its witness refuse with.
 */
export async function writeDifference(
  store: GatehouseStore,
  run: SynchronisationRun,
  directory: Directory,
  work: {
    readonly delta: DirectoryDelta;
    readonly remote: RemotePicture;
    readonly bulk: boolean;
    readonly counts: RunCounts;
  },
): Promise<void> {
  const origin: Origin = { type: 'RUN', runId: run.id, directoryName: directory.name };
  const generation = work.bulk
    ? await reloadDirectory(store, directory.id, work.delta, work.remote)
    : null;
  await store.transact(origin, async (transaction) => {
    // First, because the difference fits only the copy that the current run has compared with.
    await transaction.finishRun(run.id, work.counts);
    if (generation === null) await applyDelta(transaction, directory.id, work.delta);
    else await transaction.switchGeneration(directory.id, generation);
  });
}

function heldRows({ users, groups, memberships, nestings }: DirectoryContents): number {
  return users.length + groups.length + memberships.users.length + nestings.children.length;
}

function remoteRows({ users, groups, memberships, nestings }: RemotePicture): number {
  return users.length + groups.length + memberships.groups.length + nestings.groups.length;
}
