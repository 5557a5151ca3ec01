import { type DirectoryId, NO_COUNTS, type RunId } from '../../domain/index.js';
import type { RunEnd } from '../run-store.js';
import { keepableText } from './keepable-text.js';
import { lockLease } from './lease.js';
import type { Scope } from './scope.js';
import type { Session } from './session.js';

/**
 * Ends a run that changed nothing and notes since when the copy is behind. A run that was cancelled or
 * taken over has ended already, and is told what it had read and cost by then.
 * @returns its directory; `null` when it had ended already.
 */
export async function endUnchanged(
  session: Session,
  id: RunId,
  outcome: 'FAILED' | 'HELD',
  { reason, message, ...report }: RunEnd,
  now: Date,
): Promise<DirectoryId | null> {
  const runs = session.rows('synchronisation_run');
  const run = await runs.findOneBy({ id });
  if (!run) return null;
  await lockLease(session, run.directoryId);
  const { affected } = await runs.update(
    { id, outcome: 'RUNNING' },
    { ...report, outcome, reason, message: keepableText(message), finishedAt: now },
  );
  if (affected !== 1) {
    const { usersRead, groupsRead, membershipsRead, setAside } = report.counts;
    // What a run would have changed that was to be held is told of one that is held alone.
    const counts = { ...NO_COUNTS, usersRead, groupsRead, membershipsRead, setAside };
    await runs.update({ id, outcome: 'ABORTED' }, { ...report, counts });
    return null;
  }
  await session.run(
    'UPDATE directory_freshness SET stale_since = COALESCE(stale_since, ?) WHERE directory_id = ?',
    [now.getTime(), run.directoryId],
  );
  return run.directoryId;
}

export async function holdRun(scope: Scope, id: RunId, why: RunEnd): Promise<void> {
  const directoryId = await endUnchanged(scope.session, id, 'HELD', why, scope.clock.now());
  if (directoryId === null) return;
  const { reason: code, message } = why;
  scope.record({ kind: 'SynchronisationHeld', directoryId, runId: id, code, message });
}
