import {
  type Continuation,
  type DirectoryId,
  GatehouseError,
  type RunId,
  type RunReport,
} from '../../domain/index.js';
import { keepableText } from './keepable-text.js';
import { lockLease } from './lease.js';
import type { Scope } from './scope.js';

/**
 * Locks the lease for the rest of the transaction. @returns the directory.
 * @throws GatehouseError `RUN_SUPERSEDED`.
 */
export async function claimRun({ session }: Scope, id: RunId): Promise<DirectoryId> {
  const runs = session.rows('synchronisation_run');
  const found = await runs.findOneBy({ id });
  // The run of a directory that was removed went with it.
  if (!found) throw new GatehouseError('RUN_SUPERSEDED', { directory: `of run ${id}` });
  const { directoryId } = found;
  const lease = await lockLease(session, directoryId);
  // A run that is current may have been cancelled.
  const running = await runs.existsBy({ id, outcome: 'RUNNING' });
  if (lease.run !== id || !running) {
    const directory = await session.rows('directory').findOneBy({ id: directoryId });
    throw new GatehouseError('RUN_SUPERSEDED', { directory: directory?.name ?? `of run ${id}` });
  }
  return directoryId;
}

/** @throws GatehouseError `RUN_SUPERSEDED`. */
export async function finishRun(
  scope: Scope,
  id: RunId,
  { message, ...report }: RunReport,
  next: Continuation,
): Promise<void> {
  const { session } = scope;
  const directoryId = await claimRun(scope, id);
  const now = scope.clock.now();
  await session.rows('synchronisation_run').update(
    { id },
    {
      ...report,
      outcome: 'SUCCEEDED',
      message: message === null ? null : keepableText(message),
      finishedAt: now,
    },
  );
  await session.rows('directory_freshness').update(
    { directoryId },
    {
      lastSucceededAt: now,
      staleSince: null,
      ...(typeof next === 'string'
        ? { eventToken: null, eventSource: null, fullCause: next }
        : { eventToken: next.token, eventSource: next.source, fullCause: null }),
    },
  );
  scope.finishedRuns.push(id);
}
