import type { JobDatabase } from './job-database.js';

const JOBS_OF_A_TRANSACTION = 500;

/**
 * Removes jobs that nothing will run any more: they ended before `before` and are not to come again.
 * @returns how many.
 */
export async function removeFinished(database: JobDatabase, before: Date): Promise<number> {
  for (let removed = 0; ; ) {
    const some = await database.write(async (session) => {
      const ids = await session.select<{ id: string }>(
        'SELECT id FROM agenda_job WHERE next_run_at IS NULL AND locked_at IS NULL ' +
          'AND repeat_interval IS NULL AND last_finished_at < ? ' +
          `ORDER BY id LIMIT ${JOBS_OF_A_TRANSACTION}`,
        [before.getTime()],
      );
      if (ids.length === 0) return 0;
      const marks = ids.map(() => '?').join(', ');
      return session.run(
        `DELETE FROM agenda_job WHERE id IN (${marks}) AND next_run_at IS NULL`,
        ids.map(({ id }) => id),
      );
    });
    removed += some;
    if (some < JOBS_OF_A_TRANSACTION) return removed;
  }
}
