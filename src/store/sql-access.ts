/** One piece of work on one connection. */
export interface SqlSession {
  /** The rows a statement yields, by column name. */
  select<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** @returns how many rows the statement matched and wrote. */
  run(sql: string, parameters?: readonly unknown[]): Promise<number>;
}

/**
 * Statements of a room that keeps tables of its own in the same database. What they say of any other
 * table is nobody's promise.
 */
export interface SqlAccess {
  readonly dialect: 'sqlite' | 'mysql';
  /** Reads what is committed. Only a single statement is consistent in itself. */
  read<Result>(work: (session: SqlSession) => Promise<Result>): Promise<Result>;
  /**
   * A short transaction of its own, without the revision lock. `work` may be run again from its
   * start when the database gave it up to end a deadlock.
   * @throws GatehouseError `STORE_BUSY`.
   */
  write<Result>(work: (session: SqlSession) => Promise<Result>): Promise<Result>;
}
