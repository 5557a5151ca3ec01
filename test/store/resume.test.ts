import { beforeEach, expect, test } from '@jest/globals';
import { asId, type Directory, type Revision } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { reloadOf } from '../support/runs.js';
import { addInternal, groupFacts, numbered, OPERATOR, userFacts } from './builders.js';
import { rawRows } from './raw-rows.js';

const revisionOf = (revision: number): Revision => asId(revision);

describeEachDatabase('going on from a revision', (database) => {
  let url: string;
  let store: GatehouseStore;
  let staff: Directory;

  beforeEach(async () => {
    url = await database.create();
    store = await database.open({ url });
    staff = await addInternal(store, 'Staff');
    await store.transact(OPERATOR, (transaction) =>
      transaction.addUsers(staff.id, [userFacts('ann'), userFacts('bob')]),
    );
    await store.transact({ type: 'USER', name: 'ann', address: null }, async (transaction) => {
      await transaction.setLicenceLimit(7);
      await transaction.setMembershipMode('ALL_DIRECTORIES');
    });
  });

  const resume = (revision: number, atMost = 100) =>
    store.reader.resume(revisionOf(revision), atMost);

  test('gives the log since then and what the small tables hold', async () => {
    const given = await resume(1);
    const after = { revision: revisionOf(1), ordinal: 1_000 };
    const logged = await store.reader.changes({ after, limit: 100 });
    expect(given).toEqual({
      revision: 3,
      changes: logged.map(({ change }) => change),
      reloaded: new Map(),
      settings: { licenceLimit: 7, membershipMode: 'ALL_DIRECTORIES' },
      scheme: (await store.reader.snapshot()).scheme,
      directories: [staff],
    });
    expect(given?.changes.map(({ kind }) => kind)).toEqual([
      'UserAdded',
      'UserAdded',
      'LicenceLimitChanged',
      'MembershipModeChanged',
    ]);
    expect((await resume(3))?.changes).toEqual([]);
  });

  test('gives every one of many changes once, in order', async () => {
    const names = [...numbered('a', 2_345), 'c "d", e'];
    await store.transact(OPERATOR, (transaction) =>
      transaction.addGroups(
        staff.id,
        names.map((name) => groupFacts(name)),
      ),
    );
    await store.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(8));
    const given = await resume(3, 10_000);
    const told = given?.changes.map((change) =>
      change.kind === 'GroupAdded' ? change.group.name : change.kind,
    );
    expect(told).toEqual([...names, 'LicenceLimitChanged']);
  });

  test('gives the reloaded directories as they are now', async () => {
    const reload = await reloadOf(store, staff.id);
    await reload.addGroups([{ id: null, facts: groupFacts('all') }]);
    await store.transact(OPERATOR, (transaction) =>
      transaction.switchGeneration(staff.id, reload.generation),
    );
    await store.transact(OPERATOR, (transaction) =>
      transaction.addGroups(staff.id, [groupFacts('some')]),
    );
    const given = await resume(3);
    expect(given?.reloaded.get(staff.id)?.groups.names).toEqual(['all', 'some']);
    expect(given?.directories).toEqual([{ ...staff, generation: reload.generation }]);
  });

  test('is not possible over more entries than asked for', async () => {
    expect(await resume(1, 4)).not.toBeNull();
    expect(await resume(1, 3)).toBeNull();
    expect(await resume(3, 0)).not.toBeNull();
  });

  test('is not possible from a revision that the log has not reached', async () => {
    expect(await resume(4)).toBeNull();
  });

  test('is not possible where the log does not begin early enough', async () => {
    await rawRows(url, 'DELETE FROM change_log WHERE revision <= 2');
    expect(await resume(1)).toBeNull();
    expect((await resume(2))?.changes).toHaveLength(2);
    await rawRows(url, 'DELETE FROM change_log');
    expect(await resume(2)).toBeNull();
  });
});
