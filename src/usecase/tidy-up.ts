import type { Gateway } from './gateway.js';
import { purgeDue } from './purge-deleted.js';

const DAY_MS = 24 * 60 * 60_000;
/** Of each directory the newest runs stay, and all that are younger. */
const RUNS_KEPT = 100;
const RUNS_KEPT_DAYS = 90;
/** Longer than mails count against the limits of an application. */
const MAILS_KEPT_DAYS = 30;

/**
 * Deletes what is too old to be kept: entries of the change log, as the setting says, records of
 * synchronisation runs, sessions that are over, mails that were sent or never will be, and what is left
 * of users whom a server has no more.
 */
export async function tidyUp({
  clock,
  log,
  logRetentionDays,
  store,
}: Pick<Gateway, 'clock' | 'log' | 'logRetentionDays' | 'store'>): Promise<void> {
  const daysAgo = (days: number) => new Date(clock.now().getTime() - days * DAY_MS);
  if (logRetentionDays > 0) {
    const { oldest, deleted } = await store.upkeep.cutLog(daysAgo(logRetentionDays));
    if (deleted > 0) log.info({ entries: deleted, oldest }, 'the change log was cut off');
  }
  const runs = await store.upkeep.forgetRuns(daysAgo(RUNS_KEPT_DAYS), RUNS_KEPT);
  if (runs > 0) log.info({ runs }, 'old records of runs were deleted');
  const sessions = await store.userSessions.forgetOver(clock.now());
  if (sessions > 0) log.info({ sessions }, 'sessions that are over were deleted');
  await store.mail.forget(daysAgo(MAILS_KEPT_DAYS), clock.now());
  await purgeDue({ clock, log, store });
}
