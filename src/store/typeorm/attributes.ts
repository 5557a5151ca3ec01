import {
  type Attribute,
  type Change,
  compareNameKeys,
  type DirectoryId,
  GatehouseError,
  type GenerationId,
  type Group,
  type GroupId,
  type NameKey,
  requireAttributes,
  type User,
  type UserId,
} from '../../domain/index.js';
import type { AttributeReader, AttributeTransaction } from '../attribute-store.js';
import { GROUPS, USERS } from './named-rows.js';
import { namedByIds } from './read-named.js';
import type { Scope } from './scope.js';
import type { Session } from './session.js';

/** What the attributes of users and of groups have in common as rows, and where they differ. */
interface AttributeTable<Owner extends User | Group> {
  readonly kind: 'user' | 'group';
  find(session: Session, id: Owner['id']): Promise<Owner[]>;
  changed(owner: Owner, stored: readonly string[], deleted: readonly string[]): Change;
}

const OF_USERS: AttributeTable<User> = {
  kind: 'user',
  find: (session, id) => namedByIds(session, USERS, [id]),
  changed: (user, stored, deleted) => ({ kind: 'UserAttributesChanged', user, stored, deleted }),
};

const OF_GROUPS: AttributeTable<Group> = {
  kind: 'group',
  find: (session, id) => namedByIds(session, GROUPS, [id]),
  changed: (group, stored, deleted) => ({ kind: 'GroupAttributesChanged', group, stored, deleted }),
};

export function attributeReader(
  read: <Result>(
    owners: readonly number[],
    work: (session: Session) => Promise<Result>,
  ) => Promise<Result>,
): AttributeReader {
  return {
    ofUsers: (ids) => read(ids, (session) => attributesOf<UserId>(session, 'user', ids)),
    ofGroups: (ids) => read(ids, (session) => attributesOf<GroupId>(session, 'group', ids)),
  };
}

export function attributeTransaction(scope: Scope): AttributeTransaction {
  return {
    ...attributeReader((_, work) => work(scope.session)),
    setOfUser: (id, attributes) => setAttributes(scope, OF_USERS, id, attributes),
    setOfGroup: (id, attributes) => setAttributes(scope, OF_GROUPS, id, attributes),
  };
}

/** Deletes the attributes of users or groups who are being removed. */
export async function deleteAttributes(
  session: Session,
  kind: 'user' | 'group',
  owners: readonly number[],
): Promise<void> {
  const { inList } = session.dialect;
  await session.runListed(`DELETE FROM ${kind}_attribute WHERE ${kind}_id ${inList}`, [], owners);
}

/**
 * Deletes the attributes of a directory that is being removed.
 * @param staying a generation that is coming into force: whoever is in it keeps theirs.
 */
export async function deleteAttributesIn(
  session: Session,
  directoryId: DirectoryId,
  staying: GenerationId | null,
): Promise<void> {
  for (const kind of ['user', 'group'] as const) {
    const all = `DELETE FROM ${kind}_attribute WHERE directory_id = ?`;
    const gone = `${kind}_id NOT IN (SELECT id FROM directory_${kind} WHERE generation = ?)`;
    if (staying === null) await session.run(all, [directoryId]);
    else await session.run(`${all} AND ${gone}`, [directoryId, staying]);
  }
}

async function setAttributes<Owner extends User | Group>(
  scope: Scope,
  table: AttributeTable<Owner>,
  id: Owner['id'],
  attributes: readonly Attribute[],
): Promise<void> {
  const { session } = scope;
  const { kind } = table;
  requireAttributes(attributes);
  const [owner] = await table.find(session, id);
  if (!owner) throw new GatehouseError('NOT_FOUND', { kind, name: String(id) });
  const held = new Map<string, readonly string[]>();
  for (const { name, values } of (await attributesOf(session, kind, [id])).get(id) ?? []) {
    held.set(name, values);
  }
  const changed = attributes.filter(({ name, values }) => !sameValues(held.get(name), values));
  if (changed.length === 0) return;
  const { dialect } = session;
  await session.runListed(
    `DELETE FROM ${kind}_attribute WHERE ${kind}_id = ? AND name ${dialect.inList}`,
    [id],
    changed.map(({ name }) => keyOf(session, name)),
  );
  await session.insert(
    `${kind}_attribute`,
    [`${kind}_id`, 'name', 'position', 'directory_id', 'value'],
    changed.flatMap(({ name, values }) =>
      values.map((value, at) => [id, keyOf(session, name), at, owner.directoryId, value]),
    ),
  );
  const names = (part: readonly Attribute[]) => part.map(({ name }) => name).sort(compareNameKeys);
  const stored = names(changed.filter(({ values }) => values.length > 0));
  const deleted = names(changed.filter(({ values }) => values.length === 0));
  scope.record(table.changed(owner, stored, deleted));
}

async function attributesOf<Id extends number>(
  session: Session,
  kind: 'user' | 'group',
  owners: readonly Id[],
): Promise<Map<Id, Attribute[]>> {
  const { dialect } = session;
  const rows = await session.selectListed<{ owner: Id; name: unknown; value: string }>(
    `SELECT ${kind}_id AS owner, name, value FROM ${kind}_attribute ` +
      `WHERE ${kind}_id ${dialect.inList} ORDER BY ${kind}_id, name, position`,
    [],
    owners,
  );
  const found = new Map<Id, { name: string; values: string[] }[]>();
  for (const { owner, name: stored, value } of rows) {
    const name = dialect.keyFrom(stored);
    const attributes = found.get(owner) ?? [];
    found.set(owner, attributes);
    const last = attributes.at(-1);
    if (last?.name === name) last.values.push(value);
    else attributes.push({ name, values: [value] });
  }
  return found;
}

/** Compared by its bytes as it is spelt, without the folding that makes a key of a name. */
function keyOf({ dialect }: Session, name: string): string | Buffer {
  return dialect.key(name as NameKey);
}

function sameValues(held: readonly string[] = [], values: readonly string[]): boolean {
  return held.length === values.length && held.every((value, i) => value === values[i]);
}
