import {
  type DirectoryId,
  GatehouseError,
  type GenerationId,
  type NameKey,
  requireName,
} from '../../domain/index.js';
import type { SqlValue } from './dialect.js';
import { columnsOf, type Named, type NamedFacts, type NamedTable, rowOf } from './named-rows.js';
import { namedByIds } from './read-named.js';
import { requireDirectory } from './require-directory.js';
import type { Scope } from './scope.js';
import type { Session } from './session.js';

/** @throws GatehouseError `NAME_INVALID`, `NAME_TAKEN`, `INPUT_INVALID`. */
export async function addNamed<Facts extends NamedFacts, Item extends Facts & Named>(
  scope: Scope,
  table: NamedTable<Facts, Item>,
  directoryId: DirectoryId,
  given: readonly Facts[],
): Promise<Item[]> {
  const { generation } = await requireDirectory(scope.session, directoryId);
  if (given.length === 0) return [];
  const keyed = given.map((facts) => {
    const nameKey = requireName(table.kind, facts.name);
    return { nameKey, facts: table.keepable(facts, null) };
  });
  requireDistinct(table.kind, keyed);
  await requireFree(scope.session, table, generation, keyed);
  const firstId = await scope.allocateIds(keyed.length);
  const rows = keyed.map((row, i) => ({ ...row, generation, id: firstId + i }));
  await insertNamed(scope.session, table, rows);
  return rows.map(({ id, nameKey, facts }) => {
    const item = table.item(id, directoryId, nameKey, facts);
    scope.record(table.added(item));
    return item;
  });
}

/**
 * Writes the ones that differ, where they stand if they are found by the same name and id as before. Of
 * the others the old rows are deleted before the new ones are inserted, so that names may change hands
 * within one call whatever the order. Renames are recorded after the others
 * and side by side, because a reader of the log must take such a swap as one step.
 * @returns all that were named, in that order; whoever is named twice is as the last one says.
 * @throws GatehouseError `NOT_FOUND`, `NAME_INVALID`, `NAME_TAKEN`, `INPUT_INVALID`.
 */
export async function changeNamed<Facts extends NamedFacts, Item extends Facts & Named>(
  scope: Scope,
  table: NamedTable<Facts, Item>,
  wanted: readonly { readonly id: Item['id']; readonly facts: Facts }[],
): Promise<Item[]> {
  const { session } = scope;
  const ids = wanted.map(({ id }) => id);
  const held = new Map((await namedByIds(session, table, ids)).map((item) => [item.id, item]));
  const results = new Map<Item['id'], Item>();
  const changes = new Map<Item['id'], { before: Item; after: Item; facts: Facts }>();
  for (const { id, facts: given } of wanted) {
    const before = held.get(id);
    if (!before) throw new GatehouseError('NOT_FOUND', { kind: table.kind, name: String(id) });
    const nameKey = requireName(table.kind, given.name);
    const facts = table.keepable(given, before);
    const after = table.item(id, before.directoryId, nameKey, facts);
    results.set(id, after);
    if (table.same(before, facts)) changes.delete(id);
    else changes.set(id, { before, after, facts });
  }

  const isFoundAlike = (id: number) => {
    const { before, after } = changes.get(id)!;
    return table.isFoundAlike(before, after);
  };
  const byDirectory: { generation: GenerationId; rows: KeyedRow<Facts>[] }[] = [];
  for (const directoryId of new Set([...changes.values()].map(({ after }) => after.directoryId))) {
    const { generation } = await requireDirectory(session, directoryId);
    const rows = [...changes.values()]
      .filter(({ after }) => after.directoryId === directoryId)
      .map(({ after: { id, nameKey }, facts }) => ({ generation, id, nameKey, facts }));
    requireDistinct(table.kind, rows);
    await requireFree(session, table, generation, rows, changes);
    byDirectory.push({ generation, rows });
  }
  // Nothing is written before all of it may be.
  for (const { generation, rows } of byDirectory) {
    await updateNamed(
      session,
      table,
      rows.filter(({ id }) => isFoundAlike(id)),
    );
    const sought = rows.filter(({ id }) => !isFoundAlike(id));
    const rowIds = sought.map(({ id }) => id);
    await deleteNamed(session, table, generation, rowIds);
    await insertNamed(session, table, sought);
  }
  const isRename = (change: { before: Item; after: Item }) =>
    change.before.nameKey !== change.after.nameKey;
  const recorded = [...changes.values()];
  for (const { before, after } of [
    ...recorded.filter((change) => !isRename(change)),
    ...recorded.filter(isRename),
  ]) {
    scope.record(table.changed(before, after));
  }
  return ids.flatMap((id) => results.get(id) ?? []);
}

export function insertNamed<Facts extends NamedFacts, Item extends Facts & Named>(
  session: Session,
  table: NamedTable<Facts, Item>,
  rows: readonly KeyedRow<Facts>[],
): Promise<void> {
  const values = rows.map((row): SqlValue[] => rowOf(table, session.dialect, row));
  return session.insert(table.table, columnsOf(table), values);
}

/** Of rows that are found by the same name and id as before: no index is written. */
function updateNamed<Facts extends NamedFacts, Item extends Facts & Named>(
  session: Session,
  table: NamedTable<Facts, Item>,
  rows: readonly KeyedRow<Facts>[],
): Promise<void> {
  const columns = columnsOf(table);
  const changing = [
    'name',
    ...table.factColumns.filter((column) => !table.soughtColumns.includes(column)),
  ];
  const { dialect } = session;
  const sql = dialect.update(table.table, columns, ['generation', 'id'], changing);
  const values = rows.map((row): SqlValue[] => rowOf(table, dialect, row));
  return session.write(sql, columns.length, values);
}

export function deleteNamed(
  session: Session,
  { table }: { readonly table: string },
  generation: GenerationId,
  ids: readonly number[],
): Promise<void> {
  const { inList } = session.dialect;
  return session.runListed(
    `DELETE FROM ${table} WHERE generation = ? AND id ${inList}`,
    [generation],
    ids,
  );
}

interface Keyed {
  readonly nameKey: NameKey;
  readonly facts: NamedFacts;
}

interface KeyedRow<Facts> {
  readonly generation: GenerationId;
  readonly id: number;
  readonly nameKey: NameKey;
  readonly facts: Facts;
}

/** @throws GatehouseError `NAME_TAKEN` when one list gives a name to two. */
export function requireDistinct(kind: 'user' | 'group', rows: readonly Keyed[]): void {
  const keys = new Set<NameKey>();
  for (const { nameKey, facts } of rows) {
    if (keys.has(nameKey)) throw new GatehouseError('NAME_TAKEN', { kind, name: facts.name });
    keys.add(nameKey);
  }
}

/**
 * @param leaving those who give their names up in the same step.
 * @throws GatehouseError `NAME_TAKEN`.
 */
export async function requireFree(
  session: Session,
  { kind, table }: { readonly kind: 'user' | 'group'; readonly table: string },
  generation: GenerationId,
  rows: readonly Keyed[],
  leaving: { has(id: number): boolean } = new Set(),
): Promise<void> {
  const { dialect } = session;
  const found = await session.selectListed<{ id: number; name_key: unknown }>(
    `SELECT id, name_key FROM ${table} WHERE generation = ? AND name_key ${dialect.inList}`,
    [generation],
    rows.map(({ nameKey }) => dialect.key(nameKey)),
  );
  const taken = found.find(({ id }) => !leaving.has(id));
  if (!taken) return;
  const key = dialect.keyFrom(taken.name_key);
  const name = rows.find(({ nameKey }) => nameKey === key)?.facts.name ?? key;
  throw new GatehouseError('NAME_TAKEN', { kind, name });
}
