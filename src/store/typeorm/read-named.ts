import type { DirectoryId, GenerationId, NameKey, User } from '../../domain/index.js';
import { pace } from '../../pace/index.js';
import {
  columnsOf,
  mayBeStored,
  type Named,
  type NamedFacts,
  type NamedTable,
  USERS,
} from './named-rows.js';
import { underWay } from './read-columns.js';
import type { Session } from './session.js';

/** Whole users are longer than what `read-columns.ts` reads of them. */
const ROWS_OF_A_PAGE = 1_024;
/** Rows that are visited between two looks at the clock. */
const ROWS_BETWEEN_LOOKS = 128;

/** Users or groups of generations in force, by id. Found ones only. */
export async function namedByIds<Facts extends NamedFacts, Item extends Facts & Named>(
  session: Session,
  table: NamedTable<Facts, Item>,
  ids: readonly Item['id'][],
): Promise<Item[]> {
  const { inList, orderedJoin } = session.dialect;
  const from =
    `${table.table} entry ${orderedJoin} directory owner ` +
    `ON owner.generation = entry.generation WHERE entry.id ${inList}`;
  return listed(session, table, from, [], ids);
}

/** Users or groups of one directory, by name key. Found ones only. */
export async function namedByKeys<Facts extends NamedFacts, Item extends Facts & Named>(
  session: Session,
  table: NamedTable<Facts, Item>,
  directoryId: DirectoryId,
  keys: readonly NameKey[],
): Promise<Item[]> {
  const { inList, orderedJoin } = session.dialect;
  const from =
    `directory owner ${orderedJoin} ${table.table} entry ` +
    `ON entry.generation = owner.generation WHERE owner.id = ? AND entry.name_key ${inList}`;
  const stored = keys.filter(mayBeStored).map((key) => session.dialect.key(key));
  return listed(session, table, from, [directoryId], stored);
}

/** Users of one directory, by external id. Found ones only. */
export async function usersByExternalIds(
  session: Session,
  directoryId: DirectoryId,
  externalIds: readonly string[],
): Promise<User[]> {
  const { inList, orderedJoin } = session.dialect;
  const from =
    `directory owner ${orderedJoin} directory_user entry ` +
    `ON entry.generation = owner.generation WHERE owner.id = ? AND entry.external_id ${inList}`;
  const stored = externalIds.filter((id) => mayBeStored(id as NameKey));
  return listed(session, USERS, from, [directoryId], stored);
}

/**
 * Visits all of one generation, by name key or, faster, by id. SQLite gives each page of rows as one
 * text, for the reason told in `read-columns.ts`.
 */
export async function scanNamed<Facts extends NamedFacts, Item extends Facts & Named>(
  session: Session,
  table: NamedTable<Facts, Item>,
  directory: { readonly id: DirectoryId; readonly generation: GenerationId },
  order: 'name_key' | 'id',
  visit: (item: Item) => void,
): Promise<void> {
  const columns = columnsOf(table).slice(1).join(', ');
  if (session.dialect.name === 'sqlite') {
    const page =
      `SELECT ${columns} FROM ${table.table} WHERE generation = ? AND ${order} > ? ` +
      `ORDER BY ${order} LIMIT ${ROWS_OF_A_PAGE}`;
    const sql = `SELECT json_group_array(json_array(${columns})) AS entries FROM (${page})`;
    const after = (last: string | number) =>
      session.select<{ entries: string }>(sql, [directory.generation, last]);
    let visited = 0;
    for (let page = after(order === 'id' ? 0 : ''); ; ) {
      const [{ entries }] = await page;
      const rows: unknown[][] = JSON.parse(entries);
      if (rows.length === 0) return;
      const items = rows.map((row) => itemOf(session, table, directory.id, row));
      const last = items[items.length - 1];
      page = underWay(after(order === 'id' ? last.id : last.nameKey));
      for (const item of items) {
        visit(item);
        visited += 1;
        if (visited % ROWS_BETWEEN_LOOKS === 0) await pace.giveWay();
      }
    }
  }
  const sql =
    `SELECT ${columns} FROM ${table.table} ${order === 'id' ? session.dialect.inKeyOrder : ''} ` +
    `WHERE generation = ? ORDER BY ${order}`;
  await session.scan(sql, [directory.generation], (row) =>
    visit(itemOf(session, table, directory.id, row)),
  );
}

async function listed<Facts extends NamedFacts, Item extends Facts & Named>(
  session: Session,
  table: NamedTable<Facts, Item>,
  from: string,
  parameters: readonly unknown[],
  list: readonly (string | number | Buffer)[],
): Promise<Item[]> {
  const columns = columnsOf(table).slice(1);
  const rows = await session.selectListed<Record<string, unknown>>(
    `SELECT owner.id AS directory_id, ${columns.map((name) => `entry.${name}`).join(', ')} ` +
      `FROM ${from}`,
    parameters,
    list,
  );
  return rows.map((row) =>
    itemOf(
      session,
      table,
      row.directory_id as DirectoryId,
      columns.map((name) => row[name]),
    ),
  );
}

/** @param row the columns after the generation. */
export function itemOf<Facts extends NamedFacts, Item extends Facts & Named>(
  session: Session,
  table: NamedTable<Facts, Item>,
  directoryId: DirectoryId,
  [id, name, nameKey, ...facts]: readonly unknown[],
): Item {
  return table.item(
    id as Item['id'],
    directoryId,
    session.dialect.keyFrom(nameKey),
    table.facts(String(name), facts),
  );
}
