import { beforeAll, expect, test } from '@jest/globals';
import {
  asId,
  type ChangeCursor,
  type DirectoryId,
  type Revision,
} from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { reloadOf } from '../support/runs.js';
import { addInternal, addRemote, groupFacts, OPERATOR, SetClock, userFacts } from './builders.js';

const START: Revision = asId(0);

describeEachDatabase('the change log', (database) => {
  const clock = new SetClock();
  let store: GatehouseStore;
  let staff: DirectoryId;

  beforeAll(async () => {
    store = await database.open({ clock });
    staff = (await addInternal(store, 'Staff')).id;
    clock.advance(1_000);
    const origin = { type: 'USER', name: 'root', address: '10.0.0.1' } as const;
    await store.transact(origin, async (transaction) => {
      const [ann, bob] = await transaction.addUsers(staff, [userFacts('ann'), userFacts('bob')]);
      const [all] = await transaction.addGroups(staff, [groupFacts('all')]);
      await transaction.addMemberships(staff, [
        { groupId: all.id, userId: ann.id },
        { groupId: all.id, userId: bob.id },
      ]);
    });
    await store.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(10));
  });

  const at = (revision: number, ordinal: number): ChangeCursor => ({
    revision: asId(revision),
    ordinal,
  });

  test('entries tell their place, time and origin', async () => {
    const [first, second] = await store.reader.changes({ after: null, limit: 2 });
    expect(first).toMatchObject({ revision: 1, ordinal: 0, origin: OPERATOR });
    expect(second).toMatchObject({
      revision: 2,
      ordinal: 0,
      origin: { type: 'USER', name: 'root', address: '10.0.0.1' },
      change: { kind: 'UserAdded' },
    });
    expect(second.at.getTime() - first.at.getTime()).toBe(1_000);
  });

  test('each revision has a footing of its own, in each database another one', async () => {
    const footingsOf = ({ reader }: GatehouseStore) =>
      Promise.all([1, 2, 3].map((revision) => reader.footing(asId(revision))));
    const footings = await footingsOf(store);
    for (const footing of footings) expect(footing).toMatch(/^[0-9a-f]{64}$/);
    expect(await footingsOf(store)).toEqual(footings);
    expect(await store.reader.footing(START)).toBeNull();
    expect(await store.reader.footing(asId(4))).toBeNull();

    // The same again, a millisecond later.
    clock.advance(1);
    const other = await database.open({ clock });
    await addInternal(other, 'Staff');
    await other.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(9));
    await other.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(10));
    expect(new Set([...footings, ...(await footingsOf(other))]).size).toBe(6);
  });

  test('pages of any size hold every entry once, in order', async () => {
    const whole = await store.reader.changes({ after: null, limit: 100 });
    expect(whole.map(({ revision, ordinal }) => `${revision}.${ordinal}`)).toEqual([
      '1.0',
      '2.0',
      '2.1',
      '2.2',
      '2.3',
      '2.4',
      '3.0',
    ]);
    for (const limit of [1, 2, 3, 6, 7]) {
      const paged = [];
      for (let after: ChangeCursor | null = null; ; ) {
        const page: typeof whole = await store.reader.changes({ after, limit });
        if (page.length === 0) break;
        expect(page.length).toBeLessThanOrEqual(limit);
        paged.push(...page);
        after = page[page.length - 1];
      }
      expect(paged).toEqual(whole);
    }
  });

  test('a cursor may stand behind the last entry of its revision', async () => {
    const page = await store.reader.changes({
      after: at(2, Number.MAX_SAFE_INTEGER),
      limit: 10,
    });
    expect(page.map(({ revision }) => revision)).toEqual([3]);
    expect(await store.reader.changes({ after: at(3, 0), limit: 10 })).toEqual([]);
  });

  test('only the kinds asked for', async () => {
    const kinds = ['UserAdded', 'LicenceLimitChanged'] as const;
    const changes = await store.reader.changes({ after: null, limit: 10, kinds });
    expect(changes.map(({ change }) => change.kind)).toEqual([
      'UserAdded',
      'UserAdded',
      'LicenceLimitChanged',
    ]);
    const later = await store.reader.changes({ after: at(2, 0), limit: 1, kinds });
    expect(later.map(({ ordinal }) => ordinal)).toEqual([1]);
    expect(await store.reader.changes({ after: null, limit: 10, kinds: [] })).toEqual([]);
  });

  test('a witness gets whole revisions, however small the limit', async () => {
    const other = await database.open({ clock });
    const directory = await addInternal(other, 'Staff');
    await other.transact(OPERATOR, (transaction) =>
      transaction.addUsers(
        directory.id,
        ['a', 'b', 'c'].map((name) => userFacts(name)),
      ),
    );
    await other.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(1));
    const seen: string[] = [];
    other.attach({
      prepare: async (_, view) => {
        for (const [after, limit] of [
          [0, 2],
          [1, 2],
          [1, 4],
          [2, 1],
          [3, 5],
        ]) {
          const changes = await view.changesAfter(asId(after), limit);
          const places = (changes ?? []).map(({ revision, ordinal }) => `${revision}.${ordinal}`);
          seen.push(`${after}, ${limit}: ${places.join(' ')}`);
        }
      },
      propose: async () => [],
      committed: () => undefined,
      abandoned: () => undefined,
    });
    await other.transact(OPERATOR, async () => undefined);
    expect(seen).toEqual([
      '0, 2: 1.0',
      '1, 2: 2.0 2.1 2.2',
      '1, 4: 2.0 2.1 2.2 3.0',
      '2, 1: 3.0',
      '3, 5: ',
    ]);
  });

  test('the tail holds what came after, and reloaded directories as they are at its end', async () => {
    const remote = await addRemote(store, 'Jira');
    const gone = await addRemote(store, 'Old Jira');
    const from = await store.reader.revision();
    expect(await store.reader.tail(from)).toEqual({
      revision: from,
      changes: [],
      reloaded: new Map(),
    });

    for (const { id } of [remote, gone]) {
      const reload = await reloadOf(store, id);
      await reload.addUsers([{ id: null, facts: userFacts('ann') }]);
      await store.transact(OPERATOR, (transaction) =>
        transaction.switchGeneration(id, reload.generation),
      );
    }
    await store.transact(OPERATOR, (transaction) =>
      transaction.addUsers(remote.id, [userFacts('bob')]),
    );
    await store.transact(OPERATOR, (transaction) => transaction.removeDirectory(gone.id));

    const tail = (await store.reader.tail(from))!;
    expect(tail.revision).toBe(from + 4);
    expect(tail.changes.map(({ change }) => change.kind)).toEqual([
      'DirectoryReloaded',
      'DirectoryReloaded',
      'UserAdded',
      'DirectoryRemoved',
    ]);
    expect([...tail.reloaded.keys()]).toEqual([remote.id]);
    expect(tail.reloaded.get(remote.id)?.users.names.toSorted()).toEqual(['ann', 'bob']);
    expect((await store.reader.tail(START))?.changes).toHaveLength(13);
  });
});
