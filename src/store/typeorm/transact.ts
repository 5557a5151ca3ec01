import {
  asId,
  type Change,
  type LoggedChange,
  type Origin,
  type Revision,
  type RunId,
  type TransactionWitness,
  type WitnessedTransaction,
} from '../../domain/index.js';
import type { Committed, StoreTransaction } from '../store.js';
import { appendToLog, readRevisions } from './change-log.js';
import { readCut } from './cut-log.js';
import { asStoreBusy } from './driver-errors.js';
import { endUserSessions } from './end-user-sessions.js';
import { noteTold } from './licence-watch.js';
import { readDirectorySnapshot, readGatewaySnapshot } from './read-snapshot.js';
import type { Scope, StoreParts } from './scope.js';
import type { Session } from './session.js';
import { storeTransaction } from './store-transaction.js';

/**
 * The one way in which the truth changes: lock, let the witness catch up, work, let the witness
 * judge, write the log, commit. Transactions of one process and their witness calls never overlap.
 */
export async function transact<Result>(
  parts: StoreParts,
  witness: TransactionWitness | null,
  origin: Origin,
  work: (transaction: StoreTransaction) => Promise<Result>,
): Promise<Committed<Result>> {
  const since = Date.now();
  const open = await parts.database.begin('ORDERED').catch((error: unknown) => {
    throw asStoreBusy(error, since);
  });
  const { session } = open;
  let proposed: Revision | null = null;
  try {
    const found = await lockRevision(session);
    const revision: Revision = asId(found + 1);
    const view = witnessView(session);
    await witness?.prepare(found, view);

    const { value, changes, finishedRuns } = await workAlone(parts, session, revision, work);
    let logged: readonly LoggedChange[] = [];
    if (changes.length > 0) {
      proposed = revision;
      const consequences = (await witness?.propose(revision, changes, view)) ?? [];
      logged = await appendToLog(session, revision, origin, parts.clock.now(), [
        ...changes,
        ...consequences,
      ]);
      await noteTold(session, logged);
      await endUserSessions(session, changes);
      await session.rows('gateway_state').update({ id: 1 }, { revision });
      for (const id of finishedRuns) {
        await session.rows('synchronisation_run').update({ id }, { revision });
      }
    }
    await open.commit();
    proposed = null;
    if (changes.length > 0) witness?.committed(revision, logged);
    return { value, revision: changes.length > 0 ? revision : found, changes: logged };
  } catch (error) {
    await open.rollback();
    if (proposed !== null) witness?.abandoned(proposed);
    throw asStoreBusy(error, since);
  } finally {
    open.release();
  }
}

/** Runs `work` in a session that ends with it, so that nothing of it comes after the judgement. */
async function workAlone<Result>(
  { database, secrets, clock }: StoreParts,
  session: Session,
  revision: Revision,
  work: (transaction: StoreTransaction) => Promise<Result>,
): Promise<{ value: Result; changes: readonly Change[]; finishedRuns: readonly RunId[] }> {
  const own = session.fork();
  const changes: Change[] = [];
  const scope: Scope = {
    session: own,
    revision,
    secrets,
    clock,
    changes,
    finishedRuns: [],
    record: (change) => changes.push(change),
    allocateIds: (count) => database.allocateIds(count, own),
    ascendingIds: (count) => database.ascendingIds(count, own),
  };
  try {
    const value = await work(storeTransaction(scope));
    await own.end();
    return { value, changes: [...changes], finishedRuns: scope.finishedRuns };
  } finally {
    await own.end();
  }
}

async function lockRevision(session: Session): Promise<Revision> {
  const [state] = await session.select<{ revision: Revision }>(
    `SELECT revision FROM gateway_state WHERE id = 1${session.dialect.forUpdate}`,
  );
  return state.revision;
}

function witnessView(session: Session): WitnessedTransaction {
  return {
    changesAfter: async (revision, limit) =>
      revision < (await readCut(session)) ? null : readRevisions(session, revision, limit),
    snapshot: () => readGatewaySnapshot(session),
    directorySnapshot: (id) => readDirectorySnapshot(session, id),
  };
}
