import type { Directory, SynchronisationRun } from '../domain/index.js';

/**
 * The directories whose next synchronisation is due at `now`: active remote ones that have never
 * been synchronised, or whose latest run began an interval ago or longer. In directory order.
 * A run that failed counts like one that succeeded, so that a server that is down is not hammered.
 */
export function dueDirectories(
  directories: readonly Directory[],
  latestRuns: readonly SynchronisationRun[],
  now: Date,
): Directory[] {
  const latest = new Map(latestRuns.map((run) => [run.directoryId, run]));
  return directories.filter((directory) => {
    if (!directory.active || !directory.connection) return false;
    const run = latest.get(directory.id);
    if (!run) return true;
    const next = run.startedAt.getTime() + directory.connection.intervalMinutes * 60_000;
    return now.getTime() >= next;
  });
}
