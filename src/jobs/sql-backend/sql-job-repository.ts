import type {
  JobId,
  JobParameters,
  JobRepository,
  JobRepositoryOptions,
  JobState,
  JobsOverview,
  JobsQueryOptions,
  JobsResult,
  JobsSort,
  JobWithState,
  RemoveJobsOptions,
} from 'agenda';
import {
  allOf,
  type Condition,
  condition,
  contains,
  isInState,
  isOneOf,
  not,
  STATE,
} from './conditions.js';
import { JOB_DIALECTS, type JobDatabase, type JobSession } from './job-database.js';
import { type JobRow, jobOf, type ReadJobRow, timeOf } from './job-row.js';
import { matchesData } from './match-data.js';
import { saveJob } from './save-job.js';
import { lockJob, readJob, takeNextJob } from './take-job.js';

type Dialect = JobDatabase['dialect'];

/** Jobs of one page, and of one step through many. */
const PAGE = 500;

const SORT_COLUMNS: Readonly<Record<keyof JobsSort, { column: keyof JobRow; sign: 1 | -1 }>> = {
  nextRunAt: { column: 'next_run_at', sign: 1 },
  lastRunAt: { column: 'last_run_at', sign: 1 },
  lastFinishedAt: { column: 'last_finished_at', sign: 1 },
  priority: { column: 'urgency', sign: -1 },
  name: { column: 'name', sign: 1 },
  data: { column: 'data', sign: 1 },
};

/**
 * Agenda's jobs in SQL. What `JobRepository` promises holds for any number of processes on one
 * database: a job is locked by one worker at a time, and its lock grows old by the database's clock.
 * A unique constraint concerns the jobs that were saved with the same one.
 */
export class SqlJobRepository implements JobRepository {
  private readonly database: JobDatabase;

  constructor(database: JobDatabase) {
    this.database = database;
  }

  async connect(): Promise<void> {
    await this.database.read((session) => session.select('SELECT id FROM agenda_job LIMIT 1'));
  }

  /** Sorted as asked for, then by id; without a wish by the next run, the latest first. */
  async queryJobs(options: JobsQueryOptions = {}): Promise<JobsResult> {
    const { skip = 0, limit = PAGE, sort = { nextRunAt: 'desc' } } = options;
    const where = await this.narrowed(
      queryConditions(this.database.dialect, options),
      options.data,
    );
    const { sql, parameters } = allOf(where);
    return this.database.read(async (session) => {
      const [{ total }] = await session.select<{ total: number }>(
        `SELECT COUNT(*) AS total FROM agenda_job WHERE ${sql}`,
        parameters,
      );
      const rows = await session.select<ReadJobRow & { state: JobState }>(
        `SELECT agenda_job.*, ${this.dialect.now} AS now_ms, ${STATE} AS state FROM agenda_job ` +
          `WHERE ${sql} ORDER BY ${orderOf(sort)}, id LIMIT ? OFFSET ?`,
        [Date.now(), ...parameters, limit, skip],
      );
      const jobs = rows.map((row): JobWithState => {
        const job = jobOf(row);
        return { ...job, state: job.disabled ? 'paused' : row.state };
      });
      return { jobs, total: Number(total) };
    });
  }

  /** By name. A disabled job is also counted in the state it would otherwise have. */
  async getJobsOverview(): Promise<JobsOverview[]> {
    const rows = await this.database.read((session) =>
      session.select<Pick<JobRow, 'name'> & { state: JobState; jobs: number; paused: number }>(
        `SELECT name, state, COUNT(*) AS jobs, SUM(disabled) AS paused FROM ` +
          `(SELECT name, disabled, ${STATE} AS state FROM agenda_job) AS job ` +
          'GROUP BY name, state ORDER BY name',
        [Date.now()],
      ),
    );
    const overviews = new Map<string, JobsOverview>();
    for (const { name: given, state, jobs, paused } of rows) {
      const name = String(given);
      const overview = overviews.get(name) ?? emptyOverview(name);
      overviews.set(name, overview);
      overview.total += Number(jobs);
      overview[state] += Number(jobs);
      overview.paused += Number(paused);
    }
    return [...overviews.values()];
  }

  async getDistinctJobNames(): Promise<string[]> {
    const rows = await this.database.read((session) =>
      session.select<Pick<JobRow, 'name'>>('SELECT DISTINCT name FROM agenda_job ORDER BY name'),
    );
    return rows.map(({ name }) => String(name));
  }

  async getJobById(id: string): Promise<JobParameters | null> {
    const { dialect } = this.database;
    return (await this.database.read((session) => readJob(session, dialect, id))) ?? null;
  }

  async getQueueSize(): Promise<number> {
    const [{ jobs }] = await this.database.read((session) =>
      session.select<{ jobs: number }>(
        'SELECT COUNT(*) AS jobs FROM agenda_job WHERE next_run_at < ?',
        [Date.now()],
      ),
    );
    return Number(jobs);
  }

  /** Without any wish none is removed. */
  removeJobs(options: RemoveJobsOptions): Promise<number> {
    return this.change(options, 'DELETE FROM agenda_job');
  }

  disableJobs(options: RemoveJobsOptions): Promise<number> {
    return this.change(options, 'UPDATE agenda_job SET disabled = 1');
  }

  enableJobs(options: RemoveJobsOptions): Promise<number> {
    return this.change(options, 'UPDATE agenda_job SET disabled = 0');
  }

  purgeAllJobs(): Promise<number> {
    return this.database.write((session) => session.run('DELETE FROM agenda_job'));
  }

  async saveJob<Data = unknown>(
    job: JobParameters<Data>,
    options: JobRepositoryOptions | undefined,
  ): Promise<JobParameters<Data>> {
    const saved = await saveJob(this.database, job as JobParameters, options?.lastModifiedBy);
    return saved as JobParameters<Data>;
  }

  /** @throws when the job is gone. */
  async saveJobState(job: JobParameters, options: JobRepositoryOptions | undefined): Promise<void> {
    const columns: Condition[] = [
      // The lock is as old by the database's clock as it is by ours.
      job.lockedAt
        ? condition(
            `locked_at = ${this.dialect.now} - ?`,
            Date.now() - new Date(job.lockedAt).getTime(),
          )
        : condition('locked_at = NULL'),
      condition('next_run_at = ?', timeOf(job.nextRunAt)),
      condition('last_run_at = ?', timeOf(job.lastRunAt)),
      condition('last_finished_at = ?', timeOf(job.lastFinishedAt)),
      condition('failed_at = ?', timeOf(job.failedAt)),
      condition('fail_count = ?', job.failCount ?? null),
      condition('fail_reason = ?', job.failReason ?? null),
      condition('progress = ?', job.progress ?? null),
      condition('last_modified_by = ?', options?.lastModifiedBy ?? null),
    ];
    const saved = await this.database.write((session) =>
      session.run(
        `UPDATE agenda_job SET ${columns.map(({ sql }) => sql).join(', ')} WHERE id = ? AND name = ?`,
        [...columns.flatMap(({ parameters }) => parameters), job._id, job.name],
      ),
    );
    if (saved === 0)
      throw new Error(`the job ${job.name} (${job._id}) is gone; its state is not kept`);
  }

  async lockJob(
    job: JobParameters,
    options: JobRepositoryOptions | undefined,
  ): Promise<JobParameters | undefined> {
    if (!job._id) return undefined;
    return lockJob(this.database, job._id, job, options?.lastModifiedBy ?? null);
  }

  /** Never fails: Agenda does not wait for it, and a lock that stays grows old by itself. */
  async unlockJob(job: JobParameters): Promise<void> {
    if (job._id) await this.unlockJobs([job._id]).catch(() => undefined);
  }

  /** Not those that will not run again: whoever holds their lock is running them. */
  async unlockJobs(jobIds: (JobId | string)[]): Promise<void> {
    const { sql, parameters } = isOneOf(this.database.dialect, 'id', jobIds);
    await this.database.write((session) =>
      session.run(
        `UPDATE agenda_job SET locked_at = NULL WHERE ${sql} AND next_run_at IS NOT NULL`,
        parameters,
      ),
    );
  }

  getNextJobToRun(
    jobName: string,
    nextScanAt: Date,
    lockDeadline: Date,
    now: Date = new Date(),
    options: JobRepositoryOptions | undefined = undefined,
  ): Promise<JobParameters | undefined> {
    return takeNextJob(this.database, {
      name: jobName,
      dueBy: nextScanAt,
      lockLifeMs: now.getTime() - lockDeadline.getTime(),
      lastModifiedBy: options?.lastModifiedBy ?? null,
    });
  }

  private get dialect() {
    return JOB_DIALECTS[this.database.dialect];
  }

  private async change(options: RemoveJobsOptions, statement: string): Promise<number> {
    const wishes = removalConditions(this.database.dialect, options);
    if (wishes.length === 0 && options.data === undefined) return 0;
    const { sql, parameters } = allOf(await this.narrowed(wishes, options.data));
    return this.database.write((session) => session.run(`${statement} WHERE ${sql}`, parameters));
  }

  /** With the wish for data turned into the ids of those that have it; SQL cannot tell. */
  private async narrowed(where: readonly Condition[], data: unknown): Promise<Condition[]> {
    if (data === undefined) return [...where];
    const ids: string[] = [];
    const { sql, parameters } = allOf(where);
    for (let after = ''; ; ) {
      const rows = await this.database.read((session: JobSession) =>
        session.select<Pick<JobRow, 'id' | 'data'>>(
          `SELECT id, data FROM agenda_job WHERE ${sql} AND id > ? ORDER BY id LIMIT ?`,
          [...parameters, after, PAGE],
        ),
      );
      for (const row of rows) if (matchesData(JSON.parse(row.data), data)) ids.push(row.id);
      if (rows.length < PAGE) return [isOneOf(this.database.dialect, 'id', ids)];
      after = rows[rows.length - 1].id;
    }
  }
}

function queryConditions(dialect: Dialect, options: JobsQueryOptions): Condition[] {
  const { name, names, id, ids, search, state, includeDisabled = true } = options;
  const wishes: Condition[] = [];
  if (name !== undefined) wishes.push(condition('name = ?', name));
  if (names !== undefined) wishes.push(isOneOf(dialect, 'name', names));
  if (id !== undefined) wishes.push(condition('id = ?', id));
  if (ids !== undefined) wishes.push(isOneOf(dialect, 'id', ids));
  if (search) wishes.push(contains(JOB_DIALECTS[dialect].nameText, search));
  if (!includeDisabled) wishes.push(condition('disabled = 0'));
  if (state !== undefined) wishes.push(isInState(state));
  return wishes;
}

function removalConditions(
  dialect: Dialect,
  { id, ids, name, names, notNames }: RemoveJobsOptions,
): Condition[] {
  const wishes: Condition[] = [];
  if (id !== undefined) wishes.push(condition('id = ?', id));
  if (ids !== undefined) wishes.push(isOneOf(dialect, 'id', ids));
  if (name !== undefined) wishes.push(condition('name = ?', name));
  if (names !== undefined) wishes.push(isOneOf(dialect, 'name', names));
  if (notNames !== undefined) wishes.push(not(isOneOf(dialect, 'name', notNames)));
  return wishes;
}

function orderOf(sort: JobsSort): string {
  const columns = Object.entries(sort).map(([field, direction]) => {
    const { column, sign } = SORT_COLUMNS[field as keyof JobsSort];
    const isAscending = direction === 'asc' || direction === 1;
    return `${column} ${isAscending === (sign === 1) ? 'ASC' : 'DESC'}`;
  });
  return columns.length === 0 ? 'next_run_at DESC' : columns.join(', ');
}

function emptyOverview(name: string): JobsOverview {
  const none = { running: 0, scheduled: 0, queued: 0, completed: 0, failed: 0, repeating: 0 };
  return { name, total: 0, ...none, paused: 0 };
}
