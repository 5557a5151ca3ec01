import type { Change, LoggedChange } from './change.js';
import type { DirectoryId, Revision } from './ids.js';
import type { DirectorySnapshot, GatewaySnapshot } from './snapshot.js';

/** What a store lets a witness read while a transaction holds the revision lock. */
export interface WitnessedTransaction {
  /**
   * Whole revisions greater than `revision`, in order: about `limit` changes, at least one revision.
   * `null` when the log was cut off after it and does not lead on from there.
   */
  changesAfter(revision: Revision, limit: number): Promise<LoggedChange[] | null>;
  /** Everything as this transaction sees it. */
  snapshot(): Promise<GatewaySnapshot>;
  /** The directory as this transaction sees it, a generation it is about to switch to included. */
  directorySnapshot(id: DirectoryId): Promise<DirectorySnapshot>;
}

/**
 * Stands beside every transaction of this process. It keeps a view of the log (the engine's index)
 * and may refuse a transaction or add consequences to it. The store calls the three methods in this
 * order, one transaction at a time; a transaction that changes nothing gets `prepare` alone.
 */
export interface TransactionWitness {
  /** The lock is held and the log stands at `revision`: catch up with it before any decision is taken. */
  prepare(revision: Revision, transaction: WitnessedTransaction): Promise<void>;
  /**
   * These changes are about to be committed as `revision`.
   * @returns further changes to append, such as licence warnings.
   * @throws to refuse; the transaction is then rolled back.
   */
  propose(
    revision: Revision,
    changes: readonly Change[],
    transaction: WitnessedTransaction,
  ): Promise<Change[]>;
  /** They are committed. Must not fail. */
  committed(revision: Revision, changes: readonly LoggedChange[]): void;
  /** They were proposed and rolled back. Must not fail. */
  abandoned(revision: Revision): void;
}

/** The time, so that tests can choose it. */
export interface Clock {
  now(): Date;
}
