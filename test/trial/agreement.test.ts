import { describe, expect, it } from '@jest/globals';
import { askCompany, QUESTIONS_PER_CASE, randomCompany } from './agreement.js';
import { BATCH_TIMEOUT_MS, batches, playBatch } from './batches.js';
import { historyText, smallestHistory } from './histories.js';
import { trialSettings } from './trial-settings.js';

const IN_TRIAL = process.env.GATEHOUSE_TRIAL === 'agreement';
const { count, seed } = trialSettings('agreement', { count: IN_TRIAL ? 50_000 : 800 });
const CASES = Math.ceil(count / QUESTIONS_PER_CASE);
const QUESTIONS = Math.min(count, QUESTIONS_PER_CASE);
const BATCH = 10;
/** Lines of a failure that are shown. */
const SHOWN = 12;

/** What was wrong, how to repeat it, and the same as small as can be. */
async function askSeed(at: number): Promise<readonly string[]> {
  const found = randomCompany(at);
  const problems = askCompany(found, QUESTIONS);
  if (problems.length === 0) return [];
  const smallest = await smallestHistory(found.history, async (history) => {
    return askCompany({ ...found, history }, QUESTIONS).length > 0;
  });
  return [
    `to repeat it: npm run trial -- agreement --count ${QUESTIONS} --seed ${at}`,
    ...problems.slice(0, SHOWN),
    'the smallest company found:',
    historyText(smallest),
    ...askCompany({ ...found, history: smallest }, QUESTIONS).slice(0, SHOWN),
  ];
}

describe(`${count} random questions`, () => {
  it.each(batches(seed, CASES, BATCH))(
    'have one answer however they are asked, seeds $first to $last',
    async (batch) => {
      expect(await playBatch(batch, askSeed)).toEqual([]);
    },
    BATCH_TIMEOUT_MS,
  );
});
