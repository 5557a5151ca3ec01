import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  asId,
  type Directory,
  EMPTY_REPORT,
  type GroupId,
  type UserId,
} from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { reloadOf } from '../support/runs.js';
import {
  addInternal,
  addRemote,
  codeOf,
  groupFacts,
  listed,
  numbered,
  OPERATOR,
  userFacts,
} from './builders.js';

describeEachDatabase('a reload', (database) => {
  let store: GatehouseStore;
  let directory: Directory;

  beforeAll(async () => {
    store = await database.open();
  });

  beforeEach(async () => {
    directory = await addRemote(store, expect.getState().currentTestName ?? '');
  });

  const add = <Facts>(...facts: Facts[]) => facts.map((one) => ({ id: null, facts: one }));
  const switchTo = ({ generation, run }: Awaited<ReturnType<typeof reloadOf>>) =>
    store.transact(OPERATOR, async (transaction) => {
      await transaction.switchGeneration(directory.id, generation);
      await transaction.finishRun(run.id, EMPTY_REPORT, 'NOT_SUPPORTED');
    });

  if (database.dialect === 'sqlite') {
    test('leaves each other transaction forced to the disk', async () => {
      const forced = async (write: GatehouseStore['sql']['write']) =>
        (await write((session) => session.select('PRAGMA synchronous')))[0];
      const full = { synchronous: 2 };
      expect(await forced(store.sql.write)).toEqual(full);
      const reload = await reloadOf(store, directory.id);
      await reload.addUsers(add(userFacts('ann')));
      expect(await forced(store.sql.write)).toEqual(full);
    });
  }

  test('is seen by nobody before the switch, and whole after it', async () => {
    const before = await store.reader.snapshot();
    const reload = await reloadOf(store, directory.id);
    const [ann, bob] = await reload.addUsers(add(userFacts('ann'), userFacts('bob')));
    const [top, team] = await reload.addGroups(add(groupFacts('top'), groupFacts('team')));
    await reload.addMemberships([
      { groupId: team, userId: ann },
      { groupId: team, userId: bob },
    ]);
    await reload.addNestings([{ parentId: top, childId: team }]);
    expect(await store.reader.snapshot()).toEqual(before);
    expect(await store.reader.usersByIds([ann])).toEqual([]);

    const { changes } = await switchTo(reload);
    expect(changes.map(({ change }) => change)).toEqual([
      { kind: 'DirectoryReloaded', directoryId: directory.id, generation: reload.generation },
    ]);
    const snapshot = await store.reader.directorySnapshot(directory.id);
    expect(snapshot.directory).toEqual({ ...directory, generation: reload.generation });
    expect(listed(snapshot.users)).toEqual({
      ids: [ann, bob],
      names: ['ann', 'bob'],
      active: [true, true],
    });
    expect(listed(snapshot.groups)).toEqual({ ids: [top, team], names: ['top', 'team'] });
    expect(listed(snapshot.memberships)).toEqual({ groups: [team, team], users: [ann, bob] });
    expect(listed(snapshot.nestings)).toEqual({ parents: [top], children: [team] });
  });

  test('keeps the ids it is given, and the old rows go with the sweep', async () => {
    const first = await reloadOf(store, directory.id);
    const [ann, bob] = await first.addUsers(add(userFacts('ann'), userFacts('bob')));
    const [team] = await first.addGroups(add(groupFacts('team')));
    await first.addMemberships([{ groupId: team, userId: ann }]);
    await switchTo(first);
    await store.sweep();

    const second = await reloadOf(store, directory.id);
    const ids = await second.addUsers([
      { id: bob, facts: userFacts('robert') },
      { id: null, facts: userFacts('cleo') },
      { id: ann, facts: userFacts('ann', { active: false }) },
    ]);
    expect([ids[0], ids[2]]).toEqual([bob, ann]);
    await second.addGroups([{ id: team, facts: groupFacts('team') }]);
    await switchTo(second);

    expect((await store.reader.usersByIds([bob]))[0].name).toBe('robert');
    expect((await store.reader.usersByIds([ann]))[0].active).toBe(false);
    expect(await store.sweep()).toBe(4);
    expect((await store.reader.contents(directory.id)).users).toHaveLength(3);
  });

  test('a user whom the server gives no identity keeps ours', async () => {
    const first = await reloadOf(store, directory.id);
    const [ann] = await first.addUsers(add(userFacts('ann', { externalId: null })));
    await switchTo(first);
    const [{ externalId }] = await store.reader.usersByIds([ann]);
    expect(externalId).not.toBeNull();

    const second = await reloadOf(store, directory.id);
    await second.addUsers([{ id: ann, facts: userFacts('anna', { externalId: null }) }]);
    await switchTo(second);
    expect(await store.reader.usersByIds([ann])).toMatchObject([{ name: 'anna', externalId }]);
  });

  test('passes over an edge that comes twice', async () => {
    const reload = await reloadOf(store, directory.id);
    const [userId] = await reload.addUsers(add(userFacts('ann')));
    const [groupId] = await reload.addGroups(add(groupFacts('team')));
    await reload.addMemberships([
      { groupId, userId },
      { groupId, userId },
    ]);
    await reload.addMemberships([{ groupId, userId }]);
    await switchTo(reload);
    const { memberships } = await store.reader.directorySnapshot(directory.id);
    expect(listed(memberships)).toEqual({ groups: [groupId], users: [userId] });
  });

  test('refuses what could not be in force', async () => {
    const reload = await reloadOf(store, directory.id);
    const [userId] = await reload.addUsers(add(userFacts('ann')));
    expect(await codeOf(reload.addUsers(add(userFacts('ANN'))))).toBe('NAME_TAKEN');
    expect(await codeOf(reload.addGroups(add(groupFacts('team '))))).toBe('NAME_INVALID');
    const groupId: GroupId = asId(987_654);
    expect(await codeOf(reload.addMemberships([{ groupId, userId }]))).toBe('NOT_FOUND');
    const edge = { parentId: groupId, childId: groupId };
    expect(await codeOf(reload.addNestings([edge]))).toBe('NOT_FOUND');
  });

  test('is superseded once its run is over and the sweep has come by', async () => {
    const reload = await reloadOf(store, directory.id);
    await reload.addUsers(add(userFacts('ann')));
    // What other tests left behind goes, and this one stays.
    await store.sweep();
    expect(await store.sweep()).toBe(0);
    await reload.addUsers(add(userFacts('bob')));
    await store.runs.fail(reload.run.id, {
      ...EMPTY_REPORT,
      reason: 'UNREACHABLE',
      message: 'gone',
    });
    expect(await store.sweep()).toBe(2);
    expect(await codeOf(reload.addUsers(add(userFacts('cleo'))))).toBe('RUN_SUPERSEDED');
    expect(await codeOf(switchTo(reload))).toBe('RUN_SUPERSEDED');
    const { directory: after } = await store.reader.directorySnapshot(directory.id);
    expect(after.generation).toBe(directory.generation);
  });

  test('cannot be put in force in another directory', async () => {
    const other = await addInternal(store, 'Another');
    const { generation } = await reloadOf(store, other.id);
    const switched = store.transact(OPERATOR, (transaction) =>
      transaction.switchGeneration(directory.id, generation),
    );
    expect(await codeOf(switched)).toBe('RUN_SUPERSEDED');
  });

  test('of the generation in force already is no change', async () => {
    const { changes } = await store.transact(OPERATOR, (transaction) =>
      transaction.switchGeneration(directory.id, directory.generation),
    );
    expect(changes).toEqual([]);
  });

  test('that is rolled back leaves the old generation in force', async () => {
    const reload = await reloadOf(store, directory.id);
    await reload.addUsers(add(userFacts('ann')));
    const failed = store.transact(OPERATOR, async (transaction) => {
      await transaction.switchGeneration(directory.id, reload.generation);
      throw new Error('on second thoughts');
    });
    await expect(failed).rejects.toThrow('on second thoughts');
    const { users } = await store.reader.directorySnapshot(directory.id);
    expect(users.ids).toHaveLength(0);
    await switchTo(reload);
    expect((await store.reader.directorySnapshot(directory.id)).users.names).toEqual(['ann']);
  });

  test('of an internal directory drops the passwords of those who are gone', async () => {
    const staff = await addInternal(store, 'Staff');
    const { value: users } = await store.transact(OPERATOR, async (transaction) => {
      const added = await transaction.addUsers(staff.id, [userFacts('ann'), userFacts('bob')]);
      for (const { id, name } of added) await transaction.setPasswordHash(id, `hash of ${name}`);
      return added;
    });
    const [ann, bob] = users;
    const reload = await reloadOf(store, staff.id);
    await reload.addUsers([{ id: bob.id, facts: bob }]);
    await store.transact(OPERATOR, (transaction) =>
      transaction.switchGeneration(staff.id, reload.generation),
    );
    expect(await store.reader.password(ann.id)).toBeNull();
    expect(await store.reader.password(bob.id)).toMatchObject({ hash: 'hash of bob' });
  });

  test('of many rows goes in many transactions, beside other writers', async () => {
    const reload = await reloadOf(store, directory.id);
    const users: UserId[] = [];
    const loaded = (async () => {
      const facts = numbered('user', 12_000).map((name) => userFacts(name));
      users.push(...(await reload.addUsers(add(...facts))));
      const groups = await reload.addGroups(
        add(...numbered('group', 10).map((name) => groupFacts(name))),
      );
      await reload.addMemberships(
        groups.flatMap((groupId) => users.map((userId) => ({ groupId, userId }))),
      );
      return 'loaded';
    })();
    let others = 0;
    for (let done: string | null = null; done === null; others++) {
      await store.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(others + 1));
      done = await Promise.race([loaded, null]);
    }
    expect(others).toBeGreaterThan(1);
    await switchTo(reload);
    const { memberships } = await store.reader.directorySnapshot(directory.id);
    expect(memberships.users).toHaveLength(120_000);
    expect((await store.reader.contents(directory.id)).users).toHaveLength(12_000);
  });
});
