import { describe, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import type { Installer } from '../support/scenario-answerer.js';
import { ENGINE_INSTALLERS } from '../support/scenario-installers.js';
import { storeInstaller } from '../support/scenario-store.js';
import { BATCH_TIMEOUT_MS, type Batch, batches } from './batches.js';
import { historyText, playHistory, randomHistory, smallestHistory } from './histories.js';
import { trialSettings } from './trial-settings.js';

const IN_TRIAL = process.env.GATEHOUSE_TRIAL === 'histories';
const ONLY = process.env.GATEHOUSE_TRIAL_DATABASE ?? null;
const { count, seed } = trialSettings('histories', { count: IN_TRIAL ? 2_000 : 40 });
/** A database takes longer: `npm test` plays fewer histories on it. */
const COUNT_ON_DATABASE = IN_TRIAL ? count : 12;
const BATCH = 50;

interface Play {
  /** Each lane plays its share of the seeds, at the same time as the others. */
  readonly lanes: readonly (readonly Installer[])[];
  readonly every: number;
  readonly database: string;
}

async function playLanes({ first, last }: Batch, play: Play): Promise<string[]> {
  const found = await Promise.all(
    play.lanes.map(async (installers, lane) => {
      for (let at = first + lane; at <= last; at += play.lanes.length) {
        const problems = await playSeed(at, installers, play);
        if (problems.length > 0) return problems;
      }
      return [];
    }),
  );
  return found.flat();
}

/** What was wrong, how to repeat it, and the same as small as can be. */
async function playSeed(
  at: number,
  installers: readonly Installer[],
  { every, database }: Play,
): Promise<string[]> {
  const history = randomHistory(at);
  const problems = await playHistory(history, installers, every);
  if (problems.length === 0) return [];
  const smallest = await smallestHistory(history, async (candidate) => {
    return (await playHistory(candidate, installers)).length > 0;
  });
  return [
    `to repeat it: npm run trial -- histories --count 1 --seed ${at} --database ${database}`,
    ...problems,
    'the smallest history found:',
    historyText(smallest),
    ...(await playHistory(smallest, installers)),
  ];
}

describe('random histories in the engine', () => {
  const play: Play = { lanes: [ENGINE_INSTALLERS], every: 1, database: 'none' };

  it.each(batches(seed, count, BATCH))(
    'are answered like the naive model, seeds $first to $last',
    async (batch) => {
      expect(await playLanes(batch, play)).toEqual([]);
    },
    BATCH_TIMEOUT_MS,
  );
});

describeEachDatabase('random histories', (database) => {
  if (ONLY !== null && ONLY !== database.dialect) {
    it.todo(`are left out by --database ${ONLY}`);
    return;
  }
  // Two databases keep the machine busy while either waits.
  const lanes = [[storeInstaller(database)], [storeInstaller(database)]];
  const play: Play = { lanes, every: 3, database: database.dialect };

  it.each(batches(seed, COUNT_ON_DATABASE, BATCH))(
    'are answered like the naive model, seeds $first to $last',
    async (batch) => {
      expect(await playLanes(batch, play)).toEqual([]);
    },
    BATCH_TIMEOUT_MS,
  );
});
