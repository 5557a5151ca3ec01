import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { dataSourceOptions } from '../../src/store/typeorm/data-source.js';
import { parseStoreUrl } from '../../src/store/typeorm/store-url.js';
import { describeEachDatabase } from '../support/databases.js';
import { addInternal } from './builders.js';

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
