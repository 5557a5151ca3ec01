import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { addApplication } from '../userserver/company.js';
import { type Served, serve } from '../userserver/served.js';
import { BATCH_TIMEOUT_MS, batches, playBatch } from './batches.js';
import { playFollowing, randomFollowing } from './following.js';
import { historyText, smallestHistory } from './histories.js';
import { trialSettings } from './trial-settings.js';

const IN_TRIAL = process.env.GATEHOUSE_TRIAL === 'following';
const ONLY = process.env.GATEHOUSE_TRIAL_DATABASE ?? null;
const { count, seed } = trialSettings('following', { count: IN_TRIAL ? 2_000 : 15 });
const BATCH = 50;

describeEachDatabase('clients that follow a user server by its events', (database) => {
  if (ONLY !== null && ONLY !== database.dialect) {
    it.todo(`are left out by --database ${ONLY}`);
    return;
  }
  const counts = { told: 0 };
  let served: Served;

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
    await addApplication(served.gateway);
  });
  afterAll(() => served.close());

  /** What was wrong, how to repeat it, and the same as small as can be. */
  async function playSeed(at: number): Promise<readonly string[]> {
    const history = randomFollowing(at);
    const play = (candidate: typeof history) => playFollowing(served, at, candidate, counts);
    const problems = await play(history);
    if (problems.length === 0) return [];
    const smallest = await smallestHistory(history, async (candidate) => {
      return (await play(candidate)).length > 0;
    });
    return [
      `to repeat it: npm run trial -- following --count 1 --seed ${at} --database ${database.dialect}`,
      ...problems,
      'the smallest history found:',
      historyText(smallest),
      ...(await play(smallest)),
    ];
  }

  it.each(batches(seed, count, BATCH))(
    'hold what the server tells in full, seeds $first to $last',
    async (batch) => {
      expect(await playBatch(batch, playSeed)).toEqual([]);
      // Otherwise nothing was tried.
      expect(counts.told).toBeGreaterThan(0);
    },
    BATCH_TIMEOUT_MS,
  );
});
