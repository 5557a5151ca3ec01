import { describe, expect, it } from '@jest/globals';
import { BATCH_TIMEOUT_MS, batches, playBatch } from './batches.js';
import { historyText, smallestHistory } from './histories.js';
import { playJourney, QUESTIONS_PER_CASE, randomJourney } from './time-travel.js';
import { trialSettings } from './trial-settings.js';

const IN_TRIAL = process.env.GATEHOUSE_TRIAL === 'time-travel';
const { count, seed } = trialSettings('time-travel', { count: IN_TRIAL ? 5_000 : 200 });
const CASES = Math.ceil(count / QUESTIONS_PER_CASE);
const QUESTIONS = Math.min(count, QUESTIONS_PER_CASE);
const BATCH = 25;
/** Lines of a failure that are shown. */
const SHOWN = 12;

/** What was wrong, how to repeat it, and the same as small as can be. */
async function playSeed(at: number): Promise<readonly string[]> {
  const found = randomJourney(at);
  const problems = playJourney(found, QUESTIONS);
  if (problems.length === 0) return [];
  const smallest = await smallestHistory(found.history, async (history) => {
    return playJourney({ ...found, history }, QUESTIONS).length > 0;
  });
  return [
    `to repeat it: npm run trial -- time-travel --count ${QUESTIONS} --seed ${at}`,
    ...problems.slice(0, SHOWN),
    'the smallest history found:',
    historyText(smallest),
    ...playJourney({ ...found, history: smallest }, QUESTIONS).slice(0, SHOWN),
  ];
}

describe(`${count} questions about the past`, () => {
  it.each(batches(seed, CASES, BATCH))(
    'are answered as they were at the time, seeds $first to $last',
    async (batch) => {
      expect(await playBatch(batch, playSeed)).toEqual([]);
    },
    BATCH_TIMEOUT_MS,
  );
});
