import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import startServer from '../../support/global-setup.js';
import stopServer from '../../support/global-teardown.js';

/** Enough for everything at size L, so that a rival is not slowed down by a small cache. */
const BUFFER_BYTES = 768 * 2 ** 20;

/** The server that the tests would use, for as long as the bench runs. */
export interface MysqlServer {
  /** The URL of an empty database; it is dropped at the end. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** `null` when there is none (see `test/support/global-setup.ts`). */
export async function openMysqlServer(): Promise<MysqlServer | null> {
  const named = process.env.TEST_MYSQL_URL ?? process.env.GATEHOUSE_TEST_MYSQL;
  await startServer();
  const server = process.env.GATEHOUSE_TEST_MYSQL;
  if (!server) return null;
  const names: string[] = [];
  const run = async (statements: readonly string[]) => {
    const connection = await createConnection(server);
    try {
      for (const statement of statements) await connection.query(statement);
    } finally {
      await connection.end();
    }
  };
  // A server of our own is as small as tests need it; one that was named is not ours to change.
  if (!named) await run([`SET GLOBAL innodb_buffer_pool_size = ${BUFFER_BYTES}`]);
  return {
    createDatabase: async () => {
      const name = `gatehouse_bench_${randomBytes(8).toString('hex')}`;
      await run([`CREATE DATABASE ${name}`]);
      names.push(name);
      const url = new URL(server);
      url.pathname = name;
      return url.href;
    },
    stop: async () => {
      await run(names.map((name) => `DROP DATABASE ${name}`));
      await stopServer();
    },
  };
}
