import { expect, it } from '@jest/globals';
import { SqlBackend } from '../../src/jobs/sql-backend/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { programs } from '../support/programs.js';
import { Random } from '../support/random.js';
import { trialSettings } from './trial-settings.js';

const { count, seed } = trialSettings('jobs', { count: 200 });
const PROCESSES = 4;
/** As long as the full count may take where a look-up costs some milliseconds. */
const WITHIN_MS = 20 * 60_000;
const { killInTheMiddle, output } = programs('../jobs/processes/');

describeEachDatabase(`${count} jobs`, (database) => {
  it(
    `are each taken by one of ${PROCESSES} processes`,
    async () => {
      const url = await database.create();
      const store = await database.open({ url });
      const { repository } = new SqlBackend(store.sql);
      const random = new Random(seed);
      for (let number = 0; number < count; number++) {
        const nextRunAt = new Date(Date.now() - random.below(10_000));
        const priority = random.below(3);
        await repository.saveJob(
          { name: 'numbered', type: 'normal', priority, nextRunAt, data: { number } },
          undefined,
        );
      }
      const takers = Array.from({ length: PROCESSES }, () =>
        output('take-jobs', url, 'numbered', 'all'),
      );
      const taken = (await Promise.all(takers)).flatMap((text) => JSON.parse(text) as number[]);
      expect(taken.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      expect(await repository.getQueueSize()).toBe(0);
    },
    WITHIN_MS,
  );

  it('of a killed process are taken again once its lock is too old, and not before', async () => {
    const url = await database.create();
    const store = await database.open({ url });
    const { repository } = new SqlBackend(store.sql);
    await repository.saveJob(
      { name: 'held', type: 'normal', priority: 0, nextRunAt: new Date(), data: { number: 1 } },
      undefined,
    );
    await killInTheMiddle('take-jobs', url, 'held', 'hold');
    const take = (lockLifeMs: number) => {
      const now = new Date();
      const deadline = new Date(now.getTime() - lockLifeMs);
      return repository.getNextJobToRun('held', now, deadline, now, undefined);
    };
    expect(await take(600_000)).toBeUndefined();
    for (;;) {
      const job = await take(1);
      if (job === undefined) continue;
      expect(job.data).toEqual({ number: 1 });
      break;
    }
  });
});
