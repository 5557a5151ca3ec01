import { beforeEach, expect, test } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import type { Directory, Group, GroupId, User, UserId } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { reloadOf } from '../support/runs.js';
import { addInternal, codeOf, groupFacts, numbered, OPERATOR, userFacts } from './builders.js';

/** More than one page of whatever is read in pages. */
const USERS = 9_001;
const GROUPS = 5;

describeEachDatabase('a snapshot', (database) => {
  let url: string;
  let store: GatehouseStore;
  let staff: Directory;

  beforeEach(async () => {
    url = await database.create();
    store = await database.open({ url });
    staff = await addInternal(store, 'Staff');
  });

  const fill = async () => {
    const reload = await reloadOf(store, staff.id);
    const users = await reload.addUsers(
      numbered('user', USERS).map((name, i) => {
        return { id: null, facts: userFacts(name, { active: i % 3 !== 0 }) };
      }),
    );
    const groups = await reload.addGroups(
      numbered('group', GROUPS).map((name) => ({ id: null, facts: groupFacts(name) })),
    );
    await reload.addMemberships(
      users.flatMap((userId, i) =>
        groups.filter((_, at) => i % (at + 1) === 0).map((groupId) => ({ groupId, userId })),
      ),
    );
    await reload.addNestings([
      { parentId: groups[0], childId: groups[1] },
      { parentId: groups[1], childId: groups[0] },
    ]);
    await store.transact(OPERATOR, (transaction) =>
      transaction.switchGeneration(staff.id, reload.generation),
    );
    return { users, groups };
  };

  const edges = (above: ArrayLike<GroupId>, below: ArrayLike<UserId | GroupId>) =>
    Array.from(above, (group, i) => `${group} > ${below[i]}`).sort();

  test('holds every row of a large directory once', async () => {
    const { users, groups } = await fill();
    const snapshot = await store.reader.directorySnapshot(staff.id);
    const order = Array.from(snapshot.users.ids, (_, i) => i);
    expect(order.map((i) => snapshot.users.ids[i])).toEqual(users);
    expect(snapshot.users.names).toEqual(numbered('user', USERS));
    expect(snapshot.users.active).toEqual(order.map((i) => i % 3 !== 0));
    expect(Array.from(snapshot.groups.ids)).toEqual(groups);
    expect(snapshot.groups.names).toEqual(numbered('group', GROUPS));
    const expected = users.flatMap((user, i) =>
      groups.filter((_, at) => i % (at + 1) === 0).map((group) => `${group} > ${user}`),
    );
    expect(edges(snapshot.memberships.groups, snapshot.memberships.users)).toEqual(expected.sort());
    expect(edges(snapshot.nestings.parents, snapshot.nestings.children)).toEqual(
      [`${groups[0]} > ${groups[1]}`, `${groups[1]} > ${groups[0]}`].sort(),
    );
    expect((await store.reader.snapshot()).directories).toEqual([snapshot]);
    const contents = await store.reader.contents(staff.id);
    expect(contents.memberships).toEqual(snapshot.memberships);
    expect(contents.nestings).toEqual(snapshot.nestings);
    expect(contents.users.map(({ name }) => name)).toEqual(numbered('user', USERS).toSorted());
    expect(new Set(contents.users.map(({ id }) => id))).toEqual(new Set(users));
  });

  test('is told row by row as well, edges of a group side by side', async () => {
    await fill();
    const told = { users: [] as User[], groups: [] as Group[], edges: [] as string[] };
    const groupsInOrder: GroupId[] = [];
    await store.reader.visitContents(staff.id, () => ({
      user: (user) => told.users.push(user),
      group: (group) => told.groups.push(group),
      edges: async () => {
        expect(told.users).toHaveLength(USERS);
        expect(told.groups).toHaveLength(GROUPS);
        return {
          membership: (group, user) => {
            if (groupsInOrder.at(-1) !== group) groupsInOrder.push(group);
            told.edges.push(`${group} > ${user}`);
          },
          nesting: (parent, child) => told.edges.push(`${parent} > ${child}`),
        };
      },
    }));
    const { users, groups, memberships, nestings } = await store.reader.contents(staff.id);
    const byId = (a: { readonly id: number }, b: { readonly id: number }) => a.id - b.id;
    expect(told.users).toEqual(users.toSorted(byId));
    expect(told.groups).toEqual(groups.toSorted(byId));
    expect(groupsInOrder).toEqual([...new Set(groupsInOrder)]);
    expect(told.edges.sort()).toEqual(
      [
        ...edges(memberships.groups, memberships.users),
        ...edges(nestings.parents, nestings.children),
      ].sort(),
    );
  });

  test('of an empty directory is empty', async () => {
    const { users, groups, memberships, nestings } = await store.reader.directorySnapshot(staff.id);
    const columns = [users.ids, groups.ids, memberships.users, nestings.children];
    expect(columns.map(({ length }) => length)).toEqual([0, 0, 0, 0]);
    expect([...users.names, ...groups.names]).toEqual([]);
  });

  test('spells names as they were given', async () => {
    const names = ['a,b', 'c"d', "e'f", 'g\\h', 'ünï', '日本', '😀', '[1]', 'null', 'ﬃ'];
    await store.transact(OPERATOR, async (transaction) => {
      await transaction.addUsers(
        staff.id,
        names.map((name) => userFacts(name)),
      );
      await transaction.addGroups(
        staff.id,
        names.map((name) => groupFacts(name)),
      );
    });
    const { users, groups } = await store.reader.directorySnapshot(staff.id);
    expect(users.names).toEqual(names);
    expect(groups.names).toEqual(names);
    const contents = await store.reader.contents(staff.id);
    expect(contents.users.map(({ name }) => name).sort()).toEqual(names.toSorted());
  });

  // SQLite has no connection to lose.
  if (database.dialect === 'sqlite') return;

  test('that loses its connection in the middle is refused', async () => {
    await fill();
    const other = await createConnection(url);
    try {
      await other.query('LOCK TABLES membership WRITE');
      const reading = codeOf(store.reader.snapshot());
      await other.query(`KILL ${await waitingThread(other)}`);
      expect(await reading).toMatch(/PROTOCOL_CONNECTION_LOST|ECONNRESET|ER_CONNECTION_KILLED/);
      await other.query('UNLOCK TABLES');
      expect((await store.reader.snapshot()).directories[0].users.names).toHaveLength(USERS);
    } finally {
      await other.end();
    }
  });

  /** The connection that waits for the locked table. */
  const waitingThread = async (
    other: Awaited<ReturnType<typeof createConnection>>,
  ): Promise<number> => {
    for (;;) {
      const [rows] = await other.query(
        'SELECT id FROM information_schema.processlist WHERE db = DATABASE() ' +
          "AND info LIKE 'SELECT group_id%' AND id <> CONNECTION_ID()",
      );
      const [row] = rows as { id: number }[];
      if (row) return row.id;
    }
  };
});
