import { beforeEach, expect, test } from '@jest/globals';
import {
  asId,
  type Continuation,
  type Directory,
  EMPTY_REPORT,
  NO_COUNTS,
  type RunCounts,
  type RunId,
  type RunProgress,
  type RunReport,
  type SynchronisationRun,
} from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { HELD, leaseOf, RUN_OUT } from '../support/runs.js';
import { addRemote, codeOf, groupFacts, OPERATOR, SetClock, userFacts } from './builders.js';

const COUNTS: RunCounts = { ...NO_COUNTS, usersRead: 10, usersAdded: 1 };
const REPORT: RunReport = {
  kind: 'FULL',
  fullCause: 'TOKEN_EXPIRED',
  message: 'the events tell of a stranger',
  counts: COUNTS,
  setAside: [{ kind: 'user', name: ' ann', reason: 'OUTER_SPACE' }],
  requests: 7,
  bytes: 4_096,
};
const FAILURE = { ...REPORT, reason: 'UNREACHABLE', message: 'cannot be reached' } as const;
const PROGRESS: RunProgress = {
  phase: 'USERS',
  phaseStartedAt: new Date('2030-01-01T00:00:03Z'),
  elapsedMs: 7_000,
  done: 20,
  total: 100,
};

let names = 0;

describeEachDatabase('runs', (database) => {
  let url: string | undefined;
  let clock: SetClock;
  let store: GatehouseStore;
  let directory: Directory;

  beforeEach(async () => {
    url ??= await database.create();
    clock = new SetClock();
    store = await database.open({ url, clock });
    directory = await addRemote(store, `Jira ${names++}`);
  });

  const start = () => store.runs.start(directory.id, HELD);
  const silent = () => store.runs.start(directory.id, RUN_OUT);
  const finish = (id: RunId, next: Continuation = 'NOT_SUPPORTED') =>
    store.transact(OPERATOR, (transaction) => transaction.finishRun(id, REPORT, next));
  /** Eight stores of one database begin a run at once. */
  const raceOfStores = async () => {
    const stores = await Promise.all(
      Array.from({ length: 8 }, () => database.open({ url, clock })),
    );
    const codes = await Promise.all(
      stores.map(({ runs }) => codeOf(runs.start(directory.id, HELD))),
    );
    const count = (wanted: string | null) => codes.filter((code) => code === wanted).length;
    return { begun: count(null), refused: count('SYNCHRONISATION_RUNNING') };
  };
  const freshness = async () => (await store.reader.freshness([directory.id]))[0];

  test('one that begins is recorded', async () => {
    const run = await start();
    expect(run).toEqual({
      id: run.id,
      directoryId: directory.id,
      startedAt: clock.now(),
      finishedAt: null,
      ...EMPTY_REPORT,
      outcome: 'RUNNING',
      reason: null,
      progress: {
        phase: 'CONNECTING',
        phaseStartedAt: clock.now(),
        elapsedMs: 0,
        done: 0,
        total: null,
      },
      revision: null,
    });
    expect(await store.runs.byId(run.id)).toEqual(run);
    expect(await store.runs.byId(asId(987_654))).toBeNull();
  });

  test('of eight that would begin at once exactly one does', async () => {
    const starts = await Promise.all(
      Array.from({ length: 8 }, () =>
        start().then(
          ({ id }) => id,
          (error) => error.code,
        ),
      ),
    );
    const refused = starts.filter((result) => result === 'SYNCHRONISATION_RUNNING');
    expect(refused).toHaveLength(7);
    const { total } = await store.runs.page(directory.id, { first: 10, after: null });
    expect(total).toBe(1);
  });

  test('the same between stores', async () => {
    expect(await raceOfStores()).toEqual({ begun: 1, refused: 7 });
  });

  test('one that begins later has the larger id, in whichever process', async () => {
    const other = await database.open({ url, clock });
    const begun: SynchronisationRun[] = [];
    for (const { runs } of [store, other, store, other, store]) {
      const run = await runs.start(directory.id, HELD);
      await runs.cancel(run.id);
      begun.unshift(run);
    }
    const { items } = await store.runs.page(directory.id, { first: 5, after: null });
    expect(items.map(({ id }) => id)).toEqual(begun.map(({ id }) => id));
    const [latest] = await store.runs.latest([directory.id]);
    expect(latest.id).toBe(begun[0].id);
  });

  test('a lease that is renewed keeps the next one out', async () => {
    const run = await silent();
    expect(await store.runs.renew(leaseOf(run), PROGRESS)).toBe(true);
    expect(await codeOf(start())).toBe('SYNCHRONISATION_RUNNING');
    expect(await store.runs.byId(run.id)).toMatchObject({ progress: PROGRESS });
  });

  test('of eight stores that would take over exactly one does', async () => {
    await silent();
    expect(await raceOfStores()).toEqual({ begun: 1, refused: 7 });
  });

  test('one that lost its lease writes nothing to a new generation either', async () => {
    const late = await silent();
    const reload = await store.beginReload(leaseOf(late, RUN_OUT));
    const [group] = await reload.addGroups([{ id: null, facts: groupFacts('team') }]);
    const [user] = await reload.addUsers([{ id: null, facts: userFacts('ann') }]);
    await start();
    const writes = [
      () => reload.addGroups([{ id: null, facts: groupFacts('other') }]),
      () => reload.addUsers([{ id: null, facts: userFacts('bob') }]),
      () => reload.addMemberships([{ groupId: group, userId: user }]),
      () => reload.addNestings([{ parentId: group, childId: group }]),
      () => store.beginReload(leaseOf(late)),
    ];
    for (const write of writes) expect(await codeOf(write())).toBe('RUN_SUPERSEDED');
  });

  test('one that is cancelled changes nothing any more', async () => {
    const run = await start();
    expect(await store.runs.cancel(run.id)).toMatchObject({ outcome: 'ABORTED' });
    expect(await store.runs.byId(run.id)).toMatchObject({
      outcome: 'ABORTED',
      reason: 'RUN_CANCELLED',
      finishedAt: clock.now(),
      progress: null,
    });
    expect(await store.runs.renew(leaseOf(run), PROGRESS)).toBe(false);
    expect(await codeOf(finish(run.id))).toBe('RUN_SUPERSEDED');
    expect(await codeOf(store.runs.cancel(run.id))).toBe('RUN_NOT_RUNNING');
    expect(await codeOf(store.runs.cancel(asId(987_654)))).toBe('NOT_FOUND');
    await finish((await start()).id);
  });

  test('one that is cancelled keeps what it had read, and one that succeeded what it was', async () => {
    const failure = { ...REPORT, reason: 'RUN_SUPERSEDED', message: 'taken over' } as const;
    const ends = [
      (id: RunId) => store.runs.fail(id, failure),
      (id: RunId) => store.transact(OPERATOR, (transaction) => transaction.holdRun(id, failure)),
    ];
    for (const end of ends) {
      const cancelled = await start();
      const { message } = await store.runs.cancel(cancelled.id);
      await end(cancelled.id);
      expect(await store.runs.byId(cancelled.id)).toMatchObject({
        ...REPORT,
        message,
        counts: { ...NO_COUNTS, usersRead: COUNTS.usersRead },
        outcome: 'ABORTED',
        reason: 'RUN_CANCELLED',
      });
    }
    const succeeded = await start();
    await finish(succeeded.id);
    const before = await store.runs.byId(succeeded.id);
    await store.runs.fail(succeeded.id, failure);
    expect(await store.runs.byId(succeeded.id)).toEqual(before);
  });

  test('the next one goes on from where one has ended, or is told why it cannot', async () => {
    const position = { token: 'a token of ✓ 4711', source: 'of this server' };
    expect(await store.reader.continuation(directory.id)).toBe('FIRST_RUN');
    await finish((await start()).id, position);
    expect(await store.reader.continuation(directory.id)).toEqual(position);
    const { id } = await start();
    const failed = store.transact(OPERATOR, async (transaction) => {
      await transaction.finishRun(id, REPORT, { ...position, token: 'ahead of the data' });
      throw new Error('on second thoughts');
    });
    await expect(failed).rejects.toThrow('on second thoughts');
    await store.runs.fail(id, FAILURE);
    expect(await store.reader.continuation(directory.id)).toEqual(position);
    await finish((await start()).id, 'AMBIGUOUS_RECORDS');
    expect(await store.reader.continuation(directory.id)).toBe('AMBIGUOUS_RECORDS');
  });

  test('one whose lease has run out is superseded and changes nothing any more', async () => {
    const late = await silent();
    const next = await start();
    expect(await store.runs.byId(late.id)).toMatchObject({
      outcome: 'ABORTED',
      reason: 'RUN_SUPERSEDED',
      finishedAt: clock.now(),
    });
    const written = store.transact(OPERATOR, async (transaction) => {
      await transaction.addUsers(directory.id, [userFacts('late')]);
      await transaction.finishRun(late.id, REPORT, 'NOT_SUPPORTED');
    });
    await expect(written).rejects.toMatchObject({
      code: 'RUN_SUPERSEDED',
      details: { directory: directory.name },
    });
    expect((await store.reader.contents(directory.id)).users).toEqual([]);
    expect(await store.runs.renew(leaseOf(late), PROGRESS)).toBe(false);
    await store.runs.fail(late.id, FAILURE);
    expect(await store.runs.byId(late.id)).toMatchObject({ outcome: 'ABORTED' });
    expect(await freshness()).toMatchObject({ staleSince: null });
    await finish(next.id);
    expect(await codeOf(finish(next.id))).toBe('RUN_SUPERSEDED');
  });

  test('one that changed something tells its revision', async () => {
    const run = await start();
    clock.advance(1_000);
    const origin = { type: 'RUN', runId: run.id, directoryName: directory.name } as const;
    const { revision } = await store.transact(origin, async (transaction) => {
      await transaction.finishRun(run.id, REPORT, 'NOT_SUPPORTED');
      await transaction.addUsers(directory.id, [userFacts('ann')]);
    });
    expect(await store.runs.byId(run.id)).toEqual({
      ...run,
      ...REPORT,
      outcome: 'SUCCEEDED',
      finishedAt: clock.now(),
      progress: null,
      revision,
    });
  });

  test('one that changed nothing ends without a revision', async () => {
    const before = await store.reader.revision();
    const run = await start();
    const { revision } = await finish(run.id);
    expect(revision).toBe(before);
    expect(await store.runs.byId(run.id)).toMatchObject({ outcome: 'SUCCEEDED', revision: null });
    expect(await freshness()).toMatchObject({ lastSucceededAt: clock.now() });
  });

  test('a directory is stale from the first failure to the next success', async () => {
    expect(await freshness()).toEqual({
      directoryId: directory.id,
      lastSucceededAt: null,
      staleSince: null,
    });
    const failedAt = clock.now();
    for (let i = 0; i < 2; i++) {
      const { id } = await start();
      await store.runs.fail(id, FAILURE);
      await store.runs.fail(id, { ...FAILURE, message: 'a second time' });
      expect(await store.runs.byId(id)).toMatchObject({
        outcome: 'FAILED',
        reason: 'UNREACHABLE',
        message: 'cannot be reached',
        counts: COUNTS,
      });
      clock.advance(1_000);
    }
    expect(await freshness()).toMatchObject({ lastSucceededAt: null, staleSince: failedAt });
    await finish((await start()).id);
    expect(await freshness()).toMatchObject({ lastSucceededAt: clock.now(), staleSince: null });
  });

  test('only orphans are aborted', async () => {
    const other = await addRemote(store, `Jira ${names++}`);
    await store.runs.abortOrphans('ALL');
    const orphan = await silent();
    const alive = await store.runs.start(other.id, HELD);
    expect(await store.runs.abortOrphans('RUN_OUT')).toEqual([directory.id]);
    expect(await store.runs.byId(orphan.id)).toMatchObject({
      outcome: 'ABORTED',
      reason: 'PROCESS_ENDED',
      finishedAt: clock.now(),
    });
    expect(await store.runs.byId(alive.id)).toMatchObject({ outcome: 'RUNNING' });
    await finish(alive.id);
  });

  test('pages go from the newest to the oldest', async () => {
    const ids: RunId[] = [];
    for (let i = 0; i < 5; i++) {
      const { id } = await start();
      ids.unshift(id);
      await finish(id);
    }
    const first = await store.runs.page(directory.id, { first: 2, after: null });
    expect(first).toMatchObject({ hasMore: true, total: 5 });
    expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const rest = await store.runs.page(directory.id, { first: 3, after: ids[1] });
    expect(rest).toMatchObject({ hasMore: false, total: 5 });
    expect(rest.items.map(({ id }) => id)).toEqual(ids.slice(2));
    const none = await store.runs.page(directory.id, { first: 3, after: ids[4] });
    expect(none).toEqual({ items: [], hasMore: false, total: 5 });
    for (const size of [0, 1_001, 1.5]) {
      const refused = store.runs.page(directory.id, { first: size, after: null });
      expect(await codeOf(refused)).toBe('PAGE_INVALID');
    }
    expect((await store.runs.latest([directory.id])).map(({ id }) => id)).toEqual([ids[0]]);
  });

  test('the latest of each directory that has one', async () => {
    const other = await addRemote(store, `Jira ${names++}`);
    const without = await addRemote(store, `Jira ${names++}`);
    await finish((await start()).id);
    const newest = [await start(), await store.runs.start(other.id, HELD)];
    const latest = await store.runs.latest([directory.id, other.id, without.id]);
    expect(latest.map(({ id }) => id).toSorted()).toEqual(newest.map(({ id }) => id).toSorted());
    expect(await store.runs.latest([])).toEqual([]);
    for (const { id } of newest) await finish(id);
  });

  test('a removed directory takes its runs along', async () => {
    const run = await start();
    await store.transact(OPERATOR, (transaction) => transaction.removeDirectory(directory.id));
    expect(await store.runs.byId(run.id)).toBeNull();
    expect(await codeOf(finish(run.id))).toBe('RUN_SUPERSEDED');
    await store.runs.fail(run.id, FAILURE);
    expect(await store.runs.renew(leaseOf(run), PROGRESS)).toBe(false);
    expect(await codeOf(start())).toBe('NOT_FOUND');
  });
});
