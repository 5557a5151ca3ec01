import { beforeEach, expect, test } from '@jest/globals';
import { asId, type DirectoryId } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { addInternal, addRemote, CONNECTION, codeOf, OPERATOR, userFacts } from './builders.js';

describeEachDatabase('directories', (database) => {
  let store: GatehouseStore;
  let ids: DirectoryId[];

  beforeEach(async () => {
    store = await database.open();
    ids = [];
    for (const name of ['Staff', 'Partners', 'Guests']) {
      ids.push((await addInternal(store, name)).id);
    }
  });

  const names = async () => (await store.reader.directories()).map(({ name }) => name);
  const reorder = (order: DirectoryId[]) =>
    store.transact(OPERATOR, (transaction) => transaction.reorderDirectories(order));

  test('a new one comes last', async () => {
    expect(await names()).toEqual(['Staff', 'Partners', 'Guests']);
    const { directories } = await store.reader.snapshot();
    expect(directories.map(({ directory }) => directory.id)).toEqual(ids);
  });

  test('any order can follow any other', async () => {
    const [staff, partners, guests] = ids;
    await reorder([guests, partners, staff]);
    expect(await names()).toEqual(['Guests', 'Partners', 'Staff']);
    const { changes } = await reorder([staff, guests, partners]);
    expect(await names()).toEqual(['Staff', 'Guests', 'Partners']);
    expect(changes.map(({ change }) => change)).toEqual([
      {
        kind: 'DirectoriesReordered',
        before: [guests, partners, staff],
        after: [staff, guests, partners],
      },
    ]);
    await addInternal(store, 'Robots');
    expect(await names()).toEqual(['Staff', 'Guests', 'Partners', 'Robots']);
  });

  test('the order there is already is no change', async () => {
    const before = await store.reader.revision();
    const { changes, revision } = await reorder(ids);
    expect([changes, revision]).toEqual([[], before]);
  });

  test('an order must name each one exactly once', async () => {
    const [staff, partners] = ids;
    const refused = reorder([staff, staff, partners, asId(987_654)]);
    await expect(refused).rejects.toMatchObject({
      code: 'DIRECTORY_ORDER_INCOMPLETE',
      details: { missing: ['Guests'], unknown: ['987654'], repeated: ['Staff'] },
    });
    expect(await names()).toEqual(['Staff', 'Partners', 'Guests']);
  });

  test('names are unique whatever their case', async () => {
    expect(await codeOf(addInternal(store, 'STAFF'))).toBe('NAME_TAKEN');
    const renamed = store.transact(OPERATOR, (transaction) =>
      transaction.changeDirectory(ids[1], { name: 'staff' }),
    );
    expect(await codeOf(renamed)).toBe('NAME_TAKEN');
    const { value } = await store.transact(OPERATOR, (transaction) =>
      transaction.changeDirectory(ids[0], { name: 'STAFF' }),
    );
    expect(value).toMatchObject({ name: 'STAFF', nameKey: 'staff' });
  });

  test('a patch changes what it names and nothing else', async () => {
    const before = await addRemote(store, 'Jira');
    const { value, changes } = await store.transact(OPERATOR, (transaction) =>
      transaction.changeDirectory(before.id, {
        active: false,
        connection: { ...CONNECTION, intervalMinutes: 5 },
      }),
    );
    const after = {
      ...before,
      active: false,
      connection: { ...CONNECTION, intervalMinutes: 5 },
    };
    expect(value).toEqual(after);
    expect(changes[0].change).toEqual({ kind: 'DirectoryChanged', before, after });
    expect((await store.reader.directories())[3]).toEqual(after);
    const again = await store.transact(OPERATOR, (transaction) =>
      transaction.changeDirectory(before.id, { active: false }),
    );
    expect(again.changes).toEqual([]);
  });

  test('a removed one is out of sight at once and swept later', async () => {
    const [staff, partners, guests] = ids;
    const { value: user } = await store.transact(OPERATOR, async (transaction) => {
      const [added] = await transaction.addUsers(partners, [userFacts('sam')]);
      const [group] = await transaction.addGroups(partners, [
        { name: 'all', description: '', active: true },
      ]);
      await transaction.addMemberships(partners, [{ groupId: group.id, userId: added.id }]);
      await transaction.setPasswordHash(added.id, 'hash');
      return added;
    });
    await store.transact(OPERATOR, (transaction) => transaction.removeDirectory(partners));
    expect(await names()).toEqual(['Staff', 'Guests']);
    expect(await store.reader.usersByIds([user.id])).toEqual([]);
    expect(await store.reader.password(user.id)).toBeNull();
    expect(await codeOf(store.reader.directorySnapshot(partners))).toBe('NOT_FOUND');
    expect(await store.sweep()).toBe(3);
    expect(await store.sweep()).toBe(0);
    await reorder([guests, staff]);
    expect(await names()).toEqual(['Guests', 'Staff']);
  });

  test('an unknown one is not found', async () => {
    const unknown: DirectoryId = asId(987_654);
    const attempts = [
      store.reader.directorySnapshot(unknown),
      store.reader.contents(unknown),
      store.reader.directoryPassword(unknown),
      store.beginReload({ directoryId: unknown, run: asId(1), lifeMs: 1_000 }),
      store.transact(OPERATOR, (transaction) => transaction.removeDirectory(unknown)),
      store.transact(OPERATOR, (transaction) => transaction.changeDirectory(unknown, {})),
      store.transact(OPERATOR, (transaction) => transaction.addUsers(unknown, [userFacts('sam')])),
    ];
    expect(new Set(await Promise.all(attempts.map(codeOf)))).toEqual(new Set(['NOT_FOUND']));
  });
});
