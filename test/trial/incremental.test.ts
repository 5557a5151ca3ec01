import { afterAll, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { BATCH_TIMEOUT_MS, batches, playBatch } from './batches.js';
import { IncrementalCounts, playIncremental } from './incremental.js';
import { trialSettings } from './trial-settings.js';

const IN_TRIAL = process.env.GATEHOUSE_TRIAL === 'incremental';
const ONLY = process.env.GATEHOUSE_TRIAL_DATABASE ?? null;
const { count, seed } = trialSettings('incremental', { count: IN_TRIAL ? 2_000 : 15 });
const BATCH = 50;

describeEachDatabase('a copy that follows events', (database) => {
  if (ONLY !== null && ONLY !== database.dialect) {
    it.todo(`is left out by --database ${ONLY}`);
    return;
  }
  const counts = new IncrementalCounts();

  afterAll(() => {
    process.stdout.write(`${database.dialect}: ${count} histories, ${counts}\n`);
  });

  it.each(batches(seed, count, BATCH))(
    'is equal to one that reads everything, seeds $first to $last',
    async (batch) => {
      const store = await database.open();
      const problems = await playBatch(batch, async (at) => {
        const found = await playIncremental(store, at, counts);
        if (found.length === 0) return [];
        const line = `npm run trial -- incremental --count 1 --seed ${at} --database ${database.dialect}`;
        return [`to repeat it: ${line}`, ...found];
      });
      await store.close();
      expect(problems).toEqual([]);
    },
    BATCH_TIMEOUT_MS,
  );
});
