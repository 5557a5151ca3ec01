import LibsqlAside from 'libsql/promise';
import type { SqlValue } from './dialect.js';

/** What we use of SQLite's driver beside what TypeORM does. */
export interface LibsqlConnection {
  exec(sql: string): void;
  prepare(sql: string): {
    raw(): { iterate(...parameters: readonly SqlValue[]): Iterable<unknown[]> };
  };
}

/** The driver has two faces for the same handle; TypeORM knows the one that keeps the process. */
const aside = LibsqlAside.prototype;

/**
 * Runs statements on a thread of the driver, for what takes long: a commit forces the disk. Nothing else
 * may use the connection meanwhile, or it would keep the process until this is through.
 */
export async function execAside(connection: LibsqlConnection, sql: string): Promise<void> {
  await aside.exec.call(connection, sql);
}

/** The same for one that writes, with parameters. */
export async function runAside(
  connection: LibsqlConnection,
  sql: string,
  parameters: readonly unknown[],
): Promise<void> {
  const statement = await aside.prepare.call(connection, sql);
  // Its `run` would keep the process. A statement that writes is through when its rows, none, are had.
  await statement.all(...parameters);
}

/**
 * The rows of one that reads, with parameters. The first one is made on the thread, others are not: it is
 * for statements that answer a page of rows as one.
 */
export async function selectAside<Row>(
  connection: LibsqlConnection,
  sql: string,
  parameters: readonly unknown[],
): Promise<Row[]> {
  const statement = await aside.prepare.call(connection, sql);
  return statement.all(...parameters);
}

/** A further connection to a file, of which nothing keeps the process but to open it. */
export function openAside(path: string): LibsqlAside {
  return new LibsqlAside(path, { timeout: 0 });
}
