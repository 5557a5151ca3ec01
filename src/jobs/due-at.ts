import type { Directory, SynchronisationRun } from '../domain/index.js';

/**
 * When the next synchronisation of a directory is due: an interval after its latest run began, or at
 * once when there was none, when its process ended in the middle of it, and when it claims to have begun
 * farther ahead than an interval: a clock that was wrong once must not put off all runs to come. `null` for
 * a directory that is switched off or kept here. A run that failed counts like one that succeeded, so that
 * a server that is down is not hammered.
 */
export function dueAt(
  { active, connection }: Directory,
  latestRun: SynchronisationRun | undefined,
  now: Date,
): Date | null {
  if (!active || !connection) return null;
  if (!latestRun || latestRun.reason === 'PROCESS_ENDED') return new Date(0);
  const intervalMs = connection.intervalMinutes * 60_000;
  const startedAt = latestRun.startedAt.getTime();
  return new Date(startedAt > now.getTime() + intervalMs ? 0 : startedAt + intervalMs);
}
