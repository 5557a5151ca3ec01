import type { DirectoryId, GenerationId, NameKey } from '../../domain/index.js';
import {
  columnsOf,
  mayBeStored,
  type Named,
  type NamedFacts,
  type NamedTable,
} from './named-rows.js';
import type { RowVisitor, Session } from './session.js';

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

/** All of one generation by name key, without building a list twice. */
export async function scanNamed<Facts extends NamedFacts, Item extends Facts & Named>(
  session: Session,
  table: NamedTable<Facts, Item>,
  directory: { readonly id: DirectoryId; readonly generation: GenerationId },
): Promise<Item[]> {
  const items: Item[] = [];
  const visit: RowVisitor = (row) => {
    items.push(itemOf(session, table, directory.id, row.slice(1)));
  };
  const sql = `SELECT ${columnsOf(table).join(', ')} FROM ${table.table} WHERE generation = ? `;
  await session.scan(`${sql}ORDER BY name_key`, [directory.generation], visit);
  return items;
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

function itemOf<Facts extends NamedFacts, Item extends Facts & Named>(
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
