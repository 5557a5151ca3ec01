import { describe, expect, it } from '@jest/globals';
import { BATCH_TIMEOUT_MS, batches, playBatch } from './batches.js';
import { historyText, smallestHistory } from './histories.js';
import { CHANGES_PER_CASE, playPreviews, randomPreviewCase } from './preview.js';
import { trialSettings } from './trial-settings.js';

const IN_TRIAL = process.env.GATEHOUSE_TRIAL === 'preview';
const { count, seed } = trialSettings('preview', { count: IN_TRIAL ? 5_000 : 200 });
const CASES = Math.ceil(count / CHANGES_PER_CASE);
const BATCH = 25;
/** Lines of a failure that are shown. */
const SHOWN = 12;

/** What was wrong, how to repeat it, and the same as small as can be. */
async function playSeed(at: number): Promise<readonly string[]> {
  const changeCount = Math.min(count, CHANGES_PER_CASE);
  const found = randomPreviewCase(at, changeCount);
  const problems = playPreviews(found);
  if (problems.length === 0) return [];
  const smallest = await smallestHistory(found.history, async (history) => {
    return playPreviews({ ...found, history }).length > 0;
  });
  return [
    `to repeat it: npm run trial -- preview --count ${changeCount} --seed ${at}`,
    ...problems.slice(0, SHOWN),
    'the smallest case found:',
    historyText(smallest),
    ...playPreviews({ ...found, history: smallest }).slice(0, SHOWN),
  ];
}

describe(`${count} random changes`, () => {
  it.each(batches(seed, CASES, BATCH))(
    'do what their preview told, seeds $first to $last',
    async (batch) => {
      expect(await playBatch(batch, playSeed)).toEqual([]);
    },
    BATCH_TIMEOUT_MS,
  );
});
