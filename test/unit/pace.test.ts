import { beforeEach, describe, expect, it } from '@jest/globals';
import { Pace } from '../../src/pace/pace.js';

let now: number;
let waited: string[];
let pace: Pace;
beforeEach(() => {
  now = 1_000;
  waited = [];
  pace = new Pace({
    now: () => now,
    nextTurn: async () => waited.push('turn'),
    delay: async (ms) => waited.push(`${ms} ms`),
  });
});

/** Works as long each time and lets others in as it is told. */
async function work(times: number, ms: number, rest: () => Promise<void>): Promise<string[]> {
  for (let i = 0; i < times; i++) {
    now += ms;
    await rest();
  }
  return waited;
}

describe('work that takes long', () => {
  it('gives way once it has kept the process for half a millisecond', async () => {
    expect(await work(10, 0.125, () => pace.giveWay())).toEqual(['turn', 'turn']);
  });

  it('gives way in the background as well, and does not rest while nobody asks', async () => {
    expect(await work(4, 1, () => pace.standBack())).toEqual(['turn', 'turn', 'turn', 'turn']);
  });

  it('rests after two milliseconds while somebody asks', async () => {
    pace.noteQuestion();
    expect(await work(6, 1, () => pace.standBack())).toEqual([
      'turn',
      '1 ms',
      'turn',
      '1 ms',
      'turn',
      '1 ms',
    ]);
  });

  it('rests no more a tenth of a second after the last question', async () => {
    pace.noteQuestion();
    now += 99;
    await pace.standBack();
    now += 2;
    await pace.standBack();
    expect(waited).toEqual(['1 ms', 'turn']);
  });

  it('never rests where it is not in the background', async () => {
    pace.noteQuestion();
    expect(await work(4, 2, () => pace.giveWay())).toEqual(['turn', 'turn', 'turn', 'turn']);
  });

  it('looks at the clock once in 256 steps', () => {
    const looks = Array.from({ length: 600 }, () => pace.isTimeToLook());
    expect(looks.flatMap((isTime, step) => (isTime ? step : []))).toEqual([255, 511]);
  });
});
