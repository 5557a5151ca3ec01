import { type JobParameters, toJobId } from 'agenda';

/** A row of `agenda_job`. Times are milliseconds since 1970. */
export interface JobRow {
  readonly id: string;
  /** MySQL gives bytes, which `String` makes the text. */
  readonly name: string | Buffer;
  readonly kind: string;
  /** The priority, sorted the other way round. */
  readonly urgency: number;
  readonly disabled: number;
  readonly next_run_at: number | null;
  /** By the database's clock. */
  readonly locked_at: number | null;
  readonly last_run_at: number | null;
  readonly last_finished_at: number | null;
  readonly failed_at: number | null;
  readonly fail_count: number | null;
  readonly fail_reason: string | null;
  readonly progress: number | null;
  /** As JSON, because a number and a text mean different things. */
  readonly repeat_interval: string | null;
  readonly data: string;
  /** What no statement asks about, as JSON. */
  readonly rest: string;
  readonly unique_key: string | null;
  readonly last_modified_by: string | null;
}

/** A row, read at a moment that both clocks told. */
export type ReadJobRow = JobRow & { readonly now_ms: number };

/** What makes a row, in the order of `COLUMNS`. */
export const COLUMNS = [
  'name',
  'kind',
  'urgency',
  'disabled',
  'next_run_at',
  'last_run_at',
  'last_finished_at',
  'failed_at',
  'fail_count',
  'fail_reason',
  'progress',
  'repeat_interval',
  'data',
  'rest',
  'last_modified_by',
] as const satisfies readonly (keyof JobRow)[];

/** Attributes without a column. */
const REST = [
  'repeatTimezone',
  'repeatAt',
  'fork',
  'startDate',
  'endDate',
  'skipDays',
  'debounceStartedAt',
] as const satisfies readonly (keyof JobParameters)[];
const REST_DATES: ReadonlySet<string> = new Set(['startDate', 'endDate', 'debounceStartedAt']);

/** The values of `COLUMNS`. Attributes that are not there are not kept. */
export function valuesOf(job: JobParameters): unknown[] {
  const rest = Object.fromEntries(
    REST.filter((key) => job[key] !== undefined && job[key] !== null).map((key) => [key, job[key]]),
  );
  return [
    job.name,
    job.type,
    -job.priority,
    job.disabled ? 1 : 0,
    timeOf(job.nextRunAt),
    timeOf(job.lastRunAt),
    timeOf(job.lastFinishedAt),
    timeOf(job.failedAt),
    job.failCount ?? null,
    job.failReason ?? null,
    job.progress ?? null,
    job.repeatInterval === undefined ? null : JSON.stringify(job.repeatInterval),
    // JSON has no text for `undefined`.
    JSON.stringify(job.data ?? null),
    JSON.stringify(rest),
    job.lastModifiedBy ?? null,
  ];
}

/** A job as Agenda knows it; `lockedAt` is by the clock of this process. */
export function jobOf(row: ReadJobRow): JobParameters & { _id: NonNullable<JobParameters['_id']> } {
  const job: JobParameters = {
    name: String(row.name),
    type: row.kind === 'single' ? 'single' : 'normal',
    priority: -row.urgency,
    nextRunAt: dateOf(row.next_run_at) ?? null,
    data: JSON.parse(row.data),
    ...defined({
      disabled: row.disabled === 1 ? true : undefined,
      lockedAt: dateOf(row.locked_at === null ? null : Date.now() - (row.now_ms - row.locked_at)),
      lastRunAt: dateOf(row.last_run_at),
      lastFinishedAt: dateOf(row.last_finished_at),
      failedAt: dateOf(row.failed_at),
      failCount: row.fail_count ?? undefined,
      failReason: row.fail_reason ?? undefined,
      progress: row.progress ?? undefined,
      repeatInterval: row.repeat_interval === null ? undefined : JSON.parse(row.repeat_interval),
      lastModifiedBy: row.last_modified_by ?? undefined,
    }),
    ...JSON.parse(row.rest, (key, value) => (REST_DATES.has(key) ? new Date(value) : value)),
  };
  return { ...job, _id: toJobId(row.id) };
}

/** The attributes that are there. */
export function defined<Attributes extends object>(attributes: Attributes): Partial<Attributes> {
  return Object.fromEntries(
    Object.entries(attributes).filter(([, value]) => value !== undefined),
  ) as Partial<Attributes>;
}

export function timeOf(date: Date | string | null | undefined): number | null {
  return date === null || date === undefined ? null : new Date(date).getTime();
}

function dateOf(time: number | null): Date | undefined {
  return time === null ? undefined : new Date(time);
}
