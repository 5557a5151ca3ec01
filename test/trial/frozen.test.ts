import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { isGatehouseError, type SynchronisationRun } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { Random } from '../support/random.js';
import { StagedDirectory } from './staged-directory.js';
import { trialSettings } from './trial-settings.js';

const IN_TRIAL = process.env.GATEHOUSE_TRIAL === 'frozen';
const { count, seed } = trialSettings('frozen', { count: IN_TRIAL ? 200 : 2 });
const LEASE_MS = 300;
/** The least that MySQL can be told. */
const LOCK_WAIT_MS = 1_000;

describeEachDatabase('freezing a process in a run', (database) => {
  let store: GatehouseStore;
  let directory: StagedDirectory;

  beforeAll(async () => {
    const url = await database.create();
    store = await database.open({ url, lockWaitMs: LOCK_WAIT_MS });
    directory = await StagedDirectory.make(store, url);
  });

  afterAll(() => directory.close());

  /** `null` when the frozen process has a lock of the database: nobody can take over then. */
  const takeOver = async (): Promise<SynchronisationRun | null> => {
    try {
      return await directory.takeOver();
    } catch (error) {
      if (!isGatehouseError(error, 'STORE_BUSY')) throw error;
      return null;
    }
  };

  it(
    `past its lease leaves what another run made meanwhile, ${count} times`,
    async () => {
      const random = new Random(seed);
      const met = { beforeItsTransaction: 0, inATransaction: 0, afterItsEnd: 0 };
      let duration = 300;
      for (let i = 0; i < count; i++) {
        const work = { full: random.chance(60), bulk: random.chance(60) };
        directory.advance(work.bulk);
        const process = await directory.startProcess(work, LEASE_MS);
        const begun = performance.now();
        process.begin();
        await delay(random.below(Math.ceil(duration)));
        process.freeze();
        const isOver = (await directory.latestRun())[0].outcome === 'SUCCEEDED';
        const before = await directory.standing();
        const last = directory.advance(true);
        const other = await takeOver();
        if (other === null) {
          process.thaw();
          expect(await process.end()).not.toBeNull();
          met.inATransaction += 1;
          expect(await directory.takeOver()).toMatchObject({ outcome: 'SUCCEEDED' });
        } else {
          expect(other).toMatchObject({ outcome: 'SUCCEEDED' });
          expect(await directory.standing()).toEqual(last);
          const revision = await store.reader.revision();
          process.thaw();
          const end = await process.end();
          expect(await store.reader.revision()).toBe(revision);
          if (isOver && end?.outcome === 'SUCCEEDED') {
            met.afterItsEnd += 1;
            expect(before.contents).not.toBe(last.contents);
          } else {
            met.beforeItsTransaction += 1;
            expect(end).toMatchObject({ outcome: 'ABORTED', reason: 'RUN_SUPERSEDED' });
          }
        }
        expect(await directory.standing()).toEqual(last);
        // Nothing of a generation that was begun is left once both have ended.
        await store.sweep();
        expect(await store.sweep()).toBe(0);
        duration = Math.max(200, (performance.now() - begun) / 4);
      }
      process.stdout.write(`${database.dialect}: frozen ${count} times, ${JSON.stringify(met)}\n`);
    },
    60_000 + count * 30_000,
  );
});
