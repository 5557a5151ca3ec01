import { In, IsNull, LessThan, LessThanOrEqual, Not } from 'typeorm';
import {
  asId,
  type Clock,
  type DirectoryId,
  GatehouseError,
  type Grant,
  type NameKey,
  nameKey,
  requirePageSize,
  type SetAsideGrantId,
  serversId,
  type Tombstone,
  type TombstoneId,
  type User,
  type UserFacts,
} from '../../domain/index.js';
import type {
  KeptRow,
  PeopleSought,
  TombstoneReader,
  TombstoneStore,
  TombstoneTransaction,
} from '../tombstone-store.js';
import { edgesAt, MEMBERSHIPS } from './edge-rows.js';
import type { Rows } from './entities.js';
import { lockLease } from './lease.js';
import { columnsOf, GROUPS, mayBeStored, USERS } from './named-rows.js';
import { itemOf, namedByIds, namedByKeys } from './read-named.js';
import { readGrants } from './read-settings.js';
import { requireDirectory } from './require-directory.js';
import type { Scope, StoreParts } from './scope.js';
import { LIST_LENGTH, parts, type Session } from './session.js';
import { removeGrant } from './write-grants.js';

type Row = Rows['tombstone'];

export function tombstoneStore({ database, clock }: StoreParts): TombstoneStore {
  return {
    ...reader(clock, (work) => database.read(work)),
    page: async (directoryId, { first, after }) => {
      requirePageSize(first);
      return database.readConsistently(async (session) => {
        const rows = session.rows('tombstone');
        const found = await rows.find({
          where: { directoryId, ...(after === null ? {} : { id: LessThan(after) }) },
          order: { id: 'DESC' },
          take: first + 1,
        });
        return {
          items: found.slice(0, first).map(toTombstone),
          hasMore: found.length > first,
          total: await rows.countBy({ directoryId }),
        };
      });
    },
    due: (now, limit) =>
      database.read(async (session) => {
        const rows = await session.rows('tombstone').find({
          where: { purgeAt: LessThanOrEqual(now) },
          order: { purgeAt: 'ASC', id: 'ASC' },
          take: limit,
        });
        return rows.map(({ id }) => id);
      }),
    setAsidePage: async ({ first, after }) => {
      requirePageSize(first);
      return database.readConsistently(async (session) => {
        const rows = session.rows('set_aside_grant');
        const found = await rows.find({
          where: after === null ? {} : { id: LessThan(after) },
          order: { id: 'DESC' },
          take: first + 1,
        });
        return {
          items: found.slice(0, first),
          hasMore: found.length > first,
          total: await rows.count(),
        };
      });
    },
  };
}

export function tombstoneTransaction(scope: Scope): TombstoneTransaction {
  const { session } = scope;
  const tombstones = session.rows('tombstone');
  const setAside = session.rows('set_aside_grant');
  return {
    ...reader(scope.clock, (work) => work(session)),
    remember: (ids, how) => remember(scope, ids, how),
    groupsNamed: (directoryId, names) =>
      namedByKeys(session, GROUPS, directoryId, [...new Set(names.map(nameKey))]),
    restored: async (id, userId) => {
      await tombstones.update({ id }, { userId, purgeAt: null });
    },
    forget: async (ids) => {
      for (const part of parts(ids, LIST_LENGTH)) await tombstones.delete({ id: In([...part]) });
    },
    setAside: async ({ id: grantId }, why) => {
      const { permission, subjectName, subjectKey } = await removeGrant(scope, grantId);
      const id: SetAsideGrantId = asId(await scope.ascendingIds(1));
      await setAside.insert({ id, permission, subjectName, subjectKey, ...why });
    },
    forgetSetAside: async (id) => {
      await setAside.delete({ id });
    },
    requireNoRun: async (directoryId) => {
      await lockLease(session, directoryId);
      const running = { directoryId, outcome: 'RUNNING' as const };
      if (await session.rows('synchronisation_run').existsBy(running)) {
        const { name } = await requireDirectory(session, directoryId);
        throw new GatehouseError('SYNCHRONISATION_RUNNING', { directory: name });
      }
    },
  };
}

function reader(
  clock: Clock,
  read: <Result>(work: (session: Session) => Promise<Result>) => Promise<Result>,
): TombstoneReader {
  return {
    now: () => clock.now(),
    hasTombstones: (directoryId) =>
      read((session) => session.rows('tombstone').existsBy({ directoryId })),
    byId: (id) =>
      read(async (session) => {
        const row = await session.rows('tombstone').findOneBy({ id });
        return row && toTombstone(row);
      }),
    setAsideById: (id) => read((session) => session.rows('set_aside_grant').findOneBy({ id })),
    tombstonesOf: (directoryId, sought) =>
      read((session) => tombstonesOf(session, directoryId, sought)),
    tombstonesNamed: (keys) =>
      read(async (session) => {
        const found = await listed(keys.filter(mayBeStored), (part) =>
          session.rows('tombstone').findBy({ nameKey: In(part) }),
        );
        return inOrder(found);
      }),
    keptRows: (directoryId) =>
      read(async (session) => {
        const rows = await session.rows('tombstone').find({
          select: { id: true, userId: true },
          where: { directoryId, userId: Not(IsNull()) },
        });
        return rows.map(({ id, userId }): KeptRow => ({ tombstone: id, userId: userId! }));
      }),
    userGrants: () => read(userGrants),
    bearers: (keys) => read((session) => bearers(session, keys)),
  };
}

async function tombstonesOf(
  session: Session,
  directoryId: DirectoryId,
  { nameKeys, externalIds }: PeopleSought,
): Promise<Tombstone[]> {
  const rows = session.rows('tombstone');
  const named = await listed(nameKeys.filter(mayBeStored), (part) =>
    rows.findBy({ directoryId, nameKey: In(part) }),
  );
  const known = await listed(externalIds, (part) =>
    rows.findBy({ directoryId, externalId: In(part) }),
  );
  return inOrder([...new Map([...named, ...known].map((row) => [row.id, row])).values()]);
}

async function userGrants(session: Session): Promise<Grant[]> {
  return (await readGrants(session)).filter(({ subjectType }) => subjectType === 'USER');
}

async function bearers(session: Session, keys: readonly NameKey[]): Promise<User[]> {
  const { dialect } = session;
  const columns = columnsOf(USERS).slice(1);
  const found: User[] = [];
  const directories = await session.rows('directory').find();
  for (const { id, generation } of directories) {
    const rows = await session.selectListed<Record<string, unknown>>(
      `SELECT ${columns.join(', ')} FROM directory_user WHERE generation = ? AND name_key ${dialect.inList}`,
      [generation],
      keys.filter(mayBeStored).map((key) => dialect.key(key)),
    );
    for (const row of rows) {
      const values = columns.map((name) => row[name]);
      found.push(itemOf(session, USERS, id, values));
    }
  }
  return found;
}

async function remember(
  scope: Scope,
  ids: readonly User['id'][],
  { rowStays, deletedAt, purgeAt }: Parameters<TombstoneTransaction['remember']>[1],
): Promise<void> {
  const { session } = scope;
  for (const part of parts(ids, LIST_LENGTH)) {
    const users = await namedByIds(session, USERS, part);
    const directories = [...new Set(users.map((user) => user.directoryId))];
    const theirs = { directoryId: In(directories), userId: In([...part]) };
    const former = await session.rows('tombstone').findBy(theirs);
    const factsOf = new Map(former.map((row) => [row.userId, row.facts]));
    await session.rows('tombstone').delete(theirs);
    const groups = await groupsOf(session, users);
    const firstId = await scope.ascendingIds(users.length);
    const rows = users.map(
      ({ id: userId, directoryId, nameKey, ...held }, i): Row => ({
        id: asId<TombstoneId>(firstId + i),
        directoryId,
        userId: rowStays ? userId : null,
        nameKey,
        externalId: serversId(held),
        facts: factsOf.get(userId) ?? held,
        memberOf: groups.get(userId) ?? [],
        deletedAt,
        purgeAt,
      }),
    );
    if (rows.length > 0) await session.rows('tombstone').insert(rows.map((row) => ({ ...row })));
  }
}

/** The names of the groups each of them is directly in. */
async function groupsOf(
  session: Session,
  users: readonly User[],
): Promise<Map<User['id'], string[]>> {
  const groups = new Map<User['id'], string[]>();
  for (const directoryId of new Set(users.map((user) => user.directoryId))) {
    const { generation } = await requireDirectory(session, directoryId);
    const ids = users.flatMap((user) => (user.directoryId === directoryId ? [user.id] : []));
    const edges = await edgesAt(session, MEMBERSHIPS, 'below', generation, ids);
    const above = await namedByIds(session, GROUPS, [...new Set(edges.map(([group]) => group))]);
    const names = new Map(above.map(({ id, name }) => [id, name]));
    for (const [group, user] of edges) {
      const name = names.get(group);
      if (name === undefined) continue;
      const userId = user as User['id'];
      const named = groups.get(userId);
      if (named) named.push(name);
      else groups.set(userId, [name]);
    }
  }
  return groups;
}

function toTombstone(row: Row): Tombstone {
  const { id, directoryId, userId, nameKey, memberOf: groups, deletedAt, purgeAt } = row;
  const facts: UserFacts = row.facts;
  return { id, directoryId, userId, facts, nameKey, groups, deletedAt, purgeAt };
}

function inOrder(rows: readonly Row[]): Tombstone[] {
  return rows.map(toTombstone).sort((a, b) => a.id - b.id);
}

async function listed<Item, Found>(
  items: readonly Item[],
  find: (part: Item[]) => Promise<Found[]>,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const part of parts(items, LIST_LENGTH)) {
    for (const item of await find([...part])) found.push(item);
  }
  return found;
}
