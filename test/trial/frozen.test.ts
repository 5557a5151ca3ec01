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
/** The token, then pages of users and groups up to an empty one, then memberships. */
const REQUESTS_OF_A_FULL_RUN = 6;
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

  /**
   * `null` when the frozen process has a lock of the database: nobody can take over then, or a run
   * that did cannot write.
   */
  const takeOver = async (): Promise<SynchronisationRun | null> => {
    try {
      const run = await directory.takeOver();
      return run.outcome === 'FAILED' && run.reason === 'STORE_BUSY' ? null : run;
    } catch (error) {
      if (!isGatehouseError(error, 'STORE_BUSY')) throw error;
      return null;
    }
  };

  it(
    `past its lease leaves what another run made meanwhile, ${count} times`,
    async () => {
      const random = new Random(seed);
      const met = new Map<string, number>();
      const note = (where: string) => met.set(where, (met.get(where) ?? 0) + 1);
      for (let i = 0; i < count; i++) {
        const work = { full: random.chance(60), bulk: random.chance(60) };
        const duration = await directory.durationOf(work);
        directory.advance(work.bulk);
        const process = await directory.startProcess(work, LEASE_MS);
        const requests = work.full ? REQUESTS_OF_A_FULL_RUN : 1;
        // Not before its first request: a process that has not begun yet holds nothing.
        const moment = random.chance(40)
          ? directory.whenAsked(1 + random.below(requests))
          : directory.whenAsked(1).then(() => delay(random.below(Math.ceil(duration))));
        process.begin();
        await moment;
        process.freeze();
        const { asked } = directory;
        const last = directory.advance(true);
        const other = await takeOver();
        if (other === null) {
          note('in a transaction');
          process.thaw();
          expect(await process.end()).not.toBeNull();
          expect(await directory.takeOver()).toMatchObject({ outcome: 'SUCCEEDED' });
        } else {
          expect(other).toMatchObject({ outcome: 'SUCCEEDED' });
          expect(await directory.standing()).toEqual(last);
          const revision = await store.reader.revision();
          process.thaw();
          const end = await process.end();
          expect(await store.reader.revision()).toBe(revision);
          if (end?.outcome === 'SUCCEEDED') {
            note('at its end');
            const { finishedAt } = (await store.runs.byId(end.id)) ?? {};
            expect(finishedAt?.getTime()).toBeLessThanOrEqual(other.startedAt.getTime());
          } else {
            note(asked < requests ? 'reading' : 'at its last answer or after it');
            expect(end).toMatchObject({ outcome: 'ABORTED', reason: 'RUN_SUPERSEDED' });
          }
        }
        expect(await directory.standing()).toEqual(last);
        // Nothing of a generation that was begun is left once both have ended.
        await store.sweep();
        expect(await store.sweep()).toBe(0);
      }
      const places = [...met].sort().map(([where, times]) => `${where} ${times}`);
      process.stdout.write(`${database.dialect}: frozen ${count} times, ${places.join(', ')}\n`);
    },
    60_000 + count * 30_000,
  );
});
