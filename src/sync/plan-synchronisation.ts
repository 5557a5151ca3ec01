import {
  type Change,
  type DirectoryId,
  type DirectorySnapshot,
  GatehouseError,
  type RunCounts,
} from '../domain/index.js';
import { compareDirectory } from './compare.js';
import { departingFrom } from './departing-from.js';
import { withDeparted } from './departures.js';
import { filterRemote } from './filter-remote.js';
import { objectionToRemoval, removalOf } from './objection.js';
import { planSettlement } from './plan-settlement.js';
import { readRemote } from './read-remote.js';
import { ReadTally } from './read-tally.js';
import { requirePlausible } from './require-plausible.js';
import { changesAnything, runCounts } from './run-counts.js';
import { changesOfGrants } from './settlement.js';
import { idsBelowZero, snapshotAfter } from './snapshot-after.js';
import { requireSynchronisable, type SynchronisationServices } from './synchronise-directory.js';
import { readWithin } from './until-deadline.js';

/** What a run would leave behind if it ran now. */
export interface PlannedSynchronisation {
  /** The directory as it would be. Users and groups that are new have ids below zero. */
  readonly snapshot: DirectorySnapshot;
  /** What becomes of grants to users who are renamed or whose name another one takes. */
  readonly grantChanges: readonly Change[];
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
  { store, connect, judge }: SynchronisationServices,
  directoryId: DirectoryId,
  options: { readonly readWithinMs?: number } = {},
): Promise<PlannedSynchronisation> {
  const directory = await requireSynchronisable(store, directoryId);
  const { connection } = directory;
  const tally = new ReadTally();
  const password = await store.reader.directoryPassword(directoryId);
  const remote = await readWithin(
    options.readWithinMs ?? READ_WITHIN_MS,
    filterRemote(connect(connection, password), connection),
    connection,
    (lists) => readRemote(lists, tally),
  );
  requirePlausible(connection.serverUrl, tally.usersRead, remote);
  const compared = await compareDirectory(
    (begin) => store.reader.visitContents(directoryId, begin),
    remote,
  );
  const { picture, delta, departures } = await withDeparted(
    store.reader,
    directoryId,
    { delta: compared.delta, picture: remote },
    await departingFrom({ store, directory }),
  );
  const counts = runCounts(tally, delta, departures);
  const snapshot = await snapshotAfter(directory, picture, idsBelowZero(delta));
  const settlement = await planSettlement(store.tombstones, {
    directories: await store.reader.directories(),
    directory,
    users: delta.users,
  });
  const grantChanges = changesOfGrants(settlement);
  const grave =
    judge && changesAnything(counts) ? await judge.ofReload(snapshot, grantChanges) : null;
  const removal = removalOf(compared.held.users, counts, departures);
  const tooMany = objectionToRemoval(directory, removal);
  return {
    counts,
    objection: grave ?? tooMany,
    snapshot,
    grantChanges,
  };
}
