import { createHash, randomUUID } from 'node:crypto';
import { type DebounceOptions, type JobParameters, toJobId } from 'agenda';
import { JOB_DIALECTS, type JobDatabase, type JobSession } from './job-database.js';
import { COLUMNS, defined, jobOf, type ReadJobRow, valuesOf } from './job-row.js';
import { asJson } from './match-data.js';
import { readJob } from './take-job.js';

/**
 * Inserts a job or updates the one it is: that of its id, else the one that is kept under the same
 * unique constraint, else, for a `single` job, the one of its name.
 */
export async function saveJob(
  database: JobDatabase,
  given: JobParameters,
  lastModifiedBy: string | undefined,
): Promise<JobParameters> {
  const { _id: id, unique, uniqueOpts, ...attributes } = given;
  const job = { ...attributes, ...defined({ lastModifiedBy }) } as JobParameters;
  const { forUpdate } = JOB_DIALECTS[database.dialect];
  return database.write(async (session) => {
    if (id) {
      const held = await readJob(session, database.dialect, id, forUpdate);
      // A job that was removed stays removed, although whoever still runs it saves it.
      return held?.name === job.name ? update(session, held, job) : given;
    }
    const key = uniqueKey(job, unique);
    const held = await insertOr(session, database.dialect, job, key, uniqueOpts?.debounce);
    if ('inserted' in held) return held.inserted;
    if (uniqueOpts?.insertOnly) return held.existing;
    return update(session, held.existing, merged(held.existing, job, uniqueOpts?.debounce));
  });
}

/** A job that is kept under this cannot be kept twice. */
function uniqueKey(job: JobParameters, unique: Record<string, unknown> | undefined): string | null {
  if (job.type === 'single') return `single:${digest([job.name])}`;
  if (!unique) return null;
  const constraint = Object.entries(unique).sort(([a], [b]) => (a < b ? -1 : 1));
  return `unique:${digest([job.name, asJson(constraint)])}`;
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

type Held = ReturnType<typeof jobOf>;

async function insertOr(
  session: JobSession,
  dialect: JobDatabase['dialect'],
  job: JobParameters,
  key: string | null,
  debounce: DebounceOptions | undefined,
): Promise<{ readonly inserted: JobParameters } | { readonly existing: Held }> {
  const { forUpdate, insertNew, now } = JOB_DIALECTS[dialect];
  const find = async () => {
    const [row] = await session.select<ReadJobRow>(
      `SELECT agenda_job.*, ${now} AS now_ms FROM agenda_job WHERE unique_key = ?${forUpdate}`,
      [key],
    );
    return row && jobOf(row);
  };
  // Another process may insert or remove the job between two statements, but hardly time and again.
  for (let attempt = 0; attempt < 5; attempt++) {
    const existing = key === null ? undefined : await find();
    if (existing) return { existing };
    const inserted: JobParameters = {
      ...job,
      ...(debounce ? window(undefined, debounce) : {}),
      _id: toJobId(randomUUID()),
    };
    const columns = ['id', 'unique_key', ...COLUMNS];
    const written = await session.run(
      `${insertNew} INTO agenda_job (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      [inserted._id, key, ...valuesOf(inserted)],
    );
    if (written === 1) return { inserted };
  }
  throw new Error(`the job ${job.name} is inserted and removed by others again and again`);
}

function merged(
  held: Held,
  job: JobParameters,
  debounce: DebounceOptions | undefined,
): JobParameters {
  if (debounce) return { ...job, ...window(held, debounce) };
  // A process that starts says "every hour, from now on"; the turn that is planned stays.
  const isPast = job.nextRunAt !== null && job.nextRunAt.getTime() <= Date.now();
  if (job.type !== 'single' || !isPast || held.nextRunAt === null) return job;
  return { ...job, nextRunAt: held.nextRunAt };
}

/** When a job runs that is saved again and again: once, after a pause or at the beginning of one. */
function window(
  held: Held | undefined,
  { delay, maxWait, strategy = 'trailing' }: DebounceOptions,
): Pick<JobParameters, 'nextRunAt' | 'debounceStartedAt'> {
  const now = Date.now();
  const startedAt = held?.debounceStartedAt?.getTime();
  if (strategy === 'leading') {
    const isWithin = startedAt !== undefined && now < startedAt + delay;
    return isWithin
      ? { nextRunAt: held?.nextRunAt ?? null, debounceStartedAt: new Date(startedAt) }
      : { nextRunAt: new Date(now), debounceStartedAt: new Date(now) };
  }
  // A window ends when its job has run.
  const began = held?.nextRunAt && startedAt !== undefined ? startedAt : now;
  const latest = maxWait === undefined ? Number.POSITIVE_INFINITY : began + maxWait;
  return {
    nextRunAt: new Date(Math.min(now + delay, latest)),
    debounceStartedAt: new Date(began),
  };
}

async function update(
  session: JobSession,
  held: Held,
  given: JobParameters,
): Promise<JobParameters> {
  const job = { ...held, ...defined(given), _id: held._id } as JobParameters;
  await session.run(
    `UPDATE agenda_job SET ${COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`,
    [...valuesOf(job), held._id],
  );
  return job;
}
