import {
  type Continuation,
  type GatehouseError,
  type Origin,
  type RunCounts,
} from '../domain/index.js';
import { applyDelta } from './apply-delta.js';
import { changedRows, type DirectoryDelta } from './compare.js';
import type { Departures } from './departures.js';
import { isReleased, type Judge, objectionToRemoval, removalOf } from './objection.js';
import { planSettlement } from './plan-settlement.js';
import { type PictureRows, pictureRows } from './read-remote.js';
import { countNew, writeReload } from './reload-directory.js';
import { changesAnything } from './run-counts.js';
import type { RunScope } from './run-scope.js';
import { settleNames } from './settle-names.js';
import { changesOfGrants } from './settlement.js';
import { idsFrom, snapshotAfter } from './snapshot-after.js';

/** Below this a difference is always one transaction, however small the directory. */
const ALWAYS_ONE_TRANSACTION_ROWS = 1_000;
/** Above this it never is: a transaction holds the lock that all writers wait for. */
export const ONE_TRANSACTION_ROWS = 20_000;
/** Between the two a share of the directory decides. */
const ONE_TRANSACTION_SHARE = 0.1;

/** What a run has to write, and how it ends. */
export interface Difference {
  readonly delta: DirectoryDelta;
  readonly departures: Departures;
  readonly counts: RunCounts;
  readonly next: Continuation;
}

/** Why a run must not be written before an administrator has seen it. */
export class RunHeld extends Error {
  readonly objection: GatehouseError;
  readonly counts: RunCounts;

  constructor(objection: GatehouseError, counts: RunCounts) {
    super(objection.message);
    this.name = 'RunHeld';
    this.objection = objection;
    this.counts = counts;
  }
}

/**
 * Whether so large a difference is better written as a whole new generation than row by row.
 * @param size rows of the directory before or after, whichever are more.
 */
export function isBulk(delta: DirectoryDelta, size: number): boolean {
  const rows = changedRows(delta);
  if (rows > ONE_TRANSACTION_ROWS) return true;
  return rows > ALWAYS_ONE_TRANSACTION_ROWS && rows > size * ONE_TRANSACTION_SHARE;
}

/**
 * Brings the copy in line and ends the run, in one transaction that is seen whole or not at all.
 * @throws RunHeld; GatehouseError `RUN_SUPERSEDED`, and what the store and its witness refuse with.
 */
export async function writeInOneTransaction(
  scope: RunScope,
  { delta, departures, counts, next }: Difference,
): Promise<void> {
  const { store, directory, run, lease, told } = scope;
  lease.begin('WRITING', changedRows(delta));
  const tooMany = await removalObjection(scope, counts, departures);
  await store.transact(originOf(scope), async (transaction) => {
    // First, because the difference fits only the copy that the current run has compared with.
    await transaction.claimRun(run.id);
    await settleNames(transaction, directory, { delta, departures }, () =>
      applyDelta(transaction, directory.id, delta),
    );
    const grave = asked(scope, counts)?.ofChanges(directory, transaction.changes) ?? null;
    requireReleased(scope, counts, grave ?? tooMany);
    await transaction.finishRun(run.id, told.report(counts), next);
  });
}

/** The same for a difference that is most of the directory: all of it is written anew, then put in force. */
export async function writeGeneration(
  scope: RunScope,
  { delta, departures, remote, counts, next }: Difference & { readonly remote: PictureRows },
): Promise<void> {
  const { store, directory, run, lease, told } = scope;
  const tooMany = await removalObjection(scope, counts, departures);
  const settlement = await planSettlement(store.tombstones, {
    directories: await store.reader.directories(),
    directory,
    users: delta.users,
  });
  told.reloading = true;
  const reload = await store.beginReload(lease.lease);
  const { generation } = reload;
  const ids = idsFrom(await reload.takeIds(countNew(delta)), delta);
  const grave = await asked(scope, counts)?.ofReload(
    await snapshotAfter({ ...directory, generation }, remote, ids),
    changesOfGrants(settlement),
  );
  requireReleased(scope, counts, grave ?? tooMany);
  lease.signal.throwIfAborted();
  lease.begin('WRITING', pictureRows(remote));
  await writeReload(reload, { delta, remote, ids }, (rows) => lease.advance(rows));
  await store.transact(originOf(scope), async (transaction) => {
    await transaction.claimRun(run.id);
    await settleNames(transaction, directory, { delta, departures }, () =>
      transaction.switchGeneration(directory.id, generation),
    );
    await transaction.finishRun(run.id, told.report(counts), next);
  });
}

/** Asked only where somebody goes, because it counts those who stay. */
async function removalObjection(
  { store, directory }: RunScope,
  counts: RunCounts,
  departures: Departures,
): Promise<GatehouseError | null> {
  if (counts.usersRemoved === 0) return null;
  const rows = await store.reader.countUsers(directory.id);
  return objectionToRemoval(directory, removalOf(rows, counts, departures));
}

/** Whoever is to be asked what a difference does, if there is one. */
function asked({ judge }: RunScope, counts: RunCounts): Judge | undefined {
  return changesAnything(counts) ? judge : undefined;
}

/** @throws RunHeld unless the gravest objection there is was let go. */
function requireReleased(
  { released }: RunScope,
  counts: RunCounts,
  objection: GatehouseError | null,
): void {
  if (objection !== null && !isReleased(objection, counts, released)) {
    throw new RunHeld(objection, counts);
  }
}

function originOf({ run, directory }: RunScope): Origin {
  return { type: 'RUN', runId: run.id, directoryName: directory.name };
}
