import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { Random } from '../support/random.js';
import { DownstreamTrial } from './downstream.js';
import { type DownstreamSite, openSite } from './downstream-site.js';
import { trialSettings } from './trial-settings.js';

const IN_TRIAL = process.env.GATEHOUSE_TRIAL === 'downstream';
const ONLY = process.env.GATEHOUSE_TRIAL_DATABASE ?? null;
const { count, seed } = trialSettings('downstream', { count: IN_TRIAL ? 5_000 : 150 });

describeEachDatabase('a second gateway that follows a first one', (database) => {
  if (ONLY !== null && ONLY !== database.dialect) {
    it.todo(`is left out by --database ${ONLY}`);
    return;
  }
  const random = new Random(seed);
  let site: DownstreamSite;

  beforeAll(async () => {
    site = await openSite(database, random);
  }, 120_000);

  afterAll(() => site.close());

  it(
    `ends equal to it after ${count} changes and restarts of both`,
    async () => {
      const trial = new DownstreamTrial(site, random);
      const problems = await trial.play(count);
      process.stdout.write(`${database.dialect}:\n${trial.figures}\n`);
      const line = `npm run trial -- downstream --count ${count} --seed ${seed} --database ${database.dialect}`;
      expect(problems.length === 0 ? [] : [`to repeat it: ${line}`, ...problems]).toEqual([]);
      // Otherwise nothing was tried.
      expect(trial.figures.incremental).toBeGreaterThan(0);
    },
    120_000 + count * 5_000,
  );
});
