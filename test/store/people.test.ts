import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { asId, type Directory, type User, type UserId } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
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

describeEachDatabase('users and groups', (database) => {
  let store: GatehouseStore;
  let directory: Directory;

  beforeAll(async () => {
    store = await database.open();
  });

  beforeEach(async () => {
    directory = await addInternal(store, expect.getState().currentTestName ?? '');
  });

  const addUsers = async (...names: string[]): Promise<User[]> => {
    const { value } = await store.transact(OPERATOR, (transaction) =>
      transaction.addUsers(
        directory.id,
        names.map((name) => userFacts(name)),
      ),
    );
    return value;
  };
  const rename = (...pairs: (readonly [UserId, string])[]) =>
    store.transact(OPERATOR, (transaction) =>
      transaction.changeUsers(
        pairs.map(([id, name]) => ({ id, facts: userFacts(name, { externalId: `id ${id}` }) })),
      ),
    );
  const userNames = async () =>
    (await store.reader.contents(directory.id)).users.map(({ name }) => name);

  test('a user comes back as added, by id and by key', async () => {
    const facts = userFacts('Sam', { displayName: 'Sam Lee', email: 's@x', active: false });
    const { value, changes } = await store.transact(OPERATOR, (transaction) =>
      transaction.addUsers(directory.id, [facts]),
    );
    const [user] = value;
    expect(user).toEqual({ ...facts, id: user.id, directoryId: directory.id, nameKey: 'sam' });
    expect(changes.map(({ change }) => change)).toEqual([{ kind: 'UserAdded', user }]);
    expect(await store.reader.usersByIds([user.id])).toEqual([user]);
    expect(await store.reader.usersByKeys(directory.id, [user.nameKey])).toEqual([user]);
    const snapshot = await store.reader.directorySnapshot(directory.id);
    expect(listed(snapshot.users)).toEqual({ ids: [user.id], names: ['Sam'], active: [false] });
  });

  test('a user without an external id gets one and keeps it', async () => {
    const { value } = await store.transact(OPERATOR, (transaction) =>
      transaction.addUsers(directory.id, [userFacts('sam', { externalId: null })]),
    );
    const { id, externalId } = value[0];
    expect(externalId).toEqual(expect.stringMatching(/.{16,}/));
    const changed = await store.transact(OPERATOR, (transaction) =>
      transaction.changeUsers([{ id, facts: userFacts('kim', { externalId: null }) }]),
    );
    expect(changed.value[0]).toMatchObject({ name: 'kim', externalId });
  });

  test('a name given twice in one call is taken', async () => {
    expect(await codeOf(addUsers('sam', 'kim', 'SAM'))).toBe('NAME_TAKEN');
    expect(await userNames()).toEqual([]);
  });

  test('names may change hands within one call', async () => {
    const [ann, bob, cleo] = await addUsers('ann', 'bob', 'cleo');
    await rename([ann.id, 'bob'], [bob.id, 'ann']);
    expect((await store.reader.usersByIds([ann.id]))[0].name).toBe('bob');
    expect((await store.reader.usersByIds([bob.id]))[0].name).toBe('ann');
    await rename([ann.id, 'cleo'], [cleo.id, 'ann'], [bob.id, 'bob']);
    expect((await store.reader.usersByIds([bob.id]))[0].name).toBe('bob');
    expect(await userNames()).toEqual(['ann', 'bob', 'cleo']);
  });

  test('a name of somebody else is taken', async () => {
    const [ann] = await addUsers('ann', 'bob');
    expect(await codeOf(rename([ann.id, 'Bob']))).toBe('NAME_TAKEN');
    expect(await userNames()).toEqual(['ann', 'bob']);
  });

  test('a refusal that the work lives with changes nothing', async () => {
    const [ann, bob, cleo] = await addUsers('ann', 'bob', 'cleo');
    await store.transact(OPERATOR, async (transaction) => {
      const refused = transaction.changeUsers([
        { id: ann.id, facts: userFacts('dan') },
        { id: bob.id, facts: userFacts('CLEO') },
      ]);
      expect(await codeOf(refused)).toBe('NAME_TAKEN');
      const again = transaction.addUsers(directory.id, [userFacts('eve'), userFacts('ann')]);
      expect(await codeOf(again)).toBe('NAME_TAKEN');
      expect(transaction.changes).toEqual([]);
      await transaction.changeUsers([{ id: cleo.id, facts: userFacts('cleo', { email: 'c@x' }) }]);
    });
    expect(await userNames()).toEqual(['ann', 'bob', 'cleo']);
  });

  test('renames are recorded side by side, after the others', async () => {
    const [ann, bob, cleo] = await addUsers('ann', 'bob', 'cleo');
    const { changes } = await store.transact(OPERATOR, (transaction) =>
      transaction.changeUsers([
        { id: ann.id, facts: userFacts('bob') },
        { id: cleo.id, facts: userFacts('Cleo') },
        { id: bob.id, facts: userFacts('ann') },
      ]),
    );
    const told = changes.map(({ change }) =>
      change.kind === 'UserChanged' ? `${change.before.name} to ${change.after.name}` : '',
    );
    expect(told).toEqual(['cleo to Cleo', 'ann to bob', 'bob to ann']);
  });

  test('whoever is named twice in one call is as the last one says', async () => {
    const [ann] = await addUsers('ann');
    const { value, changes } = await rename([ann.id, 'anna'], [ann.id, 'annabel']);
    expect(value.map(({ name }) => name)).toEqual(['annabel', 'annabel']);
    expect(changes).toHaveLength(1);
    expect(await userNames()).toEqual(['annabel']);
  });

  test('only users that differ are written', async () => {
    const [ann, bob] = await addUsers('ann', 'bob');
    const { value, changes } = await store.transact(OPERATOR, (transaction) =>
      transaction.changeUsers([
        { id: ann.id, facts: ann },
        { id: bob.id, facts: { ...bob, email: 'bob@example.com' } },
      ]),
    );
    const after = { ...bob, email: 'bob@example.com' };
    expect(value).toEqual([ann, after]);
    expect(changes.map(({ change }) => change)).toEqual([
      { kind: 'UserChanged', before: bob, after },
    ]);
  });

  test('a rename keeps memberships and the password', async () => {
    const [ann] = await addUsers('ann');
    await store.transact(OPERATOR, async (transaction) => {
      const [group] = await transaction.addGroups(directory.id, [groupFacts('all')]);
      await transaction.addMemberships(directory.id, [{ groupId: group.id, userId: ann.id }]);
      await transaction.setPasswordHash(ann.id, 'hash of ann');
    });
    await rename([ann.id, 'anna']);
    const { memberships } = await store.reader.directorySnapshot(directory.id);
    expect(Array.from(memberships.users)).toEqual([ann.id]);
    expect(await store.reader.password(ann.id)).toMatchObject({ hash: 'hash of ann' });
  });

  test('edges leave before those they hang on', async () => {
    const [ann, bob] = await addUsers('ann', 'bob');
    const groups = await store.transact(OPERATOR, async (transaction) => {
      const [top, team] = await transaction.addGroups(directory.id, [
        groupFacts('top'),
        groupFacts('team'),
      ]);
      await transaction.addMemberships(directory.id, [
        { groupId: top.id, userId: ann.id },
        { groupId: team.id, userId: ann.id },
        { groupId: team.id, userId: bob.id },
      ]);
      await transaction.addNestings(directory.id, [{ parentId: top.id, childId: team.id }]);
      return { top, team };
    });
    const { top, team } = groups.value;
    const { changes } = await store.transact(OPERATOR, async (transaction) => {
      await transaction.removeUsers([ann.id, asId(987_654)]);
      await transaction.removeGroups([team.id]);
    });
    const directoryId = directory.id;
    expect(changes.map(({ change }) => change)).toEqual([
      { kind: 'MembershipRemoved', directoryId, group: 'top', user: 'ann' },
      { kind: 'MembershipRemoved', directoryId, group: 'team', user: 'ann' },
      { kind: 'UserRemoved', user: ann },
      { kind: 'MembershipRemoved', directoryId, group: 'team', user: 'bob' },
      { kind: 'NestingRemoved', directoryId, parent: 'top', child: 'team' },
      { kind: 'GroupRemoved', group: team },
    ]);
    const contents = await store.reader.contents(directory.id);
    expect(contents).toMatchObject({ users: [bob], groups: [top] });
    expect(listed(contents.memberships)).toEqual({ groups: [], users: [] });
    expect(listed(contents.nestings)).toEqual({ parents: [], children: [] });
  });

  test('a password is set, replaced and goes with its user', async () => {
    const [ann] = await addUsers('ann');
    expect(await store.reader.password(ann.id)).toBeNull();
    for (const hash of ['first', 'second']) {
      const { changes } = await store.transact(OPERATOR, (transaction) =>
        transaction.setPasswordHash(ann.id, hash),
      );
      expect(changes.map(({ change }) => change)).toEqual([
        { kind: 'UserPasswordChanged', user: ann },
      ]);
      expect(await store.reader.password(ann.id)).toMatchObject({ hash });
    }
    await store.transact(OPERATOR, (transaction) => transaction.removeUsers([ann.id]));
    expect(await store.reader.password(ann.id)).toBeNull();
    const late = store.transact(OPERATOR, (transaction) =>
      transaction.setPasswordHash(ann.id, 'third'),
    );
    expect(await codeOf(late)).toBe('NOT_FOUND');
  });

  test('the same name in two directories is two users', async () => {
    const other = await addInternal(store, 'Partners');
    const [here] = await addUsers('ann');
    const { value } = await store.transact(OPERATOR, (transaction) =>
      transaction.addUsers(other.id, [userFacts('Ann')]),
    );
    expect(value[0].id).not.toBe(here.id);
    expect(await store.reader.usersByKeys(other.id, [here.nameKey])).toEqual(value);
    const both = await store.reader.usersByIds([here.id, value[0].id]);
    expect(both).toHaveLength(2);
  });

  test('lists of any length are written, found, changed and removed', async () => {
    const names = numbered('user', 5_000);
    const users = await addUsers(...names);
    expect(new Set(users.map(({ id }) => id)).size).toBe(5_000);
    const found = await store.reader.usersByIds(users.map(({ id }) => id));
    expect(found).toHaveLength(5_000);
    const byKey = await store.reader.usersByKeys(
      directory.id,
      users.map(({ nameKey }) => nameKey),
    );
    expect(byKey).toHaveLength(5_000);
    // Everybody takes the next one's name.
    const { changes } = await rename(
      ...users.map(({ id }, i) => [id, names[(i + 1) % names.length]] as const),
    );
    expect(changes).toHaveLength(5_000);
    expect((await store.reader.usersByIds([users[0].id]))[0].name).toBe('user-1');
    await store.transact(OPERATOR, (transaction) =>
      transaction.removeUsers(users.map(({ id }) => id)),
    );
    expect(await userNames()).toEqual([]);
  });
});
