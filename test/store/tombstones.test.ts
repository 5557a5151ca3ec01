import { expect, it } from '@jest/globals';
import { type NameKey, nameKey, type SetAsideGrant, serversId } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { HELD } from '../support/runs.js';
import {
  addRemote,
  codeOf,
  groupFacts,
  numbered,
  OPERATOR,
  SetClock,
  userFacts,
} from './builders.js';

const PAGE = { first: 10, after: null };

describeEachDatabase('tombstones', (database) => {
  const begin = async () => {
    const clock = new SetClock();
    const store = await database.open({ clock });
    const directory = await addRemote(store, 'Jira');
    const { value: users } = await store.transact(OPERATOR, async (transaction) => {
      const made = await transaction.addUsers(directory.id, [
        userFacts('Ünal'),
        userFacts('kim', { externalId: null }),
      ]);
      const groups = await transaction.addGroups(
        directory.id,
        ['devs', 'ops'].map((name) => groupFacts(name)),
      );
      await transaction.addMemberships(
        directory.id,
        groups.map(({ id }) => ({ groupId: id, userId: made[0].id })),
      );
      return made;
    });
    const bury = (...which: number[]) =>
      store.transact(OPERATOR, async (transaction) => {
        const ids = which.map((i) => users[i].id);
        const deletedAt = clock.now();
        const purgeAt = new Date(deletedAt.getTime() + 1_000);
        await transaction.tombstones.remember(ids, { rowStays: false, deletedAt, purgeAt });
        await transaction.removeUsers(ids);
      });
    return { clock, store, directory, users, bury };
  };
  const keys = (...names: string[]): NameKey[] => names.map(nameKey);

  it('keep what the row said, with the groups, and are found by name and by the id of the server', async () => {
    const { clock, store, directory, users, bury } = await begin();
    await bury(0, 1);
    const { items, total } = await store.tombstones.page(directory.id, PAGE);
    expect(total).toBe(2);
    const [kim, unal] = items;
    expect(unal).toEqual({
      id: unal.id,
      directoryId: directory.id,
      userId: null,
      facts: userFacts('Ünal'),
      nameKey: nameKey('ünal'),
      groups: ['devs', 'ops'],
      deletedAt: clock.now(),
      purgeAt: new Date(clock.now().getTime() + 1_000),
    });
    expect(kim.facts.externalId).toBe(users[1].externalId);
    expect(serversId(kim.facts)).toBeNull();
    const found = (nameKeys: NameKey[], externalIds: string[]) =>
      store.tombstones.tombstonesOf(directory.id, { nameKeys, externalIds });
    expect(await found(keys('ÜNAL'), [])).toEqual([unal]);
    expect(await found([], ['key of Ünal'])).toEqual([unal]);
    expect(await found([], [String(users[1].externalId)])).toEqual([]);
    expect(await found(keys('kim', 'nobody'), ['key of Ünal'])).toEqual([unal, kim]);
    expect(await store.tombstones.tombstonesNamed(keys('kim'))).toEqual([kim]);
    expect(await store.tombstones.byId(kim.id)).toEqual(kim);
  });

  it('are due from their time on, and page by page', async () => {
    const { clock, store, directory, bury } = await begin();
    await bury(0);
    await bury(1);
    const [kim, unal] = (await store.tombstones.page(directory.id, PAGE)).items;
    expect(await store.tombstones.due(clock.now(), 10)).toEqual([]);
    clock.advance(1_000);
    expect(await store.tombstones.due(clock.now(), 10)).toEqual([unal.id, kim.id]);
    expect(await store.tombstones.due(clock.now(), 1)).toEqual([unal.id]);
    const first = await store.tombstones.page(directory.id, { first: 1, after: null });
    expect(first).toEqual({ items: [kim], hasMore: true, total: 2 });
    expect(await store.tombstones.page(directory.id, { first: 1, after: kim.id })).toEqual({
      items: [unal],
      hasMore: false,
      total: 2,
    });
    expect(await codeOf(store.tombstones.page(directory.id, { first: 0, after: null }))).toBe(
      'PAGE_INVALID',
    );
  });

  it('of a row that stays give way to the one of its end, which has their facts', async () => {
    const { clock, store, directory, users, bury } = await begin();
    await store.transact(OPERATOR, ({ tombstones }) =>
      tombstones.remember([users[0].id], { rowStays: true, deletedAt: clock.now(), purgeAt: null }),
    );
    const [kept] = (await store.tombstones.page(directory.id, PAGE)).items;
    expect(await store.tombstones.keptRows(directory.id)).toEqual([
      { tombstone: kept.id, userId: users[0].id },
    ]);
    const facts = userFacts('Ünal', { active: false });
    await store.transact(OPERATOR, (transaction) =>
      transaction.changeUsers([{ id: users[0].id, facts }]),
    );
    await bury(0);
    expect(await store.tombstones.keptRows(directory.id)).toEqual([]);
    expect(await store.tombstones.page(directory.id, PAGE)).toMatchObject({
      items: [{ userId: null, groups: ['devs', 'ops'], facts: userFacts('Ünal') }],
      total: 1,
    });
  });

  it('are written with their transaction or not at all, and go with their directory', async () => {
    const { clock, store, directory, users, bury } = await begin();
    const failed = store.transact(OPERATOR, async ({ tombstones }) => {
      const how = { rowStays: false, deletedAt: clock.now(), purgeAt: null };
      await tombstones.remember([users[0].id], how);
      throw new Error('not wanted');
    });
    await expect(failed).rejects.toThrow('not wanted');
    expect(await store.tombstones.hasTombstones(directory.id)).toBe(false);
    await bury(0);
    await setAside(store, directory.id);
    await store.transact(OPERATOR, (transaction) => transaction.removeDirectory(directory.id));
    expect(await store.tombstones.hasTombstones(directory.id)).toBe(false);
    expect((await store.tombstones.setAsidePage(PAGE)).total).toBe(0);
  });

  it('come in any number', async () => {
    const { clock, store, directory } = await begin();
    const names = numbered('many', 2_500);
    await store.transact(OPERATOR, async (transaction) => {
      const many = await transaction.addUsers(
        directory.id,
        names.map((name) => userFacts(name)),
      );
      const how = { rowStays: false, deletedAt: clock.now(), purgeAt: clock.now() };
      await transaction.tombstones.remember(
        many.map(({ id }) => id),
        how,
      );
    });
    expect((await store.tombstones.page(directory.id, PAGE)).total).toBe(2_500);
    const sought = { nameKeys: keys(...names), externalIds: names.map((name) => `key of ${name}`) };
    const found = await store.tombstones.tombstonesOf(directory.id, sought);
    expect(found).toHaveLength(2_500);
    await store.transact(OPERATOR, ({ tombstones }) =>
      tombstones.forget(found.map(({ id }) => id)),
    );
    expect(await store.tombstones.hasTombstones(directory.id)).toBe(false);
  });

  it('are not changed by hand beside a run', async () => {
    const { store, directory } = await begin();
    const ask = () =>
      store.transact(OPERATOR, ({ tombstones }) => tombstones.requireNoRun(directory.id));
    await ask();
    await store.runs.start(directory.id, HELD);
    expect(await codeOf(ask())).toBe('SYNCHRONISATION_RUNNING');
  });

  it('have grants beside them that are in force for nobody', async () => {
    const { clock, store, directory } = await begin();
    const revision = await setAside(store, directory.id);
    const [kept] = (await store.tombstones.setAsidePage(PAGE)).items;
    expect(kept).toEqual({
      id: kept.id,
      directoryId: directory.id,
      permission: 'ADMIN',
      subjectName: 'Ünal',
      subjectKey: nameKey('Ünal'),
      previousExternalId: 'one',
      newExternalId: null,
      setAsideAt: clock.now(),
    } satisfies SetAsideGrant);
    expect((await store.reader.snapshot()).grants).toEqual([]);
    const changes = await store.reader.changes({ after: null, limit: 100 });
    expect(changes.filter((logged) => logged.revision === revision)).toMatchObject([
      { change: { kind: 'GrantAdded' } },
      { change: { kind: 'GrantRemoved' } },
    ]);
    await store.transact(OPERATOR, ({ tombstones }) => tombstones.forgetSetAside(kept.id));
    expect(await store.tombstones.setAsideById(kept.id)).toBeNull();
  });
});

/** Sets a grant aside that was just given. @returns the revision. */
async function setAside(
  store: GatehouseStore,
  directoryId: SetAsideGrant['directoryId'],
): Promise<number> {
  const { revision } = await store.transact(OPERATOR, async (transaction) => {
    const grant = await transaction.addGrant({
      permission: 'ADMIN',
      subjectType: 'USER',
      subjectName: 'Ünal',
    });
    await transaction.tombstones.setAside(grant, {
      directoryId,
      previousExternalId: 'one',
      newExternalId: null,
      setAsideAt: transaction.tombstones.now(),
    });
  });
  return revision;
}
