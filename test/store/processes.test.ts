import { beforeEach, expect, test } from '@jest/globals';
import type { Directory, LoggedChange } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { programs } from '../support/programs.js';
import { HELD } from '../support/runs.js';
import { addInternal, addRemote, codeOf, groupFacts, numbered, OPERATOR } from './builders.js';

const { killInTheMiddle, run } = programs('../store/processes/');

const WRITERS = 8;
const REVISIONS_EACH = 12;

describeEachDatabase('several writers', (database) => {
  let url: string;
  let store: GatehouseStore;
  let directory: Directory;

  beforeEach(async () => {
    url = await database.create();
    store = await database.open({ url });
    directory = await addRemote(store, 'Jira');
  });

  /** Every revision has entries from ordinal 0 on, and none is missing. */
  const expectNoGaps = (changes: readonly LoggedChange[], revisions: number) => {
    expect(changes.map(({ revision }) => revision)).toEqual(
      Array.from({ length: revisions }, (_, i) => i + 1),
    );
    expect(changes.every(({ ordinal }) => ordinal === 0)).toBe(true);
  };

  test('of one process count revisions up without gaps', async () => {
    const stores = await Promise.all(numbered('', WRITERS).map(() => database.open({ url })));
    const written = stores.map(async (writer, i) => {
      const revisions: number[] = [];
      for (const name of numbered(`group ${i}`, REVISIONS_EACH)) {
        const { revision } = await writer.transact(OPERATOR, (transaction) =>
          transaction.addGroups(directory.id, [groupFacts(name)]),
        );
        revisions.push(revision);
      }
      return revisions;
    });
    const revisions = (await Promise.all(written)).flat();
    expect(new Set(revisions).size).toBe(WRITERS * REVISIONS_EACH);
    const changes = await store.reader.changes({ after: null, limit: 1_000 });
    expectNoGaps(changes, 1 + WRITERS * REVISIONS_EACH);
    const { groups } = await store.reader.contents(directory.id);
    expect(new Set(groups.map(({ id }) => id)).size).toBe(WRITERS * REVISIONS_EACH);
  });

  test('of several processes too, migrating an empty database together', async () => {
    const empty = await database.create();
    const names = numbered('process', 4);
    await Promise.all(names.map((name) => run('write-revisions', empty, name, REVISIONS_EACH)));
    const reader = await database.open({ url: empty });
    expectNoGaps(
      await reader.reader.changes({ after: null, limit: 1_000 }),
      names.length * REVISIONS_EACH,
    );
    expect(await reader.reader.directories()).toHaveLength(names.length);
  });

  test('one that is killed in a transaction leaves the old state and no lock', async () => {
    const before = await store.reader.snapshot();
    await killInTheMiddle('stop-in-transaction', url, directory.id);
    expect(await store.reader.snapshot()).toEqual(before);
    const reopened = await database.open({ url });
    expect(await reopened.reader.snapshot()).toEqual(before);
    const { revision } = await reopened.transact(OPERATOR, (transaction) =>
      transaction.setLicenceLimit(2),
    );
    expect(revision).toBe(before.revision + 1);
    expect((await addInternal(store, 'Staff')).name).toBe('Staff');
  });

  test('one that is killed in a reload leaves rows that nobody sees and the sweep deletes', async () => {
    const before = await store.reader.snapshot();
    await killInTheMiddle('stop-in-reload', url, directory.id);
    expect(await store.reader.snapshot()).toEqual(before);
    expect(await store.sweep()).toBe(0);
    expect(await codeOf(store.runs.start(directory.id, HELD))).toBe('SYNCHRONISATION_RUNNING');
    expect(await store.runs.abortOrphans('ALL')).toEqual([directory.id]);
    expect(await store.sweep()).toBe(2_000);
    expect(await store.reader.snapshot()).toEqual(before);
    const [latest] = await store.runs.latest([directory.id]);
    expect(latest).toMatchObject({ outcome: 'ABORTED', reason: 'PROCESS_ENDED' });
  });
});
