import { createConnection } from 'mysql2/promise';
import type { DataSet } from '../dataset/data-set.js';
import { PERMISSIONS } from '../dataset/scheme.js';
import type { CanonicalFacts } from '../limit/canonical-facts.js';
import { batchesOf, CHECK, GROUPS, HOLDERS, tablesOf } from './recursive-cte.js';
import type { Rival } from './rival.js';

const ROWS_PER_INSERT = 20_000;
const NAME = 'VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

/** A recursive query on MariaDB or MySQL, prepared. @param url of an empty database. */
export async function mariadbRival(
  data: DataSet,
  facts: CanonicalFacts,
  url: string,
): Promise<Rival> {
  const connection = await createConnection(url);
  for (const { name, columns, rows } of tablesOf(data, facts, NAME)) {
    await connection.query(`CREATE TABLE ${name} (${columns}) ENGINE = InnoDB`);
    for (const batch of batchesOf(rows, ROWS_PER_INSERT)) {
      await connection.query(`INSERT INTO ${name} VALUES ?`, [batch]);
    }
    await connection.query(`ANALYZE TABLE ${name}`);
  }
  const column = async (sql: string, parameters: string[]): Promise<unknown[]> => {
    const [rows] = await connection.execute({ sql, rowsAsArray: true }, parameters);
    return (rows as unknown[][]).map(([value]) => value);
  };
  return {
    name: 'MariaDB, recursive CTE',
    check: async (user, bit) => {
      const name = data.userNames[user];
      const [allowed] = await column(CHECK, [name, name, PERMISSIONS[bit], PERMISSIONS[bit]]);
      return allowed === 1;
    },
    groupsOf: async (user) => (await column(GROUPS, [data.userNames[user]])).map(String),
    holders: async (bit) => {
      return (await column(HOLDERS, [PERMISSIONS[bit], PERMISSIONS[bit]])).map(String);
    },
    close: () => connection.end(),
  };
}
