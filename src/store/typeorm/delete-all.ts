import { type Database, writeShortly } from './database.js';
import type { SqlValue } from './dialect.js';

/**
 * A statement holds up the whole process on SQLite, a transaction other writers. Fewer rows in a
 * transaction cost more than they spare: each writes most pages of the second index anew.
 */
const ROWS_PER_STATEMENT = 1_000;
const STATEMENTS_PER_TRANSACTION = 20;

interface Rows {
  readonly table: string;
  readonly key: readonly string[];
  readonly condition: string;
}

/** Deletes all rows of a condition, in the order of the key. @returns how many. */
export async function deleteAll(
  database: Database,
  { table, key, condition }: Rows,
  parameters: readonly SqlValue[],
): Promise<number> {
  const sql = database.dialect.deleteSome(table, key, condition, ROWS_PER_STATEMENT);
  let deleted = 0;
  for (let left = true; left; ) {
    deleted += await writeShortly(database, async (session) => {
      let rows = 0;
      left = true;
      for (let i = 0; i < STATEMENTS_PER_TRANSACTION && left; i++) {
        const some = await session.run(sql, parameters);
        rows += some;
        left = some === ROWS_PER_STATEMENT;
      }
      return rows;
    });
  }
  return deleted;
}
