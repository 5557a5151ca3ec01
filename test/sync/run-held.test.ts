import { expect, it } from '@jest/globals';
import { asId, type DirectoryConnection, type RunId } from '../../src/domain/index.js';
import { codeOf } from '../store/builders.js';
import { describeEachDatabase } from '../support/databases.js';
import { remoteUser } from '../support/scripted-remote.js';
import { CONNECTION, RunHarness } from './run-harness.js';

const DEFAULT_BOUNDS = { mostRemovedPercent: 10, mostRemovedUsers: 500 };

const users = (count: number, from = 0) => ({
  users: Array.from({ length: count }, (_, i) => remoteUser(`user-${from + i}`)),
  groups: [],
  memberships: [],
});

describeEachDatabase('a run that would remove users', (database) => {
  const begin = async (held: number, bounds: Partial<DirectoryConnection> = DEFAULT_BOUNDS) => {
    const harness = await RunHarness.make(await database.open());
    await harness.store.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.changeDirectory(harness.directory.id, {
        connection: { ...CONNECTION, ...bounds },
      }),
    );
    expect(await harness.run(users(held))).toMatchObject({ outcome: 'SUCCEEDED' });
    return harness;
  };

  it.each([
    { name: 'nobody', held: 40, left: 40, bounds: DEFAULT_BOUNDS, outcome: 'SUCCEEDED' },
    { name: 'a tenth', held: 40, left: 36, bounds: DEFAULT_BOUNDS, outcome: 'SUCCEEDED' },
    { name: 'more than a tenth', held: 40, left: 35, bounds: DEFAULT_BOUNDS, outcome: 'HELD' },
    { name: 'three tenths', held: 40, left: 28, bounds: DEFAULT_BOUNDS, outcome: 'HELD' },
    { name: 'one of two', held: 2, left: 1, bounds: DEFAULT_BOUNDS, outcome: 'HELD' },
    { name: 'everybody', held: 40, left: 0, bounds: DEFAULT_BOUNDS, outcome: 'HELD' },
    {
      name: 'more users than its own bound',
      held: 40,
      left: 37,
      bounds: { mostRemovedPercent: 100, mostRemovedUsers: 2 },
      outcome: 'HELD',
    },
    {
      name: 'as many as bounds of its own let go',
      held: 40,
      left: 20,
      bounds: { mostRemovedPercent: 50, mostRemovedUsers: 20 },
      outcome: 'SUCCEEDED',
    },
    {
      name: 'everybody, although there is no bound',
      held: 40,
      left: 0,
      bounds: { mostRemovedPercent: 100, mostRemovedUsers: 1_000 },
      outcome: 'HELD',
    },
  ])('$name: $outcome', async ({ held, left, bounds, outcome }) => {
    const harness = await begin(held, bounds);
    const before = await harness.state();
    const run = await harness.run(users(left));
    expect(run).toMatchObject({ outcome, counts: { usersRemoved: held - left } });
    if (outcome === 'SUCCEEDED') {
      expect((await harness.held()).users).toHaveLength(left);
      return;
    }
    expect(run).toMatchObject({ reason: 'REMOVALS_HELD', revision: null });
    expect(run.finishedAt).not.toBeNull();
    expect(run.message).toContain(`${held - left} of the ${held} users`);
    expect(await harness.state()).toEqual(before);
    const told = await harness.changesAfter((await harness.store.reader.revision()) - 1);
    expect(told.map(({ change }) => change)).toEqual([
      {
        kind: 'SynchronisationHeld',
        directoryId: harness.directory.id,
        runId: run.id,
        code: run.reason,
        message: run.message,
      },
    ]);
    const [freshness] = await harness.store.reader.freshness([harness.directory.id]);
    expect(freshness.staleSince).not.toBeNull();
  });

  it('counts users who come in place of others as removed', async () => {
    const harness = await begin(40);
    expect(await harness.run(users(40, 20))).toMatchObject({
      outcome: 'HELD',
      counts: { usersRemoved: 20, usersAdded: 20 },
    });
  });

  it.each(['DEACTIVATE', 'KEEP'] as const)(
    'counts users who stay under %s once, when they are first gone',
    async (onUserRemoved) => {
      const harness = await begin(40, { ...DEFAULT_BOUNDS, onUserRemoved });
      expect(await harness.run(users(0))).toMatchObject({ outcome: 'HELD' });
      expect(await harness.run(users(35))).toMatchObject({
        outcome: 'HELD',
        counts: { usersRemoved: 5 },
      });
      const page = { first: 10, after: null };
      const { tombstones } = harness.store;
      expect((await tombstones.page(harness.directory.id, page)).total).toBe(0);
      expect(await harness.run(users(36))).toMatchObject({
        outcome: 'SUCCEEDED',
        counts: { usersRemoved: 4 },
      });
      expect((await tombstones.page(harness.directory.id, page)).total).toBe(4);
      const before = await harness.state();
      expect(await harness.run(users(36))).toMatchObject({
        outcome: 'SUCCEEDED',
        revision: null,
        counts: { usersRemoved: 0, usersChanged: 0 },
      });
      expect(await harness.state()).toEqual(before);
      expect(before.contents.users).toHaveLength(40);
      // A tenth of the 36 whom the server is expected to have.
      expect(await harness.run(users(32))).toMatchObject({
        outcome: 'HELD',
        counts: { usersRemoved: 4 },
      });
    },
  );

  it('does what was released, and holds more than that', async () => {
    const harness = await begin(40);
    const held = await harness.run(users(30));
    const { runs } = harness.store;
    const more = await harness.run(users(29), {}, { release: held.id });
    expect(more).toMatchObject({ outcome: 'HELD' });
    expect(await runs.byId(held.id)).toMatchObject({ outcome: 'RELEASED' });
    expect(await codeOf(harness.run(users(30), {}, { release: held.id }))).toBe('RUN_NOT_HELD');
    const done = await harness.run(users(30), {}, { release: more.id });
    expect(done).toMatchObject({ outcome: 'SUCCEEDED' });
    expect((await harness.held()).users).toHaveLength(30);
  });

  it('is not wanted any more once it is dropped or another has begun', async () => {
    const harness = await begin(40);
    const { runs } = harness.store;
    const first = await harness.run(users(30));
    const second = await harness.run(users(30));
    expect(await codeOf(runs.settle(first.id, 'RELEASED'))).toBe('RUN_NOT_HELD');
    expect(await runs.settle(second.id, 'DROPPED')).toMatchObject({ outcome: 'DROPPED' });
    expect(await codeOf(runs.settle(second.id, 'RELEASED'))).toBe('RUN_NOT_HELD');
    expect(await codeOf(runs.settle(asId<RunId>(999_999), 'DROPPED'))).toBe('NOT_FOUND');
    expect((await harness.held()).users).toHaveLength(40);
    const next = await harness.run(users(39));
    expect(next).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await codeOf(runs.settle(next.id, 'DROPPED'))).toBe('RUN_NOT_HELD');
  });
});
