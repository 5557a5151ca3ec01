import type { Change, Clock, Revision, RunId } from '../../domain/index.js';
import type { Database } from './database.js';
import type { SecretBox } from './secret-box.js';
import type { Session } from './session.js';

/** What every part of one transaction works with. */
export interface Scope {
  readonly session: Session;
  readonly revision: Revision;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly changes: readonly Change[];
  /** Runs that end with this transaction; they are told its revision when it changes anything. */
  readonly finishedRuns: RunId[];
  record(change: Change): void;
  /** @returns the first of `count` ids in a row. */
  allocateIds(count: number): Promise<number>;
  /** The same, and larger than all that were had this way before. */
  ascendingIds(count: number): Promise<number>;
}

/** What every part of one store works with. */
export interface StoreParts {
  readonly database: Database;
  readonly secrets: SecretBox;
  readonly clock: Clock;
}
