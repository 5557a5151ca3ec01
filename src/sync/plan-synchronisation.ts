import {
  type DirectoryId,
  type DirectorySnapshot,
  GatehouseError,
  type RunCounts,
} from '../domain/index.js';
import { compareDirectory } from './compare.js';
import { objectionTo } from './objection.js';
import { type RemoteLists, readRemote } from './read-remote.js';
import { ReadTally } from './read-tally.js';
import { requirePlausible } from './require-plausible.js';
import { runCounts } from './run-counts.js';
import { snapshotAfter } from './snapshot-after.js';
import { requireSynchronisable, type SynchronisationServices } from './synchronise-directory.js';

/** What a run would leave behind if it ran now. */
export interface PlannedSynchronisation {
  /** The directory as it would be. Users and groups that are new have ids below zero. */
  readonly snapshot: DirectorySnapshot;
  readonly counts: RunCounts;
  /** Why the run would be held; `null` when it would not. */
  readonly objection: GatehouseError | null;
}

/** Milliseconds the server may take to tell everything. */
const READ_WITHIN_MS = 120_000;

/**
 * Reads, verifies and compares as a run does, and writes nothing: no record of a run, no row.
 * @throws GatehouseError as `synchroniseDirectory`, but for the run; what a run would fail with;
 *   `UNREACHABLE` when the server has not told everything within two minutes.
 */
export async function planSynchronisation(
  { store, connect, log, judge }: SynchronisationServices,
  directoryId: DirectoryId,
  options: { readonly readWithinMs?: number } = {},
): Promise<PlannedSynchronisation> {
  const directory = await requireSynchronisable(store, directoryId);
  const { connection } = directory;
  const tally = new ReadTally((record) =>
    log.warn(
      { directory: directory.name, record },
      'a record of the remote directory was set aside',
    ),
  );
  const password = await store.reader.directoryPassword(directoryId);
  const late = () =>
    new GatehouseError('UNREACHABLE', {
      server: connection.serverUrl,
      reason: 'it did not tell everything in time',
    });
  const source = untilDeadline(
    connect(connection, password),
    Date.now() + (options.readWithinMs ?? READ_WITHIN_MS),
    late,
  );
  const remote = await readRemote(source, tally);
  const held = await store.reader.contents(directoryId);
  requirePlausible(connection.serverUrl, tally.usersRead, remote);
  const delta = compareDirectory(held, remote);
  const counts = runCounts(tally, delta);
  return {
    counts,
    objection: objectionTo({ directory, held, remote, delta, counts }, judge),
    snapshot: snapshotAfter(directory, delta, remote),
  };
}

/** The same directory, whose lists end with an error once the time is up, however slowly they come. */
function untilDeadline(remote: RemoteLists, deadline: number, late: () => Error): RemoteLists {
  return {
    readUsers: () => timed(remote.readUsers(), deadline, late),
    readGroups: () => timed(remote.readGroups(), deadline, late),
    readMemberships: () => timed(remote.readMemberships(), deadline, late),
  };
}

async function* timed<Item>(
  items: AsyncIterable<Item>,
  deadline: number,
  late: () => Error,
): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), Math.max(0, deadline - Date.now()));
  });
  // The list may end first, and nobody waits for the time then.
  expired.catch(() => undefined);
  try {
    for (;;) {
      const { done, value } = await Promise.race([iterator.next(), expired]);
      if (done) return;
      yield value;
    }
  } finally {
    clearTimeout(timer);
    // Not waited for: a server that says nothing would hold up its own end.
    iterator.return?.()?.catch(() => undefined);
  }
}
