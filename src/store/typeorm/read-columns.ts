import type { Directory } from '../../domain/index.js';
import type { EdgeTable } from './edge-rows.js';
import { type Column, NumberColumn } from './number-column.js';
import type { Session } from './session.js';

/**
 * Whole tables of a generation as columns, in the order of the primary key, with memory for little
 * more than the columns. libsql spends most of its time on making values of each row, so SQLite is
 * asked for texts that hold the values of a page of rows; an aggregate takes the rows of an ordered
 * subquery in that order. mysql2 is fast enough row by row, and MySQL slow at joining texts.
 */

/** Rows of one page: SQLite's driver holds up the process for about a millisecond. */
const ROWS_OF_A_PAGE = 4_096;

type Generation = Pick<Directory, 'generation'>;

/** One edge is `above[i]` and `below[i]`. */
export interface EdgeColumns {
  readonly above: Column;
  readonly below: Column;
}

export async function readEdgeColumns(
  session: Session,
  { table, above, below }: Pick<EdgeTable, 'table' | 'above' | 'below'>,
  { generation }: Generation,
): Promise<EdgeColumns> {
  const aboves = new NumberColumn();
  const belows = new NumberColumn();
  if (session.dialect.name === 'sqlite') {
    const page =
      `SELECT ${above} AS one, ${below} AS other FROM ${table} WHERE generation = ? ` +
      `AND (${above}, ${below}) > (?, ?) ORDER BY ${above}, ${below} LIMIT ${ROWS_OF_A_PAGE}`;
    const sql = `SELECT group_concat(one) AS ones, group_concat(other) AS others FROM (${page})`;
    for (;;) {
      const [{ ones, others }] = await session.select<{ ones: string | null; others: string }>(
        sql,
        [generation, aboves.last(), belows.last()],
      );
      if (ones === null) break;
      aboves.pushListed(ones);
      belows.pushListed(others);
    }
  } else {
    await session.scan(
      `SELECT ${above}, ${below} FROM ${table} ${session.dialect.inKeyOrder} WHERE generation = ?`,
      [generation],
      (edge) => {
        aboves.push(edge[0] as number);
        belows.push(edge[1] as number);
      },
    );
  }
  return { above: aboves.all(), below: belows.all() };
}

/** One user or group is `ids[i]`, `names[i]` and `active[i]`. */
export interface NamedColumns {
  readonly ids: Column;
  readonly names: string[];
  readonly active: boolean[];
}

export async function readNamedColumns(
  session: Session,
  table: 'directory_user' | 'directory_group',
  { generation }: Generation,
): Promise<NamedColumns> {
  const ids = new NumberColumn();
  const names: string[] = [];
  const active: boolean[] = [];
  if (session.dialect.name === 'sqlite') {
    const page =
      `SELECT id, name, active FROM ${table} WHERE generation = ? AND id > ? ` +
      `ORDER BY id LIMIT ${ROWS_OF_A_PAGE}`;
    const sql =
      'SELECT group_concat(id) AS ids, json_group_array(name) AS names, ' +
      `group_concat(active, '') AS flags FROM (${page})`;
    for (;;) {
      const [row] = await session.select<{ ids: string | null; names: string; flags: string }>(
        sql,
        [generation, ids.last()],
      );
      if (row.ids === null) break;
      ids.pushListed(row.ids);
      for (const name of JSON.parse(row.names) as string[]) names.push(name);
      for (const flag of row.flags) active.push(flag === '1');
    }
  } else {
    await session.scan(
      `SELECT id, name, active FROM ${table} ${session.dialect.inKeyOrder} WHERE generation = ?`,
      [generation],
      ([id, name, flag]) => {
        ids.push(id as number);
        names.push(name as string);
        active.push(flag === 1);
      },
    );
  }
  return { ids: ids.all(), names, active };
}
