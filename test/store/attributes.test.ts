import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Attribute, Directory, Group, User } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { reloadOf } from '../support/runs.js';
import { addInternal, addRemote, codeOf, groupFacts, OPERATOR, userFacts } from './builders.js';

const attribute = (name: string, ...values: string[]): Attribute => ({ name, values });

describeEachDatabase('attributes', (database) => {
  let store: GatehouseStore;
  let directory: Directory;
  let ann: User;
  let devs: Group;

  beforeAll(async () => {
    store = await database.open();
  });

  beforeEach(async () => {
    directory = await addInternal(store, expect.getState().currentTestName ?? '');
    const { value } = await store.transact(OPERATOR, async (transaction) => {
      const [user] = await transaction.addUsers(directory.id, [userFacts('ann')]);
      const [group] = await transaction.addGroups(directory.id, [groupFacts('devs')]);
      return { user, group };
    });
    ann = value.user;
    devs = value.group;
  });

  const setOfAnn = (...attributes: Attribute[]) =>
    store.transact(OPERATOR, (transaction) => transaction.attributes.setOfUser(ann.id, attributes));
  const ofAnn = async () => (await store.reader.attributes.ofUsers([ann.id])).get(ann.id) ?? [];
  const ofDevs = async () => (await store.reader.attributes.ofGroups([devs.id])).get(devs.id) ?? [];

  test('values keep their order, names are sorted by code point', async () => {
    const phone = attribute('phone', '2', '1', '2', '');
    const { changes } = await setOfAnn(
      phone,
      attribute('\u{1F600}', 'x'),
      attribute('\uFF5E', 'y'),
    );
    expect(changes.map(({ change }) => change)).toEqual([
      {
        kind: 'UserAttributesChanged',
        user: ann,
        stored: ['phone', '\uFF5E', '\u{1F600}'],
        deleted: [],
      },
    ]);
    expect(await ofAnn()).toEqual([phone, attribute('\uFF5E', 'y'), attribute('\u{1F600}', 'x')]);
    expect(await ofDevs()).toEqual([]);
  });

  test('names are compared as they are spelt', async () => {
    const spelt = ['a', 'A', 'a ', 'á', 'a\u0301'].map((name) => attribute(name, name));
    await setOfAnn(...spelt);
    expect(new Set(await ofAnn())).toEqual(new Set(spelt));
    await setOfAnn(attribute('a'));
    expect(new Set(await ofAnn())).toEqual(new Set(spelt.slice(1)));
  });

  test('those named are replaced, those without values deleted, others stay', async () => {
    await setOfAnn(attribute('a', '1', '2'), attribute('b', '1'), attribute('c', '1'));
    const { changes } = await setOfAnn(attribute('b'), attribute('a', '3'), attribute('d'));
    expect(changes.map(({ change }) => change)).toEqual([
      { kind: 'UserAttributesChanged', user: ann, stored: ['a'], deleted: ['b'] },
    ]);
    expect(await ofAnn()).toEqual([attribute('a', '3'), attribute('c', '1')]);
  });

  test('what is so already is not recorded', async () => {
    await setOfAnn(attribute('a', '1', '2'));
    const { changes } = await setOfAnn(attribute('a', '1', '2'), attribute('b'));
    expect(changes).toEqual([]);
    expect((await setOfAnn(attribute('a', '2', '1'))).changes).toHaveLength(1);
  });

  test('groups have them too, and they go with their group and their user', async () => {
    await setOfAnn(attribute('a', '1'));
    const { changes } = await store.transact(OPERATOR, (transaction) =>
      transaction.attributes.setOfGroup(devs.id, [attribute('colour', 'red')]),
    );
    expect(changes.map(({ change }) => change)).toEqual([
      { kind: 'GroupAttributesChanged', group: devs, stored: ['colour'], deleted: [] },
    ]);
    expect(await ofDevs()).toEqual([attribute('colour', 'red')]);
    await store.transact(OPERATOR, async (transaction) => {
      await transaction.removeGroups([devs.id]);
      expect(await transaction.attributes.ofGroups([devs.id])).toEqual(new Map());
    });
    expect(await ofDevs()).toEqual([]);
    expect(await ofAnn()).toHaveLength(1);
    await store.transact(OPERATOR, (transaction) => transaction.removeUsers([ann.id]));
    expect(await ofAnn()).toEqual([]);
    expect(await codeOf(setOfAnn(attribute('a', '1')))).toBe('NOT_FOUND');
  });

  test('a rename keeps them; a directory that is removed takes them along', async () => {
    await setOfAnn(attribute('a', '1'));
    await store.transact(OPERATOR, async (transaction) => {
      await transaction.attributes.setOfGroup(devs.id, [attribute('b', '2')]);
      await transaction.changeUsers([{ id: ann.id, facts: { ...ann, name: 'anna' } }]);
    });
    expect(await ofAnn()).toEqual([attribute('a', '1')]);
    await store.transact(OPERATOR, (transaction) => transaction.removeDirectory(directory.id));
    expect(await ofAnn()).toEqual([]);
    expect(await ofDevs()).toEqual([]);
  });

  test('a reload keeps those of whoever stays', async () => {
    const remote = await addRemote(store, 'Jira');
    const { value: people } = await store.transact(OPERATOR, async (transaction) => {
      const users = await transaction.addUsers(remote.id, [userFacts('bob'), userFacts('cy')]);
      const groups = await transaction.addGroups(remote.id, [groupFacts('x'), groupFacts('y')]);
      for (const { id } of users) await transaction.attributes.setOfUser(id, [attribute('a', '1')]);
      for (const { id } of groups) {
        await transaction.attributes.setOfGroup(id, [attribute('a', '1')]);
      }
      return { users, groups };
    });
    await setOfAnn(attribute('a', '1'));
    const [bob, cy] = people.users;
    const [x, y] = people.groups;
    const reload = await reloadOf(store, remote.id);
    await reload.addUsers([{ id: cy.id, facts: cy }]);
    await reload.addGroups([{ id: y.id, facts: y }]);
    await store.transact(OPERATOR, (transaction) =>
      transaction.switchGeneration(remote.id, reload.generation),
    );
    const users = await store.reader.attributes.ofUsers([bob.id, cy.id]);
    expect([...users.keys()]).toEqual([cy.id]);
    const groups = await store.reader.attributes.ofGroups([x.id, y.id]);
    expect([...groups.keys()]).toEqual([y.id]);
    expect(await ofAnn()).toHaveLength(1);
  });

  test('a longest name and value are kept, more is refused', async () => {
    const longest = `${'\u{10FFFF}'.repeat(127)}x`;
    await setOfAnn(attribute(longest, longest));
    expect(await ofAnn()).toEqual([attribute(longest, longest)]);
    const unfit = [
      attribute('', 'x'),
      attribute('x'.repeat(256), 'x'),
      attribute('x', 'x'.repeat(256)),
      attribute('x', '\uD800'),
      attribute('x\0', 'x'),
    ];
    for (const each of unfit) expect(await codeOf(setOfAnn(each))).toBe('INPUT_INVALID');
    expect(await codeOf(setOfAnn(attribute('x', '1'), attribute('x', '2')))).toBe('INPUT_INVALID');
    expect(await ofAnn()).toHaveLength(1);
  });

  describe('passwords', () => {
    const set = (hash: string) =>
      store.transact(OPERATOR, (transaction) => transaction.setPasswordHash(ann.id, hash));

    test('are removed, and once only', async () => {
      await set('first');
      const remove = () =>
        store.transact(OPERATOR, (transaction) => transaction.removePassword(ann.id));
      const { changes } = await remove();
      expect(changes.map(({ change }) => change)).toEqual([
        { kind: 'UserPasswordChanged', user: ann },
      ]);
      expect(await store.reader.password(ann.id)).toBeNull();
      expect((await remove()).changes).toEqual([]);
    });

    test('expire but for some, until another one is set', async () => {
      await set('first');
      const { value: bob } = await store.transact(OPERATOR, async (transaction) => {
        const [user] = await transaction.addUsers(directory.id, [userFacts('bob')]);
        await transaction.setPasswordHash(user.id, 'of bob');
        return user;
      });
      const expire = (except: User[]) =>
        store.transact(OPERATOR, (transaction) =>
          transaction.expirePasswords(
            directory.id,
            except.map(({ id }) => id),
          ),
        );
      const { changes } = await expire([bob]);
      expect(changes.map(({ change }) => change)).toEqual([
        { kind: 'PasswordsExpired', directoryId: directory.id },
      ]);
      expect(await store.reader.password(ann.id)).toEqual({ hash: 'first', expired: true });
      expect(await store.reader.password(bob.id)).toEqual({ hash: 'of bob', expired: false });
      await set('second');
      expect(await store.reader.password(ann.id)).toEqual({ hash: 'second', expired: false });
      await expire([]);
      expect(await store.reader.password(bob.id)).toEqual({ hash: 'of bob', expired: true });
    });
  });
});
