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
 * Writes the ones that differ: their old rows are deleted before the new ones are inserted, so that
 * names may change hands within one call whatever the order.
 * @returns all that were named, in that order.
 * @throws GatehouseError `NOT_FOUND`, `NAME_INVALID`, `NAME_TAKEN`, `INPUT_INVALID`.
 */
export async function changeNamed<Facts extends NamedFacts, Item extends Facts & Named>(
  scope: Scope,
  table: NamedTable<Facts, Item>,
  wanted: readonly { readonly id: Item['id']; readonly facts: Facts }[],
): Promise<Item[]> {
  const { session } = scope;
  const held = new Map<Item['id'], Item>();
  const ids = wanted.map(({ id }) => id);
  for (const item of await namedByIds(session, table, ids)) held.set(item.id, item);

  const changes: { before: Item; after: Item; facts: Facts }[] = [];
  const results = wanted.map(({ id, facts: given }) => {
    const before = held.get(id);
    if (!before) throw new GatehouseError('NOT_FOUND', { kind: table.kind, name: String(id) });
    const nameKey = requireName(table.kind, given.name);
    const facts = table.keepable(given, before);
    if (table.same(before, facts)) return before;
    const after = table.item(id, before.directoryId, nameKey, facts);
    held.set(id, after);
    changes.push({ before, after, facts });
    return after;
  });

  const directories = new Set(changes.map(({ before }) => before.directoryId));
  for (const directoryId of directories) {
    const { generation } = await requireDirectory(session, directoryId);
    const here = changes.filter(({ before }) => before.directoryId === directoryId);
    // Whoever is named twice is written once, as they are in the end.
    const last = new Map(here.map((change) => [change.after.id, change]));
    const rows = [...last.values()].map(({ after, facts }) => {
      return { generation, id: after.id, nameKey: after.nameKey, facts };
    });
    requireDistinct(table.kind, rows);
    await deleteNamed(
      session,
      table,
      generation,
      rows.map(({ id }) => id),
    );
    await requireFree(session, table, generation, rows);
    await insertNamed(session, table, rows);
  }
  for (const { before, after } of changes) scope.record(table.changed(before, after));
  return results;
}

export function insertNamed<Facts extends NamedFacts, Item extends Facts & Named>(
  session: Session,
  table: NamedTable<Facts, Item>,
  rows: readonly {
    readonly generation: GenerationId;
    readonly id: Item['id'];
    readonly nameKey: NameKey;
    readonly facts: Facts;
  }[],
): Promise<void> {
  const values = rows.map((row): SqlValue[] => rowOf(table, session.dialect, row));
  return session.insert(table.table, columnsOf(table), values);
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
  readonly facts: { readonly name: string };
}

/** @throws GatehouseError `NAME_TAKEN` when one list gives a name to two. */
export function requireDistinct(kind: 'user' | 'group', rows: readonly Keyed[]): void {
  const keys = new Set<NameKey>();
  for (const { nameKey, facts } of rows) {
    if (keys.has(nameKey)) throw new GatehouseError('NAME_TAKEN', { kind, name: facts.name });
    keys.add(nameKey);
  }
}

async function requireFree(
  session: Session,
  { kind, table }: { readonly kind: 'user' | 'group'; readonly table: string },
  generation: GenerationId,
  rows: readonly Keyed[],
): Promise<void> {
  const { dialect } = session;
  const taken = await session.selectListed<{ name_key: unknown }>(
    `SELECT name_key FROM ${table} WHERE generation = ? AND name_key ${dialect.inList}`,
    [generation],
    rows.map(({ nameKey }) => dialect.key(nameKey)),
  );
  if (taken.length === 0) return;
  const key = dialect.keyFrom(taken[0].name_key);
  const name = rows.find(({ nameKey }) => nameKey === key)?.facts.name ?? key;
  throw new GatehouseError('NAME_TAKEN', { kind, name });
}
