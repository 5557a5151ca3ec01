import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { LeaseOfRuns1795000000005 } from '../../migrations/1795000000005-lease-of-runs.js';
import { migrations } from '../../migrations/index.js';
import { asId, EMPTY_REPORT, NO_COUNTS, type RunCounts } from '../../src/domain/index.js';
import { dataSourceOptions } from '../../src/store/typeorm/data-source.js';
import { parseStoreUrl } from '../../src/store/typeorm/store-url.js';
import { describeEachDatabase } from '../support/databases.js';
import { HELD } from '../support/runs.js';
import { addInternal, addRemote } from './builders.js';

describeEachDatabase('migrations', (database) => {
  let url: string;
  let source: DataSource;

  beforeEach(async () => {
    url = await database.create();
    const options = await dataSourceOptions(parseStoreUrl(url));
    source = await new DataSource(options).initialize();
  });

  afterEach(async () => {
    await source.destroy();
  });

  const tables = async (): Promise<string[]> => {
    const rows: { name: string }[] = await source.query(
      database.dialect === 'sqlite'
        ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        : 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
    );
    return rows.map(({ name }) => name).toSorted();
  };

  test('go from nothing to the latest, back and up again', async () => {
    await source.runMigrations();
    const latest = await tables();
    expect(latest).toContain('membership');
    for (let i = 0; i < migrations.length; i++) await source.undoLastMigration();
    expect(await tables()).toEqual(['migrations']);
    await source.runMigrations();
    expect(await tables()).toEqual(latest);
    const store = await database.open({ url, migrate: false });
    expect((await addInternal(store, 'Staff')).name).toBe('Staff');
  });

  test('keep the runs of before there were leases, and none of them holds one', async () => {
    const before = await database.open({ url });
    const { id: directoryId } = await addRemote(before, 'Jira');
    const counts: RunCounts = { ...NO_COUNTS, usersRead: 10 };
    const undo = async () => {
      const since = migrations.length - migrations.indexOf(LeaseOfRuns1795000000005);
      for (let i = 0; i < since; i++) await source.undoLastMigration();
    };
    await undo();
    const old = [
      { id: 9_001, finishedAt: 2_000, outcome: 'SUCCEEDED', reason: null },
      { id: 9_002, finishedAt: 3_000, outcome: 'FAILED', reason: 'UNREACHABLE' },
      { id: 9_003, finishedAt: null, outcome: 'RUNNING', reason: null },
    ] as const;
    for (const { id, finishedAt, outcome, reason } of old) {
      await source.query(
        'INSERT INTO synchronisation_run (id, directory_id, started_at, finished_at, ' +
          'last_sign_at, outcome, reason, counts) VALUES (?, ?, 1000, ?, 4000, ?, ?, ?)',
        [id, directoryId, finishedAt, outcome, reason, JSON.stringify(counts)],
      );
    }
    await source.query(
      'UPDATE directory_freshness SET current_run = 9003, last_succeeded_at = 2000, ' +
        'stale_since = 3000 WHERE directory_id = ?',
      [directoryId],
    );
    await source.runMigrations();
    await undo();
    await source.runMigrations();

    const store = await database.open({ url, migrate: false });
    for (const { id, finishedAt, outcome, reason } of old) {
      expect(await store.runs.byId(asId(id))).toEqual({
        ...EMPTY_REPORT,
        id,
        directoryId,
        startedAt: new Date(1_000),
        finishedAt: finishedAt && new Date(finishedAt),
        outcome,
        reason,
        message: null,
        kind: 'FULL',
        counts,
        progress: null,
        revision: null,
      });
    }
    expect(await store.reader.freshness([directoryId])).toEqual([
      { directoryId, lastSucceededAt: new Date(2_000), staleSince: new Date(3_000) },
    ]);
    expect(await store.reader.continuation(directoryId)).toBe('FIRST_RUN');
    expect(await store.runs.start(directoryId, HELD)).toMatchObject({ outcome: 'RUNNING' });
    expect(await store.runs.byId(asId(9_003))).toMatchObject({
      outcome: 'ABORTED',
      reason: 'RUN_SUPERSEDED',
    });
  });

  test('one that was interrupted runs again', async () => {
    await source.runMigrations();
    const [first] = await source.query('SELECT scheme_key FROM permission_scheme');
    await source.query('DELETE FROM migrations');
    await source.query('DROP TABLE membership');
    await source.runMigrations();
    expect(await source.query('SELECT scheme_key FROM permission_scheme')).toEqual([first]);
    expect(await tables()).toContain('membership');
  });

  test('make the tables that the entities describe', async () => {
    await source.runMigrations();
    for (const { tableName, columns } of source.entityMetadatas) {
      const runner = source.createQueryRunner();
      const table = await runner.getTable(tableName);
      await runner.release();
      const described = columns.map((column) => ({
        name: column.databaseName,
        type: source.driver.normalizeType(column),
        isNullable: column.isNullable,
        isPrimary: column.isPrimary,
      }));
      const made = table?.columns.map(({ name, type, isNullable, isPrimary }) => ({
        name,
        type,
        isNullable,
        isPrimary,
      }));
      expect([tableName, made]).toEqual([tableName, described]);
    }
  });

  test('are run by a store that opens, unless it is told not to', async () => {
    await expect(database.open({ url, migrate: false })).rejects.toThrow('older than this program');
    expect(await tables()).not.toContain('membership');
    await Promise.all([1, 2, 3, 4].map(() => database.open({ url })));
    const store = await database.open({ url, migrate: false });
    expect(await store.reader.revision()).toBe(0);
  });
});
