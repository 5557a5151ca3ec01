import type { Directory, SynchronisationRun } from '../domain/index.js';

/**
 * When the next synchronisation of a directory is due: an interval after its latest run began, or at
 * once when there was none or its process ended in the middle of it. `null` for a directory that is switched off or kept here. A run that
 * failed counts like one that succeeded, so that a server that is down is not hammered.
 */
export function dueAt(
  { active, connection }: Directory,
  latestRun: SynchronisationRun | undefined,
): Date | null {
  if (!active || !connection) return null;
  if (!latestRun || latestRun.reason === 'PROCESS_ENDED') return new Date(0);
  return new Date(latestRun.startedAt.getTime() + connection.intervalMinutes * 60_000);
}
