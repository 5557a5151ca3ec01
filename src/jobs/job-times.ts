export interface JobTimes {
  /** How often it is looked for jobs that are due. */
  readonly lookEveryMs: number;
  /** How long a directory has no turn after a start, or after it was connected. */
  readonly firstTurnMs: number;
  /** The lock of a process that is gone is another's after this long. */
  readonly lockLifeMs: number;
}

/** Whoever connects a directory tests and synchronises it first; and a start has more urgent work. */
export const TIMES: JobTimes = { lookEveryMs: 5_000, firstTurnMs: 30_000, lockLifeMs: 15_000 };
