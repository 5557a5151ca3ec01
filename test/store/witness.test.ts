import { beforeEach, expect, test } from '@jest/globals';
import {
  type Change,
  type DirectoryId,
  GatehouseError,
  type Revision,
  type TransactionWitness,
} from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { reloadOf } from '../support/runs.js';
import { addInternal, addRemote, codeOf, OPERATOR, userFacts } from './builders.js';

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

describeEachDatabase('a transaction beside a witness', (database) => {
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

  test('that changes nothing is prepared alone', async () => {
    await store.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(null));
    expect(notes.lines).toEqual(['prepare 1']);
  });

  test('that is refused leaves nothing behind', async () => {
    const before = await store.reader.snapshot();
    notes.consequences = () => {
      throw new GatehouseError('NO_SYS_ADMIN_LEFT', {});
    };
    expect(await codeOf(addUser('ann'))).toBe('NO_SYS_ADMIN_LEFT');
    expect(notes.lines).toEqual(['prepare 1', 'propose 2: UserAdded', 'abandoned 2']);
    expect(await store.reader.snapshot()).toEqual(before);
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
    const seen: (readonly string[])[] = [];
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
    const reload = await reloadOf(other, remote.id);
    await reload.addUsers([{ id: null, facts: userFacts('ann') }]);
    await other.transact(OPERATOR, async (transaction) => {
      await transaction.switchGeneration(remote.id, reload.generation);
      await transaction.addUsers(remote.id, [userFacts('bob')]);
    });
    expect(seen.map((names) => names.toSorted())).toEqual([['ann', 'bob']]);
  });
});
