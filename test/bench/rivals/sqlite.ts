import { join } from 'node:path';
import Database from 'libsql';
import type { DataSet } from '../dataset/data-set.js';
import { PERMISSIONS } from '../dataset/scheme.js';
import type { CanonicalFacts } from '../limit/canonical-facts.js';
import { batchesOf, CHECK, GROUPS, HOLDERS, type Table, tablesOf } from './recursive-cte.js';
import type { Rival } from './rival.js';

const ROWS_PER_INSERT = 100;

/** A recursive query on SQLite, by the driver that Gatehouse uses; all of it fits into the cache. */
export function sqliteRival(data: DataSet, facts: CanonicalFacts, folder: string): Rival {
  const database = new Database(join(folder, 'rival.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -524288');
  for (const table of tablesOf(data, facts, 'TEXT')) fill(database, table);
  database.exec('ANALYZE');
  const check = database.prepare<string[]>(CHECK).raw();
  const groups = database.prepare<string[]>(GROUPS).raw();
  const holders = database.prepare<string[]>(HOLDERS).raw();
  const first = (row: unknown) => (row as unknown[])[0];
  return {
    name: 'SQLite, recursive CTE',
    check: (user, bit) => {
      const name = data.userNames[user];
      return first(check.get(name, name, PERMISSIONS[bit], PERMISSIONS[bit])) === 1;
    },
    groupsOf: async (user) => groups.all(data.userNames[user]).map((row) => String(first(row))),
    holders: async (bit) => {
      return holders.all(PERMISSIONS[bit], PERMISSIONS[bit]).map((row) => String(first(row)));
    },
    close: async () => {
      database.close();
    },
  };
}

function fill(database: Database.Database, { name, columns, rows }: Table): void {
  database.exec(`CREATE TABLE ${name} (${columns})`);
  database.exec('BEGIN');
  for (const batch of batchesOf(rows, ROWS_PER_INSERT)) {
    const marks = batch.map((row) => `(${row.map(() => '?').join(', ')})`).join(', ');
    database.prepare(`INSERT INTO ${name} VALUES ${marks}`).run(...batch.flat());
  }
  database.exec('COMMIT');
}
