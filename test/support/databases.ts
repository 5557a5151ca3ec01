import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import { type GatehouseStore, type OpenStoreOptions, openStore } from '../../src/store/index.js';

/** What a test seals secrets with. */
export const TEST_SECRET_KEY = Buffer.alloc(32, 7);

/** One of the databases Gatehouse keeps its data in, for one suite. */
export interface TestDatabase {
  readonly dialect: 'sqlite' | 'mysql';
  /** An empty database of its own; it is dropped when the suite ends. */
  create(): Promise<string>;
  /** Opens a store, by default on a database of its own; it is closed when the suite ends. */
  open(options?: Partial<OpenStoreOptions>): Promise<GatehouseStore>;
}

/**
 * Runs a suite on SQLite and on MySQL: whoever keeps the promise of one must keep the other's.
 * Without a MySQL server (see `global-setup.ts`) its half is marked as skipped.
 */
export function describeEachDatabase(name: string, suite: (database: TestDatabase) => void): void {
  describe(`${name} on SQLite`, () => suite(sqlite()));
  describeSharedDatabase(name, suite);
}

/** The same for what several processes do on one database at once: SQLite is for one process. */
export function describeSharedDatabase(
  name: string,
  suite: (database: TestDatabase) => void,
): void {
  const server = process.env.GATEHOUSE_TEST_MYSQL;
  if (server) describe(`${name} on MySQL`, () => suite(mysql(server)));
  else describe.skip(`${name} on MySQL`, () => suite(mysql('mysql://absent')));
}

function sqlite(): TestDatabase {
  return testDatabase('sqlite', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-sqlite-'));
    return {
      url: `sqlite:${join(folder, 'test.db')}`,
      drop: () => rm(folder, { recursive: true, force: true }),
    };
  });
}

function mysql(server: string): TestDatabase {
  const onServer = async (sql: string) => {
    const connection = await createConnection(server);
    try {
      await connection.query(sql);
    } finally {
      await connection.end();
    }
  };
  return testDatabase('mysql', async () => {
    const name = `gatehouse_test_${randomBytes(8).toString('hex')}`;
    await onServer(`CREATE DATABASE ${name}`);
    const url = new URL(server);
    url.pathname = name;
    return { url: url.href, drop: () => onServer(`DROP DATABASE ${name}`) };
  });
}

function testDatabase(
  dialect: TestDatabase['dialect'],
  make: () => Promise<{ readonly url: string; readonly drop: () => Promise<void> }>,
): TestDatabase {
  const drops: (() => Promise<void>)[] = [];
  const stores: GatehouseStore[] = [];
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await Promise.all(drops.map((drop) => drop()));
  });
  const create = async (): Promise<string> => {
    const { url, drop } = await make();
    drops.push(drop);
    return url;
  };
  return {
    dialect,
    create,
    open: async (options = {}) => {
      const url = options.url ?? (await create());
      const store = await openStore({ secretKey: TEST_SECRET_KEY, ...options, url });
      stores.push(store);
      return store;
    },
  };
}
