import { beforeEach, expect, test } from '@jest/globals';
import {
  asId,
  type Directory,
  NO_COUNTS,
  type RunCounts,
  type RunId,
} from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { addRemote, codeOf, OPERATOR, SetClock, userFacts } from './builders.js';

const MINUTE = 60_000;
const COUNTS: RunCounts = { ...NO_COUNTS, usersRead: 10, usersAdded: 1 };
const FAILURE = { reason: 'UNREACHABLE', message: 'cannot be reached', counts: COUNTS } as const;

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

  const start = () => store.runs.start(directory.id, MINUTE);
  const finish = (id: RunId, counts = COUNTS) =>
    store.transact(OPERATOR, (transaction) => transaction.finishRun(id, counts));
  const freshness = async () => (await store.reader.freshness([directory.id]))[0];

  test('one that begins is recorded', async () => {
    const run = await start();
    expect(run).toEqual({
      id: run.id,
      directoryId: directory.id,
      startedAt: clock.now(),
      finishedAt: null,
      outcome: 'RUNNING',
      reason: null,
      message: null,
      counts: NO_COUNTS,
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
    const stores = await Promise.all(
      Array.from({ length: 8 }, () => database.open({ url, clock })),
    );
    const starts = await Promise.all(
      stores.map(({ runs }) => codeOf(runs.start(directory.id, MINUTE))),
    );
    expect(starts.filter((code) => code === null)).toHaveLength(1);
    expect(starts.filter((code) => code === 'SYNCHRONISATION_RUNNING')).toHaveLength(7);
  });

  test('a sign of life keeps the next one out', async () => {
    const run = await start();
    clock.advance(MINUTE - 1);
    await store.runs.heartbeat(run.id);
    clock.advance(MINUTE - 1);
    expect(await codeOf(start())).toBe('SYNCHRONISATION_RUNNING');
  });

  test('one without a sign of life is superseded and changes nothing any more', async () => {
    const late = await start();
    clock.advance(MINUTE);
    const next = await start();
    expect(await store.runs.byId(late.id)).toMatchObject({
      outcome: 'ABORTED',
      reason: 'RUN_SUPERSEDED',
      finishedAt: clock.now(),
    });
    const written = store.transact(OPERATOR, async (transaction) => {
      await transaction.addUsers(directory.id, [userFacts('late')]);
      await transaction.finishRun(late.id, COUNTS);
    });
    await expect(written).rejects.toMatchObject({
      code: 'RUN_SUPERSEDED',
      details: { directory: directory.name },
    });
    expect((await store.reader.contents(directory.id)).users).toEqual([]);
    await store.runs.heartbeat(late.id);
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
      await transaction.finishRun(run.id, COUNTS);
      await transaction.addUsers(directory.id, [userFacts('ann')]);
    });
    expect(await store.runs.byId(run.id)).toEqual({
      ...run,
      outcome: 'SUCCEEDED',
      finishedAt: clock.now(),
      counts: COUNTS,
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
    await store.runs.abortOrphans(0);
    const orphan = await start();
    clock.advance(MINUTE - 1);
    const alive = await store.runs.start(other.id, MINUTE);
    clock.advance(1);
    expect(await store.runs.abortOrphans(MINUTE)).toBe(1);
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
    const newest = [await start(), await store.runs.start(other.id, MINUTE)];
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
    await store.runs.heartbeat(run.id);
    expect(await codeOf(start())).toBe('NOT_FOUND');
  });
});
