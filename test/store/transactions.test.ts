import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  asId,
  type Change,
  type DirectoryId,
  GatehouseError,
  nameKey,
  type Revision,
  type TransactionWitness,
} from '../../src/domain/index.js';
import type { GatehouseStore, StoreTransaction } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import {
  addInternal,
  addRemote,
  codeOf,
  groupFacts,
  numbered,
  OPERATOR,
  userFacts,
} from './builders.js';

/** Writes down what the store tells it. */
class Notes implements TransactionWitness {
  readonly lines: string[] = [];
  consequences: (changes: readonly Change[]) => Change[] = () => [];

  async prepare(revision: Revision): Promise<void> {
    this.lines.push(`prepare ${revision}`);
  }

  async propose(revision: Revision, changes: readonly Change[]): Promise<Change[]> {
    this.lines.push(`propose ${revision}: ${changes.map(({ kind }) => kind).join(' ')}`);
    return this.consequences(changes);
  }

  committed(revision: Revision, changes: readonly { readonly change: Change }[]): void {
    this.lines.push(`committed ${revision}: ${changes.map(({ change }) => change.kind).join(' ')}`);
  }

  abandoned(revision: Revision): void {
    this.lines.push(`abandoned ${revision}`);
  }
}

const WARNING: Change = {
  kind: 'LicenceWarning',
  threshold: 90,
  direction: 'UP',
  before: { seatsUsed: 8, seatsAllowed: 10 },
  after: { seatsUsed: 9, seatsAllowed: 10 },
};

describeEachDatabase('a transaction', (database) => {
  let url: string;
  let store: GatehouseStore;
  let staff: DirectoryId;
  let notes: Notes;

  beforeEach(async () => {
    url = await database.create();
    store = await database.open({ url });
    staff = (await addInternal(store, 'Staff')).id;
    notes = new Notes();
    store.attach(notes);
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

  test('is seen by no reader before its commit', async () => {
    const elsewhere = await database.open({ url });
    const key = nameKey('ann');
    await store.transact(OPERATOR, async (transaction) => {
      await transaction.addUsers(staff, [userFacts('ann')]);
      expect(await transaction.userByKey(staff, key)).toMatchObject({ name: 'ann' });
      for (const reader of [store.reader, elsewhere.reader]) {
        expect(await reader.usersByKeys(staff, [key])).toEqual([]);
        expect(await reader.revision()).toBe(1);
        expect((await reader.tail(asId(1))).changes).toEqual([]);
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
      const tail = await reader.tail(asId(1));
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
    expect(notes.lines).toEqual(['prepare 1']);
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

  describe('beside a witness', () => {
    test('is prepared, proposed and committed', async () => {
      await addUser('ann');
      expect(notes.lines).toEqual(['prepare 1', 'propose 2: UserAdded', 'committed 2: UserAdded']);
    });

    test('carries the consequences at its end', async () => {
      notes.consequences = () => [WARNING];
      const { changes } = await addUser('ann');
      expect(changes.map(({ ordinal, change }) => [ordinal, change.kind])).toEqual([
        [0, 'UserAdded'],
        [1, 'LicenceWarning'],
      ]);
      const logged = await store.reader.changes({
        after: null,
        limit: 10,
        kinds: ['LicenceWarning'],
      });
      expect(logged).toEqual([changes[1]]);
      expect(notes.lines[2]).toBe('committed 2: UserAdded LicenceWarning');
    });

    test('that is refused leaves nothing behind', async () => {
      const before = await state();
      notes.consequences = () => {
        throw new GatehouseError('NO_SYS_ADMIN_LEFT', {});
      };
      expect(await codeOf(addUser('ann'))).toBe('NO_SYS_ADMIN_LEFT');
      expect(notes.lines).toEqual(['prepare 1', 'propose 2: UserAdded', 'abandoned 2']);
      expect(await state()).toEqual(before);
      notes.consequences = () => [];
      expect((await addUser('ann')).revision).toBe(2);
    });

    test('never overlaps with another of its process', async () => {
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
      await Promise.all(names.map(addUser));
      expect(notes.lines).toEqual(
        names.flatMap((_, i) => [
          `prepare ${i + 1}`,
          `propose ${i + 2}: UserAdded`,
          `committed ${i + 2}: UserAdded`,
        ]),
      );
      const logged = await store.reader.changes({ after: null, limit: 100, kinds: ['UserAdded'] });
      expect(logged.map(({ change }) => change.user.name)).toEqual(names);
    });

    test('shows it the directory as it is about to be', async () => {
      const seen: string[][] = [];
      const other = await database.open({ url });
      other.attach({
        prepare: async () => undefined,
        propose: async (_revision, _changes, view) => {
          seen.push((await view.directorySnapshot(remote.id)).users.names);
          return [];
        },
        committed: () => undefined,
        abandoned: () => undefined,
      });
      const remote = await addRemote(store, 'Jira');
      const reload = await other.beginReload(remote.id);
      await reload.addUsers([{ id: null, facts: userFacts('ann') }]);
      await other.transact(OPERATOR, async (transaction) => {
        await transaction.switchGeneration(remote.id, reload.generation);
        await transaction.addUsers(remote.id, [userFacts('bob')]);
      });
      expect(seen.map((names) => names.toSorted())).toEqual([['ann', 'bob']]);
    });
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
      closed.runs.abortOrphans(0),
    ];
    expect(new Set(await Promise.all(attempts.map(codeOf)))).toEqual(new Set(['SHUTTING_DOWN']));
  });
});
