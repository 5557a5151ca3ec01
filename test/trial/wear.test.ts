import { describe, expect, it } from '@jest/globals';
import { BATCH_TIMEOUT_MS } from './batches.js';
import { trialSettings } from './trial-settings.js';
import { WornIndex } from './wear.js';

const IN_TRIAL = process.env.GATEHOUSE_TRIAL === 'wear';
const { count, seed } = trialSettings('wear', { count: IN_TRIAL ? 2_000_000 : 5_000 });
/** How often the changes are interrupted by a comparison. */
const CHECKS = IN_TRIAL ? 20 : 2;
/** Lines of a failure that are shown. */
const SHOWN = 12;

describe(`${count} random changes`, () => {
  it(
    'leave an index that answers like a fresh one',
    () => {
      const worn = new WornIndex(seed);
      for (let i = 0; i < CHECKS; i++) {
        const upTo = (part: number) => Math.floor((count * part) / CHECKS);
        worn.wear(upTo(i + 1) - upTo(i));
        expect(worn.problems().slice(0, SHOWN)).toEqual([]);
      }
    },
    BATCH_TIMEOUT_MS,
  );
});
