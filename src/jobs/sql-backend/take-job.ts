import type { JobParameters } from 'agenda';
import { allOf, type Condition, condition } from './conditions.js';
import type { JobDatabase, JobSession } from './job-database.js';
import { JOB_DIALECTS } from './job-database.js';
import { jobOf, type ReadJobRow } from './job-row.js';

/** What a worker looks for. Locks are judged by the database's clock, whatever that of a worker says. */
export interface Search {
  readonly name: string;
  /** Jobs that are due by then are taken. */
  readonly dueBy: Date;
  /** A lock this old is that of a worker which is gone. */
  readonly lockLifeMs: number;
  readonly lastModifiedBy: string | null;
}

/**
 * Finds the next job and locks it, so that nobody else does: one whose lock is too old, else the one
 * that is due first, of several due at once the one of highest priority.
 */
export async function takeNextJob(
  database: JobDatabase,
  { name, dueBy, lockLifeMs, lastModifiedBy }: Search,
): Promise<JobParameters | undefined> {
  const { now, forUpdateUnlocked } = JOB_DIALECTS[database.dialect];
  // Each is a walk along the index, and they are few; together they would be a search.
  const searches: readonly Condition[] = [
    condition(`locked_at <= ${now} - ?`, lockLifeMs),
    condition('locked_at IS NULL AND next_run_at <= ?', dueBy.getTime()),
  ];
  const first = async (session: JobSession, lock: string): Promise<string | undefined> => {
    for (const search of searches) {
      const { sql, parameters } = allOf([condition('name = ? AND disabled = 0', name), search]);
      const [row] = await session.select<{ id: string }>(
        `SELECT id FROM agenda_job WHERE ${sql} ` +
          `ORDER BY locked_at, next_run_at, urgency, id LIMIT 1${lock}`,
        parameters,
      );
      if (row) return row.id;
    }
    return undefined;
  };
  // Looking costs others nothing; a transaction that writes may have to wait for them.
  if ((await database.read((session) => first(session, ''))) === undefined) return undefined;
  return database.write(async (session) => {
    const id = await first(session, forUpdateUnlocked);
    if (id === undefined) return undefined;
    await session.run(
      `UPDATE agenda_job SET locked_at = ${now}, last_modified_by = ? WHERE id = ?`,
      [lastModifiedBy, id],
    );
    return readJob(session, database.dialect, id);
  });
}

/** Locks one job if nobody has and it is still due when it was. */
export function lockJob(
  database: JobDatabase,
  id: string,
  { name, nextRunAt }: Pick<JobParameters, 'name' | 'nextRunAt'>,
  lastModifiedBy: string | null,
): Promise<JobParameters | undefined> {
  const { now } = JOB_DIALECTS[database.dialect];
  const due = nextRunAt?.getTime() ?? null;
  const isDueThen =
    due === null ? condition('next_run_at IS NULL') : condition('next_run_at = ?', due);
  return database.write(async (session) => {
    const { sql, parameters } = allOf([
      condition('id = ? AND name = ? AND locked_at IS NULL AND disabled = 0', id, name),
      isDueThen,
    ]);
    const locked = await session.run(
      `UPDATE agenda_job SET locked_at = ${now}, last_modified_by = ? WHERE ${sql}`,
      [lastModifiedBy, ...parameters],
    );
    return locked === 0 ? undefined : readJob(session, database.dialect, id);
  });
}

/** One job, or `undefined`. */
export async function readJob(
  session: JobSession,
  dialect: JobDatabase['dialect'],
  id: string,
  lock = '',
): Promise<ReturnType<typeof jobOf> | undefined> {
  const [row] = await session.select<ReadJobRow>(
    `SELECT agenda_job.*, ${JOB_DIALECTS[dialect].now} AS now_ms FROM agenda_job WHERE id = ?${lock}`,
    [id],
  );
  return row && jobOf(row);
}
