import type { Directory } from '../../domain/index.js';
import { pace } from '../../pace/index.js';
import type { EdgeTable } from './edge-rows.js';
import { type Column, NumberColumn } from './number-column.js';
import type { Session } from './session.js';

/**
 * Whole tables of a generation as columns, in the order of the primary key, with memory for little
 * more than the columns. libsql spends most of its time on making values of each row, so SQLite is
 * asked for texts that hold the values of a page of rows; an aggregate takes the rows of an ordered
 * subquery in that order. mysql2 is fast enough row by row, and MySQL slow at joining texts.
 */

/** Rows of one page: to read its numbers takes about half a millisecond, as much as to have it made aside. */
const ROWS_OF_A_PAGE = 8_192;
/** Edges that are visited between two looks at the clock. */
const EDGES_BETWEEN_LOOKS = 512;

type Generation = Pick<Directory, 'generation'>;
type EdgeEnds = Pick<EdgeTable, 'table' | 'above' | 'below'>;

/** One edge is `above[i]` and `below[i]`. */
export interface EdgeColumns {
  readonly above: Column;
  readonly below: Column;
}

export async function readEdgeColumns(
  session: Session,
  table: EdgeEnds,
  directory: Generation,
): Promise<EdgeColumns> {
  const above = new NumberColumn();
  const below = new NumberColumn();
  await scanEdges(session, table, directory, (one, other) => {
    above.push(one);
    below.push(other);
  });
  return { above: above.all(), below: below.all() };
}

/** Visits all edges of a generation, those of a group side by side. */
export async function scanEdges(
  session: Session,
  { table, above, below }: EdgeEnds,
  { generation }: Generation,
  visit: (above: number, below: number) => void,
): Promise<void> {
  const order = `ORDER BY ${above}, ${below}`;
  if (session.dialect.name === 'sqlite') {
    const page =
      `SELECT ${above} AS one, ${below} AS other FROM ${table} WHERE generation = ? ` +
      `AND (${above}, ${below}) > (?, ?) ${order} LIMIT ${ROWS_OF_A_PAGE}`;
    const sql = `SELECT group_concat(one) AS ones, group_concat(other) AS others FROM (${page})`;
    const aboves = new NumberColumn();
    const belows = new NumberColumn();
    const next = () =>
      session.select<{ ones: string | null; others: string }>(sql, [
        generation,
        aboves.last(),
        belows.last(),
      ]);
    for (let page = next(); ; ) {
      const [{ ones, others }] = await page;
      if (ones === null) return;
      aboves.clear();
      belows.clear();
      aboves.pushListed(ones);
      belows.pushListed(others);
      page = underWay(next());
      const groups = aboves.all();
      const members = belows.all();
      for (let i = 0; i < groups.length; i++) {
        if (i % EDGES_BETWEEN_LOOKS === 0) await pace.giveWay();
        visit(groups[i], members[i]);
      }
    }
  }
  await session.scan(
    `SELECT ${above}, ${below} FROM ${table} ${session.dialect.inKeyOrder} ` +
      `WHERE generation = ? ${order}`,
    [generation],
    (edge) => visit(edge[0] as number, edge[1] as number),
  );
}

/** What is awaited later; whoever fails before that has another error to tell. */
export function underWay<Value>(coming: Promise<Value>): Promise<Value> {
  coming.catch(() => undefined);
  return coming;
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
    const next = () =>
      session.select<{ ids: string | null; names: string; flags: string }>(sql, [
        generation,
        ids.last(),
      ]);
    for (let page = next(); ; ) {
      const [row] = await page;
      if (row.ids === null) break;
      ids.pushListed(row.ids);
      page = underWay(next());
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
