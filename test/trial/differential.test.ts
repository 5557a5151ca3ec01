import { describe, expect, it } from '@jest/globals';
import { NaiveFacts } from '../support/naive-facts.js';
import { NaiveModel } from '../support/naive-model.js';
import { NaiveState } from '../support/naive-state.js';
import { ScenarioAuthor } from '../support/scenario-author.js';
import { askEverything, differences } from '../support/scenario-questions.js';
import { BATCH_TIMEOUT_MS, batches, playBatch } from './batches.js';
import { type Case, playCase, randomCase } from './differential.js';
import { historyText, smallestHistory } from './histories.js';
import { trialSettings } from './trial-settings.js';

const IN_TRIAL = process.env.GATEHOUSE_TRIAL === 'differential';
const { count, seed } = trialSettings('differential', { count: IN_TRIAL ? 20_000 : 150 });
const BATCH = 500;
/** One case in so many is also told to the model that remembers nothing. */
const FORGETFUL = 50;
/** Lines of a failure that are shown. */
const SHOWN = 12;

/** What was wrong, how to repeat it, and the same as small as can be. */
async function playSeed(at: number): Promise<readonly string[]> {
  const found = randomCase(at);
  const problems = playCase(found);
  if (problems.length === 0) return [];
  const withHistory = (history: Case['history']) => ({ ...found, history });
  const smallest = await smallestHistory(found.history, async (history) => {
    return playCase(withHistory(history)).length > 0;
  });
  return [
    `to repeat it: npm run trial -- differential --count 1 --seed ${at}`,
    ...problems.slice(0, SHOWN),
    'the smallest case found:',
    historyText(smallest),
    ...playCase(withHistory(smallest)).slice(0, SHOWN),
  ];
}

/** The model that remembers against the one that works everything out anew. */
async function playForgetful(at: number): Promise<string[]> {
  const { history, known } = randomCase(at);
  const author = new ScenarioAuthor(new NaiveFacts());
  for (const actions of [history.setup, ...history.steps]) author.perform(actions);
  const forgetful = await askEverything(new NaiveModel(author.facts), known);
  const remembering = await askEverything(new NaiveState(author.facts), known);
  const names = { expected: 'naive model', answers: 'naive state' };
  return differences(forgetful.answers, remembering.answers, names);
}

describe('random cases', () => {
  it.each(batches(seed, count, BATCH))(
    'are answered alike by an index fed, built, unpacked and forked, seeds $first to $last',
    async (batch) => {
      expect(await playBatch(batch, playSeed)).toEqual([]);
    },
    BATCH_TIMEOUT_MS,
  );

  it(
    'are answered alike by both naive models',
    async () => {
      const some = { first: seed, last: seed + Math.ceil(count / FORGETFUL) - 1 };
      expect(await playBatch(some, playForgetful)).toEqual([]);
    },
    BATCH_TIMEOUT_MS,
  );
});
