import { beforeAll, expect, test } from '@jest/globals';
import { asId, type DirectoryId, type GroupId, type UserId } from '../../src/domain/index.js';
import type { GatehouseStore, MembershipRow } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import {
  addInternal,
  codeOf,
  groupFacts,
  listed,
  numbered,
  OPERATOR,
  userFacts,
} from './builders.js';

const USERS = 1_000;
const GROUPS = 20;

describeEachDatabase('edges', (database) => {
  let store: GatehouseStore;
  let directoryId: DirectoryId;
  let users: UserId[];
  let groups: GroupId[];

  beforeAll(async () => {
    store = await database.open();
    directoryId = (await addInternal(store, 'Staff')).id;
    await store.transact(OPERATOR, async (transaction) => {
      const people = numbered('user', USERS).map((name) => userFacts(name));
      const teams = numbered('group', GROUPS).map((name) => groupFacts(name));
      users = (await transaction.addUsers(directoryId, people)).map(({ id }) => id);
      groups = (await transaction.addGroups(directoryId, teams)).map(({ id }) => id);
    });
  });

  const add = (rows: MembershipRow[]) =>
    store.transact(OPERATOR, (transaction) => transaction.addMemberships(directoryId, rows));
  const remove = (rows: MembershipRow[]) =>
    store.transact(OPERATOR, (transaction) => transaction.removeMemberships(directoryId, rows));

  test('20,000 memberships in one call', async () => {
    const rows = groups.flatMap((groupId) => users.map((userId) => ({ groupId, userId })));
    const { changes } = await add(rows);
    expect(changes).toHaveLength(20_000);
    expect(changes[1_000].change).toEqual({
      kind: 'MembershipAdded',
      directoryId,
      group: 'group-1',
      user: 'user-0',
    });
    const { memberships } = await store.reader.directorySnapshot(directoryId);
    expect(memberships.groups).toHaveLength(20_000);
    const removed = await remove(rows);
    expect(removed.changes).toHaveLength(20_000);
    const after = await store.reader.directorySnapshot(directoryId);
    expect(listed(after.memberships)).toEqual({ groups: [], users: [] });
  });

  test('only what was really added or removed is recorded', async () => {
    const [ann, bob, cleo] = users.map((userId) => ({ groupId: groups[0], userId }));
    const told = ({ changes }: Awaited<ReturnType<typeof add>>) =>
      changes.map(({ change }) => ('user' in change ? `${change.kind} ${change.user}` : ''));
    expect(told(await add([ann]))).toEqual(['MembershipAdded user-0']);
    expect(told(await add([bob, ann, bob]))).toEqual(['MembershipAdded user-1']);
    expect(told(await add([ann, bob]))).toEqual([]);
    expect(told(await remove([cleo, bob, bob]))).toEqual(['MembershipRemoved user-1']);
    expect(told(await remove([ann]))).toEqual(['MembershipRemoved user-0']);
  });

  test('a call that changes nothing makes no revision', async () => {
    const before = await store.reader.revision();
    const { revision } = await remove([{ groupId: groups[0], userId: users[0] }]);
    expect(revision).toBe(before);
    expect(await store.reader.revision()).toBe(before);
  });

  test('a transaction tells what is there', async () => {
    await store.transact(OPERATOR, async (transaction) => {
      const membership = { groupId: groups[3], userId: users[3] };
      const nesting = { parentId: groups[3], childId: groups[4] };
      expect(await transaction.isMember(membership)).toBe(false);
      expect(await transaction.isNested(nesting)).toBe(false);
      await transaction.addMemberships(directoryId, [membership]);
      await transaction.addNestings(directoryId, [nesting]);
      expect(await transaction.isMember(membership)).toBe(true);
      expect(await transaction.isNested(nesting)).toBe(true);
      expect(await transaction.isNested({ parentId: groups[4], childId: groups[3] })).toBe(false);
    });
  });

  test('groups may be nested in a ring', async () => {
    const rows = [5, 6, 7].map((i) => ({
      parentId: groups[i],
      childId: groups[i === 7 ? 5 : i + 1],
    }));
    const { changes } = await store.transact(OPERATOR, (transaction) =>
      transaction.addNestings(directoryId, rows),
    );
    expect(changes).toHaveLength(3);
    const { changes: removed } = await store.transact(OPERATOR, (transaction) =>
      transaction.removeNestings(directoryId, rows),
    );
    expect(removed).toHaveLength(3);
  });

  test('an end that is not there is not found', async () => {
    const nobody = { groupId: groups[0], userId: asId<UserId>(987_654) };
    expect(await codeOf(add([nobody]))).toBe('NOT_FOUND');
    const other = await addInternal(store, 'Partners');
    const elsewhere = store.transact(OPERATOR, (transaction) =>
      transaction.addMemberships(other.id, [{ groupId: groups[0], userId: users[0] }]),
    );
    expect(await codeOf(elsewhere)).toBe('NOT_FOUND');
  });
});
