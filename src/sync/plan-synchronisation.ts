import {
  type DirectoryId,
  type DirectorySnapshot,
  GatehouseError,
  type GroupId,
  type RunCounts,
  type UserId,
} from '../domain/index.js';
import { compareDirectory, type RowDelta } from './compare.js';
import { objectionTo } from './objection.js';
import { type RemoteLists, readRemote } from './read-remote.js';
import { ReadTally } from './read-tally.js';
import { requirePlausible } from './require-plausible.js';
import { runCounts } from './run-counts.js';
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
  { store, connect, log }: SynchronisationServices,
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
  const users = { ids: idsOf(delta.users), facts: delta.users.facts };
  const groups = { ids: idsOf(delta.groups), facts: delta.groups.facts };
  const { memberships, nestings } = remote;
  const counts = runCounts(tally, delta);
  return {
    counts,
    objection: objectionTo(directory, {
      held: held.users.length,
      removed: counts.usersRemoved,
      left: remote.users.length,
    }),
    snapshot: {
      directory,
      users: {
        ids: users.ids,
        names: users.facts.map(({ name }) => name),
        active: users.facts.map(({ active }) => active),
      },
      groups: { ids: groups.ids, names: groups.facts.map(({ name }) => name) },
      memberships: {
        groups: Array.from(memberships.groups, (slot) => groups.ids[slot]),
        users: Array.from(memberships.members, (slot) => users.ids[slot]),
      },
      nestings: {
        parents: Array.from(nestings.groups, (slot) => groups.ids[slot]),
        children: Array.from(nestings.members, (slot) => groups.ids[slot]),
      },
    },
  };
}

function idsOf<Id extends UserId | GroupId>({ ids }: RowDelta<Id, unknown, unknown>): Id[] {
  return ids.map((id, slot) => id ?? ((-1 - slot) as Id));
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
