import type { AuditDifference, Revision, SelfAudit } from '../domain/index.js';

/**
 * What keeps the database small and looks whether it agrees with itself. Everything is deleted oldest
 * first in bounded transactions without the revision lock; what was interrupted is finished next time.
 */
export interface UpkeepStore {
  /**
   * Deletes the entries of the log that were made before `before`, up to the first younger one and
   * never the newest revision, on which a packed index stands. Whoever follows the log from before
   * the cut is told (`StoreReader`).
   */
  cutLog(before: Date): Promise<LogCut>;
  /**
   * Deletes records of runs that ended before `before`, but of each directory none of the newest
   * `keep`, none that waits for an administrator and not the current one. @returns how many.
   */
  forgetRuns(before: Date, keep: number): Promise<number>;
  /** What is wrong with the rows in force, as `ROWS` audits name it. Reads all of them, page by page. */
  rowDifferences(): Promise<AuditDifference[]>;
  /** Keeps the result of an audit; of all of them the newest hundred are kept. */
  keepAudit(audit: SelfAudit): Promise<void>;
  /** Newest first. */
  audits(atMost: number): Promise<SelfAudit[]>;
}

export interface LogCut {
  /** The state at this revision and every later one can still be told from the log. */
  readonly oldest: Revision;
  /** Entries deleted. */
  readonly deleted: number;
}
