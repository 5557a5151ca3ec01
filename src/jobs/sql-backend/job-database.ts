/** One piece of work on one connection. Parameters are `?`. */
export interface JobSession {
  select<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** @returns how many rows the statement matched. */
  run(sql: string, parameters?: readonly unknown[]): Promise<number>;
}

/**
 * A database with the table `agenda_job`. Besides its own connection this is all that the backend
 * needs, so it works beside whatever else uses the database.
 */
export interface JobDatabase {
  /** MySQL also stands for MariaDB. */
  readonly dialect: 'sqlite' | 'mysql';
  read<Result>(work: (session: JobSession) => Promise<Result>): Promise<Result>;
  /** One transaction; `work` may be run again from its start. */
  write<Result>(work: (session: JobSession) => Promise<Result>): Promise<Result>;
}

/** What the two databases spell differently. */
export interface JobDialect {
  /** Milliseconds since 1970 by the database's clock, the same for a whole statement. */
  readonly now: string;
  /** Ends a SELECT of rows that nobody else may change before the transaction ends. */
  readonly forUpdate: string;
  /** The same; rows that somebody else has locked are passed over instead of waited for. */
  readonly forUpdateUnlocked: string;
  /** The name as a text that knows letters. */
  readonly nameText: string;
  /** Begins an INSERT that does nothing when the row's key is there. */
  readonly insertNew: string;
}

export const JOB_DIALECTS: Readonly<Record<JobDatabase['dialect'], JobDialect>> = {
  sqlite: {
    now: "CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)",
    // A transaction that writes is alone.
    forUpdate: '',
    forUpdateUnlocked: '',
    nameText: 'name',
    insertNew: 'INSERT OR IGNORE',
  },
  mysql: {
    now: "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)",
    forUpdate: ' FOR UPDATE',
    forUpdateUnlocked: ' FOR UPDATE SKIP LOCKED',
    nameText: 'CONVERT(name USING utf8mb4)',
    insertNew: 'INSERT IGNORE',
  },
};
