import { beforeEach, expect, it } from '@jest/globals';
import {
  asId,
  type Directory,
  type GroupId,
  nameKey,
  type Revision,
} from '../../src/domain/index.js';
import { PermissionIndex } from '../../src/engine/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { startIndex } from '../../src/usecase/index.js';
import { addInternal, groupFacts, numbered, OPERATOR, userFacts } from '../store/builders.js';
import { rawRows } from '../store/raw-rows.js';
import { describeEachDatabase } from '../support/databases.js';
import { reloadOf } from '../support/runs.js';

const USERS = 50;

describeEachDatabase('starting the index', (database) => {
  let url: string;
  let store: GatehouseStore;
  let staff: Directory;
  let group: GroupId;

  beforeEach(async () => {
    url = await database.create();
    store = await database.open({ url });
    staff = await addInternal(store, 'Staff');
    const { value } = await store.transact(OPERATOR, async (transaction) => {
      const groups = await transaction.addGroups(staff.id, numbered('group', 3).map(groupOf));
      const users = await transaction.addUsers(staff.id, numbered('user', USERS).map(userOf));
      const rows = users.map(({ id: userId }, i) => ({ groupId: groups[i % 3].id, userId }));
      await transaction.addMemberships(staff.id, rows);
      await transaction.addNestings(staff.id, [{ parentId: groups[0].id, childId: groups[1].id }]);
      await transaction.addGrant({
        permission: 'LICENSED_USER',
        subjectType: 'GROUP',
        subjectName: 'group-0',
      });
      return groups[1].id;
    });
    group = value;
  });

  const userOf = (name: string) => userFacts(name);
  const groupOf = (name: string) => groupFacts(name);
  const raw = (sql: string) => rawRows(url, sql);
  const fromRows = async () => new PermissionIndex(await store.reader.snapshot());

  /** Packs the present state. */
  const pack = async (): Promise<Revision> => {
    const index = await fromRows();
    expect(await store.packed.write(index.revision, index.pack())).toBe(true);
    return index.revision;
  };

  /** A tail with every kind of change that a packed index could miss. */
  const changeMuch = async () => {
    const [user] = await store.reader.usersByKeys(staff.id, [nameKey('user-1')]);
    await store.transact(OPERATOR, async (transaction) => {
      await transaction.changeUsers([{ id: user.id, facts: { ...user, name: 'Renamed' } }]);
      await transaction.removeMemberships(staff.id, [{ groupId: group, userId: user.id }]);
      await transaction.setLicenceLimit(20);
    });
    const other = await addInternal(store, 'Other');
    const gone = await addInternal(store, 'Gone');
    const reload = await reloadOf(store, other.id);
    await reload.addUsers([{ id: null, facts: userFacts('user-2') }]);
    await store.transact(OPERATOR, (transaction) =>
      transaction.switchGeneration(other.id, reload.generation),
    );
    await store.transact(OPERATOR, async (transaction) => {
      await transaction.addUsers(other.id, [userFacts('later')]);
      await transaction.reorderDirectories([gone.id, other.id, staff.id]);
      await transaction.removeDirectory(gone.id);
      await transaction.setMembershipMode('ALL_DIRECTORIES');
    });
  };

  const expectFromRows = async (because: string) => {
    const { index, start } = await startIndex(store);
    expect(start).toMatchObject({ from: 'ROWS', because });
    expect(index.pack()).toEqual((await fromRows()).pack());
    // It was thrown away: the next start does not look at it again.
    expect((await startIndex(store)).start).toMatchObject({ from: 'ROWS', because: 'NONE' });
  };

  it('reads the rows where nothing is packed', async () => {
    await expectFromRows('NONE');
  });

  it('takes the packed index as it is when nothing happened since', async () => {
    const packedAt = await pack();
    const { index, start } = await startIndex(store);
    expect(start).toEqual({ from: 'PACKED', packedAt, changes: 0 });
    expect(index.pack()).toEqual((await fromRows()).pack());
  });

  it('adds what the log tells since, and gets what the rows say', async () => {
    const packedAt = await pack();
    await changeMuch();
    const { index, start } = await startIndex(store);
    expect(start).toMatchObject({ from: 'PACKED', packedAt });
    expect(index.revision).toBe(await store.reader.revision());
    expect(index.pack()).toEqual((await fromRows()).pack());
    expect(index.licence()).toEqual((await fromRows()).licence());
  });

  it('reads the rows when the packed index was altered', async () => {
    await pack();
    await raw("UPDATE index_snapshot SET checksum = ''");
    await expectFromRows('ALTERED');
  });

  it('reads the rows when a restored backup has taken the packed revision back', async () => {
    const packedAt = await pack();
    await raw(`DELETE FROM change_log WHERE revision = ${packedAt}`);
    await raw(`DELETE FROM revision WHERE revision = ${packedAt}`);
    await raw('DELETE FROM permission_grant');
    await raw(`UPDATE gateway_state SET revision = ${packedAt - 1}`);
    await expectFromRows('OTHER_HISTORY');
  });

  it('reads the rows when the engine cannot read the bytes', async () => {
    const revision = await store.reader.revision();
    await store.packed.write(revision, new Uint8Array(1_000));
    await expectFromRows('OTHER_ENGINE');
  });

  it('reads the rows when the bytes are of another revision than they are said to be', async () => {
    const index = await fromRows();
    await store.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(3));
    await store.packed.write(asId(index.revision + 1), index.pack());
    await expectFromRows('ALTERED');
  });

  it('reads the rows when the log does not lead on', async () => {
    const packedAt = await pack();
    await changeMuch();
    await raw(`DELETE FROM change_log WHERE revision = ${packedAt + 1}`);
    await expectFromRows('TAIL_TOO_LONG');
  });

  it.each([
    "UPDATE permission SET title = 'Another' WHERE permission_key = 'ADMIN'",
    'UPDATE directory SET active = 0',
    'UPDATE directory SET generation = generation + 1',
    'UPDATE gateway_state SET licence_limit = 1',
    "UPDATE gateway_state SET membership_mode = 'ALL_DIRECTORIES'",
  ])('reads the rows after somebody did %s', async (sql) => {
    await pack();
    await raw(sql);
    await expectFromRows('OTHER_ROWS');
  });

  it('reads the rows when the packed index cannot be had', async () => {
    const fault = new Error('no such thing');
    const { index, start } = await startIndex({
      reader: store.reader,
      packed: { ...store.packed, read: () => Promise.reject(fault) },
    });
    expect(start).toEqual({ from: 'ROWS', because: 'FAILED', error: fault });
    expect(index.pack()).toEqual((await fromRows()).pack());
  });
});
