import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, expect, test } from '@jest/globals';
import { asId, type DirectoryId, nameKey } from '../../src/domain/index.js';
import type { GatehouseStore, StoreTransaction } from '../../src/store/index.js';
import { describeEachDatabase, describeSharedDatabase } from '../support/databases.js';
import { addInternal, codeOf, groupFacts, numbered, OPERATOR, userFacts } from './builders.js';

describeEachDatabase('a transaction', (database) => {
  let url: string;
  let store: GatehouseStore;
  let staff: DirectoryId;

  beforeEach(async () => {
    url = await database.create();
    store = await database.open({ url });
    staff = (await addInternal(store, 'Staff')).id;
  });

  const addUser = (name: string) =>
    store.transact(OPERATOR, (transaction) => transaction.addUsers(staff, [userFacts(name)]));
  const state = async (at = store) => [
    await at.reader.snapshot(),
    await at.reader.contents(staff),
    await at.reader.changes({ after: null, limit: 100 }),
  ];

  test('that fails leaves nothing behind', async () => {
    await addUser('ann');
    const before = await state();
    const failed = store.transact(OPERATOR, async (transaction) => {
      await transaction.addUsers(staff, [userFacts('bob')]);
      await transaction.setLicenceLimit(5);
      await transaction.addDirectory({
        name: 'Partners',
        type: 'INTERNAL',
        nestedGroups: false,
        connection: null,
        password: null,
      });
      throw new Error('on second thoughts');
    });
    await expect(failed).rejects.toThrow('on second thoughts');
    expect(await state()).toEqual(before);
    const { revision } = await addUser('bob');
    expect(revision).toBe(3);
  });

  if (database.dialect === 'sqlite') {
    test('is taken from the log into the file while others are written', async () => {
      const log = async () => (await stat(`${url.slice('sqlite:'.length)}-wal`)).size;
      const most = 4 * 2 ** 20;
      const users = 20_000;
      const sizes: number[] = [];
      for (let from = 0; from < users; from += 500) {
        await store.transact(OPERATOR, (transaction) =>
          transaction.addUsers(
            staff,
            Array.from({ length: 500 }, (_, i) => userFacts(`user-${from + i}`)),
          ),
        );
        sizes.push(await log());
      }
      expect(Math.max(...sizes)).toBeGreaterThan(most);
      // It began anew although nobody stopped writing.
      expect(sizes.some((size, i) => i > 0 && size < sizes[i - 1])).toBe(true);
      while ((await log()) > most) await delay(10);
      const elsewhere = await database.open({ url });
      expect(await elsewhere.reader.countUsers(staff)).toBe(users);
    });
  }

  test('is seen by no reader before its commit', async () => {
    const elsewhere = await database.open({ url });
    const key = nameKey('ann');
    await store.transact(OPERATOR, async (transaction) => {
      await transaction.addUsers(staff, [userFacts('ann')]);
      expect(await transaction.userByKey(staff, key)).toMatchObject({ name: 'ann' });
      for (const reader of [store.reader, elsewhere.reader]) {
        expect(await reader.usersByKeys(staff, [key])).toEqual([]);
        expect(await reader.revision()).toBe(1);
        expect((await reader.tail(asId(1)))?.changes).toEqual([]);
      }
    });
    for (const reader of [store.reader, elsewhere.reader]) {
      expect(await reader.usersByKeys(staff, [key])).toHaveLength(1);
      expect(await reader.revision()).toBe(2);
    }
  });

  test('is seen whole by every read that takes several statements', async () => {
    const { reader } = await database.open({ url });
    const { value: group } = await store.transact(OPERATOR, async (transaction) => {
      const [added] = await transaction.addGroups(staff, [groupFacts('all')]);
      return added;
    });
    const names = numbered('user', 60);
    let writing = true;
    const write = async () => {
      for (const [i, name] of names.entries()) {
        await store.transact(OPERATOR, async (transaction) => {
          const [user] = await transaction.addUsers(staff, [userFacts(name)]);
          await transaction.addMemberships(staff, [{ groupId: group.id, userId: user.id }]);
          await transaction.setLicenceLimit(i + 1);
        });
      }
    };
    const written = write().finally(() => {
      writing = false;
    });
    let reads = 0;
    for (; writing; reads++) {
      const { settings, directories } = await reader.snapshot();
      const users = directories[0].users.ids.length;
      expect([settings.licenceLimit ?? 0, directories[0].memberships.users.length]).toEqual([
        users,
        users,
      ]);
      const contents = await reader.contents(staff);
      expect(contents.memberships.users).toHaveLength(contents.users.length);
      const tail = (await reader.tail(asId(1)))!;
      expect(tail.changes.at(-1)?.revision).toBe(tail.revision);
    }
    await written;
    expect(reads).toBeGreaterThan(1);
  });

  test('tells its revision and changes while it goes on', async () => {
    const { revision, value } = await store.transact(OPERATOR, async (transaction) => {
      expect(transaction.changes).toEqual([]);
      await transaction.setLicenceLimit(5);
      expect(transaction.changes.map(({ kind }) => kind)).toEqual(['LicenceLimitChanged']);
      return transaction.revision;
    });
    expect(value).toBe(revision);
  });

  test('that changes nothing makes no revision', async () => {
    const { revision, changes } = await store.transact(OPERATOR, (transaction) =>
      transaction.setLicenceLimit(null),
    );
    expect([revision, changes]).toEqual([1, []]);
  });

  test('ends with its work, whatever the work left undone', async () => {
    let late: Promise<unknown> = Promise.resolve();
    let held: StoreTransaction | null = null;
    const failed = store.transact(OPERATOR, async (transaction) => {
      held = transaction;
      late = transaction.addUsers(staff, [userFacts('late')]).catch(() => 'refused');
      throw new Error('before that is through');
    });
    await expect(failed).rejects.toThrow('before that is through');
    await late;
    await addUser('ann');
    await expect(held!.addUsers(staff, [userFacts('later')])).rejects.toThrow('has ended');
    const { users } = await store.reader.contents(staff);
    expect(users.map(({ name }) => name)).toEqual(['ann']);
  });

  test('is spoilt by a statement that failed, even if the work goes on', async () => {
    await addUser('ann');
    const before = await state();
    const spoilt = store.transact(OPERATOR, async (transaction) => {
      const [bob] = await transaction.addUsers(staff, [userFacts('bob')]);
      const noHash = null as unknown as string;
      await transaction.setPasswordHash(bob.id, noHash).catch(() => 'never mind');
      await transaction.setLicenceLimit(5).catch(() => 'never mind');
    });
    await expect(spoilt).rejects.toMatchObject({ name: 'QueryFailedError', parameters: undefined });
    expect(await state()).toEqual(before);
    expect((await addUser('bob')).revision).toBe(3);
  });

  test('waits for its lock no longer than it may', async () => {
    const impatient = await database.open({ url, lockWaitMs: 50 });
    await store.transact(OPERATOR, async (transaction) => {
      await transaction.setLicenceLimit(5);
      const refused = impatient.transact(OPERATOR, (late) => late.setLicenceLimit(6));
      await expect(refused).rejects.toMatchObject({
        code: 'STORE_BUSY',
        details: { waitedMs: expect.any(Number) },
      });
    });
    const { changes } = await impatient.transact(OPERATOR, (late) => late.setLicenceLimit(6));
    expect(changes).toHaveLength(1);
  });

  test('waits for its turn in its own process no longer than it may', async () => {
    const impatient = await database.open({ url, lockWaitMs: 50 });
    await impatient.transact(OPERATOR, async () => {
      const refused = impatient.transact(OPERATOR, async () => undefined);
      expect(await codeOf(refused)).toBe('STORE_BUSY');
    });
    await impatient.transact(OPERATOR, async () => undefined);
  });

  test('is refused by a store that is closed', async () => {
    const closed = await database.open({ url });
    await closed.close();
    const attempts = [
      closed.transact(OPERATOR, async () => undefined),
      closed.reader.revision(),
      closed.reader.snapshot(),
      closed.runs.abortOrphans('ALL'),
    ];
    expect(new Set(await Promise.all(attempts.map(codeOf)))).toEqual(new Set(['SHUTTING_DOWN']));
  });
});

describeSharedDatabase('a process that stands still in the middle of writing', (database) => {
  test('keeps its locks for a minute at most where the server can tell', async () => {
    const { sql } = await database.open();
    const [timeouts, [{ version }]] = await sql.read(async (session) => [
      await session.select<{ Value: string }>(
        "SHOW SESSION VARIABLES LIKE 'idle_write_transaction_timeout'",
      ),
      await session.select<{ version: string }>('SELECT VERSION() AS version'),
    ]);
    // MySQL has no such setting.
    const expected = version.includes('MariaDB') ? ['60'] : [];
    expect(timeouts.map(({ Value }) => Value)).toEqual(expected);
  });
});
