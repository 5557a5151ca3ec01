import type { Dialect } from './dialect.js';
import { asStoreBusy, isDeadlock } from './driver-errors.js';
import type { Session } from './session.js';

/** A transaction that has begun. Exactly one of `commit` and `rollback`, then `release`. */
export interface OpenTransaction {
  readonly session: Session;
  commit(): Promise<void>;
  /** Never fails: what cannot be rolled back is disconnected, which has the same effect. */
  rollback(): Promise<void>;
  /** Lets the next one begin. */
  release(): void;
}

/**
 * - `ORDERED`: follow one another in this process in the order of asking.
 * - `SHORT`: may stand beside them where the database can.
 * - `LOAD`: short ones whose rows count for nothing until a later transaction of another kind says so.
 *   A power cut may take back the last of them, which spares SQLite a forced write for each.
 */
export type TransactionKind = 'ORDERED' | 'SHORT' | 'LOAD';

/**
 * One of the two databases: how connections are had, and how a transaction begins. Whatever fails
 * for want of a lock throws the driver's error; `asStoreBusy` tells it from others.
 */
export interface Database {
  readonly dialect: Dialect;
  /** Reads the last committed state. Only a single statement is consistent in itself. */
  read<Result>(work: (session: Session) => Promise<Result>): Promise<Result>;
  /** Reads one committed state, however many statements it takes. */
  readConsistently<Result>(work: (session: Session) => Promise<Result>): Promise<Result>;
  /** The same for many rows: it holds up neither the process nor other reads. */
  readAtLength<Result>(work: (session: Session) => Promise<Result>): Promise<Result>;
  /** Begins a transaction that writes. @throws GatehouseError `STORE_BUSY`. */
  begin(kind: TransactionKind): Promise<OpenTransaction>;
  /**
   * @param session of the transaction that is open, if any: a piece of work that holds a connection
   *   and waits for another could wait for ever.
   * @returns the first of `count` ids in a row that nobody had and nobody else gets.
   */
  allocateIds(count: number, session?: Session): Promise<number>;
  /**
   * The same for rows whose ids tell which came later: larger than all that were had this way before,
   * by any process. `allocateIds` gives each process ids of its own block.
   */
  ascendingIds(count: number, session?: Session): Promise<number>;
  /** Waits for the work under way; later calls are refused with `SHUTTING_DOWN`. */
  close(): Promise<void>;
}

/** How often a short transaction is tried that the database gave up to end a deadlock. */
const DEADLOCK_ATTEMPTS = 5;

/**
 * Runs a short transaction without the revision lock; `work` may be run again from its start.
 * @throws GatehouseError `STORE_BUSY`.
 */
export async function writeShortly<Result>(
  database: Database,
  work: (session: Session) => Promise<Result>,
  kind: 'SHORT' | 'LOAD' = 'SHORT',
): Promise<Result> {
  const since = Date.now();
  for (let attempt = 1; ; attempt++) {
    const open = await database.begin(kind);
    try {
      const result = await work(open.session);
      await open.commit();
      return result;
    } catch (error) {
      await open.rollback();
      if (attempt === DEADLOCK_ATTEMPTS || !isDeadlock(error)) throw asStoreBusy(error, since);
    } finally {
      open.release();
    }
  }
}
