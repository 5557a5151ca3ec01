import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { PackedStore } from '../../src/store/index.js';
import { IndexPacker, LiveIndex } from '../../src/usecase/index.js';
import { addInternal, numbered, OPERATOR, userFacts } from '../store/builders.js';
import { describeEachDatabase } from '../support/databases.js';
import { openTestGateway, StandingClock, type TestGateway } from '../support/gateway.js';
import { reloadOf } from '../support/runs.js';

const MINUTE_MS = 60_000;

/** A gateway that has a change to pack, and its clock. */
async function begin(url?: string) {
  const clock = new StandingClock();
  const opened = await openTestGateway({ url, clock });
  const { store } = opened.gateway;
  if ((await store.reader.revision()) === 0) await addInternal(store, 'Staff');
  return { opened, clock };
}

describe('the packer of the index', () => {
  let opened: TestGateway;
  let clock: StandingClock;
  const packers: IndexPacker[] = [];

  beforeEach(async () => {
    ({ opened, clock } = await begin());
  });

  afterEach(async () => {
    for (const packer of packers.splice(0)) await packer.stop();
    await opened.close();
  });

  const packerOf = (packed: Partial<PackedStore> = {}) => {
    const { store, live, log } = opened.gateway;
    const packer = new IndexPacker({
      store: { packed: { ...store.packed, ...packed } },
      live,
      clock,
      log,
    });
    packers.push(packer);
    return packer;
  };
  const changeOnce = () =>
    opened.gateway.store.transact(OPERATOR, async (transaction) => {
      await transaction.setLicenceLimit(((await transaction.settings()).licenceLimit ?? 0) + 1);
    });
  const addUsers = (count: number) =>
    opened.gateway.store.transact(OPERATOR, async (transaction) => {
      const [{ id }] = await transaction.directories();
      const prefix = `at ${transaction.revision}`;
      await transaction.addUsers(
        id,
        numbered(prefix, count).map((name) => userFacts(name)),
      );
    });
  const packedAt = async () => (await opened.gateway.store.packed.newest())?.revision ?? null;
  const present = () => opened.gateway.live.index.revision;
  const warnings = () => opened.logged.filter(({ level }) => level === 'warn');

  it('writes at once where nothing is packed, and not again without a change', async () => {
    const packer = packerOf();
    expect(await packer.look()).toBe('WRITTEN');
    expect(await packedAt()).toBe(present());
    clock.advance(24 * 60 * MINUTE_MS);
    expect(await packer.look()).toBe('NOT_DUE');
  });

  it('writes nothing before the first change', async () => {
    const empty = await openTestGateway();
    const { store, live, log } = empty.gateway;
    const packer = new IndexPacker({ store, live, clock, log });
    expect(await packer.look()).toBe('NOT_DUE');
    await packer.stop();
    expect(await store.packed.newest()).toBeNull();
    await empty.close();
  });

  it('writes a single change after a quarter of an hour', async () => {
    const packer = packerOf();
    await packer.look();
    await changeOnce();
    clock.advance(15 * MINUTE_MS - 1);
    expect(await packer.look()).toBe('NOT_DUE');
    clock.advance(1);
    expect(await packer.look()).toBe('WRITTEN');
    expect(await packedAt()).toBe(present());
  });

  it('writes many changes sooner, but never twice in a minute', async () => {
    const packer = packerOf();
    await packer.look();
    await addUsers(10_000);
    clock.advance(MINUTE_MS - 1);
    expect(await packer.look()).toBe('NOT_DUE');
    clock.advance(1);
    expect(await packer.look()).toBe('WRITTEN');
    await addUsers(9_999);
    clock.advance(MINUTE_MS);
    expect(await packer.look()).toBe('NOT_DUE');
    await addUsers(1);
    expect(await packer.look()).toBe('WRITTEN');
  });

  it('takes a reloaded directory for many changes', async () => {
    const packer = packerOf();
    await packer.look();
    const { store } = opened.gateway;
    const [{ id }] = await store.reader.directories();
    const reload = await reloadOf(store, id);
    await store.transact(OPERATOR, (transaction) =>
      transaction.switchGeneration(id, reload.generation),
    );
    clock.advance(MINUTE_MS);
    expect(await packer.look()).toBe('WRITTEN');
  });

  it('tells of a failure, harms nothing, and tries again after longer and longer', async () => {
    let failing = true;
    const { packed } = opened.gateway.store;
    const packer = packerOf({
      write: (...args) =>
        failing ? Promise.reject(new Error('the disk is full')) : packed.write(...args),
    });
    expect(await packer.look()).toBe('FAILED');
    clock.advance(2 * MINUTE_MS - 1);
    expect(await packer.look()).toBe('NOT_DUE');
    clock.advance(1);
    expect(await packer.look()).toBe('FAILED');
    clock.advance(4 * MINUTE_MS - 1);
    expect(await packer.look()).toBe('NOT_DUE');
    failing = false;
    clock.advance(1);
    expect(await packer.look()).toBe('WRITTEN');
    expect(warnings().map(({ fields }) => fields.failures)).toEqual([1, 2]);
    expect(await packedAt()).toBe(present());
  });

  it('goes on counting the changes of a writing that failed', async () => {
    let failing = false;
    const { packed } = opened.gateway.store;
    const packer = packerOf({
      write: (...args) => (failing ? Promise.reject(new Error()) : packed.write(...args)),
    });
    await packer.look();
    await addUsers(10_000);
    failing = true;
    clock.advance(MINUTE_MS);
    expect(await packer.look()).toBe('FAILED');
    failing = false;
    clock.advance(2 * MINUTE_MS);
    expect(await packer.look()).toBe('WRITTEN');
  });

  it('writes what is new when it stops, once, and nothing afterwards', async () => {
    const packer = packerOf();
    await packer.look();
    await addUsers(100);
    await Promise.all([packer.stop(), packer.stop()]);
    expect(await packedAt()).toBe(present());
    await addUsers(10_000);
    clock.advance(60 * MINUTE_MS);
    expect(await packer.look()).toBe('NOT_DUE');
    await packer.stop();
    expect(await packedAt()).toBe(present() - 1);
  });

  it('does not write for a few changes when it stops', async () => {
    const packer = packerOf();
    await packer.look();
    await addUsers(99);
    await packer.stop();
    expect(await packedAt()).toBe(present() - 1);
  });

  it('waits for a writing under way when it stops', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { packed } = opened.gateway.store;
    const packer = packerOf({
      write: async (...args) => {
        await held;
        return packed.write(...args);
      },
    });
    const looking = packer.look();
    const stopping = packer.stop();
    expect(await packer.look()).toBe('NOT_DUE');
    release();
    await stopping;
    expect(await looking).toBe('WRITTEN');
    expect(await packedAt()).toBe(present());
  });

  it('gives a writing up that takes too long while it stops', async () => {
    let begun = (): void => undefined;
    const writing = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const packer = packerOf({
      write: (_revision, _bytes, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
          begun();
        }),
    });
    const looking = packer.look();
    await writing;
    jest.useFakeTimers();
    try {
      const stopping = packer.stop();
      jest.advanceTimersByTime(5_000);
      jest.useRealTimers();
      expect(await looking).toBe('FAILED');
      await stopping;
    } finally {
      jest.useRealTimers();
    }
    expect(await packedAt()).toBeNull();
  });
});

describeEachDatabase('the packers of two processes', (database) => {
  it('leave it to each other', async () => {
    const url = await database.create();
    const { opened, clock } = await begin(url);
    const other = await database.open({ url });
    const { store, live, log } = opened.gateway;
    const packer = new IndexPacker({ store, live, clock, log });
    const follower = await LiveIndex.open(other);
    const second = new IndexPacker({ store: other, live: follower, clock, log });
    try {
      expect(await packer.look()).toBe('WRITTEN');
      expect(await second.look()).toBe('LEFT_TO_ANOTHER');
      await store.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(1));
      await follower.catchUp();
      clock.advance(15 * MINUTE_MS);
      expect(await second.look()).toBe('WRITTEN');
      expect(await packer.look()).toBe('LEFT_TO_ANOTHER');
      expect((await LiveIndex.open({ ...store, attach: () => undefined })).start).toEqual({
        from: 'PACKED',
        packedAt: live.index.revision,
        changes: 0,
      });
    } finally {
      await Promise.all([packer.stop(), second.stop()]);
      await opened.close();
    }
  });
});
