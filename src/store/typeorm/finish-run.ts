import { GatehouseError, type RunCounts, type RunId } from '../../domain/index.js';
import { lockFreshness } from './run-store.js';
import type { Scope } from './scope.js';

/** @throws GatehouseError `RUN_SUPERSEDED`. */
export async function finishRun(scope: Scope, id: RunId, counts: RunCounts): Promise<void> {
  const { session } = scope;
  const runs = session.rows('synchronisation_run');
  const found = await runs.findOneBy({ id });
  // The run of a directory that was removed went with it.
  if (!found) throw new GatehouseError('RUN_SUPERSEDED', { directory: `of run ${id}` });
  const { directoryId } = found;
  const currentRun = await lockFreshness(session, directoryId);
  const now = scope.clock.now();
  const ended = { outcome: 'SUCCEEDED', finishedAt: now, lastSignAt: now, counts } as const;
  const { affected } =
    currentRun === id ? await runs.update({ id, outcome: 'RUNNING' }, ended) : { affected: 0 };
  if (affected !== 1) {
    const directory = await session.rows('directory').findOneBy({ id: directoryId });
    throw new GatehouseError('RUN_SUPERSEDED', { directory: directory?.name ?? `of run ${id}` });
  }
  await session
    .rows('directory_freshness')
    .update({ directoryId }, { lastSucceededAt: now, staleSince: null });
  scope.finishedRuns.push(id);
}
