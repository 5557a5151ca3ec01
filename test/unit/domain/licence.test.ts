import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isPassed,
  LICENCE_THRESHOLDS,
  type LicenceState,
  licenceCrossings,
} from '../../../src/domain/index.js';
import { crossings } from '../../support/scenario-installers.js';

const state = (seatsUsed: number, seatsAllowed: number | null): LicenceState => ({
  seatsUsed,
  seatsAllowed,
});

describe('isPassed', () => {
  it.each([
    { used: 8, allowed: 10, ninety: false, hundred: false },
    { used: 9, allowed: 10, ninety: true, hundred: false },
    { used: 10, allowed: 10, ninety: true, hundred: false },
    { used: 11, allowed: 10, ninety: true, hundred: true },
    { used: 22, allowed: 25, ninety: false, hundred: false },
    { used: 23, allowed: 25, ninety: true, hundred: false },
    { used: 500, allowed: 500, ninety: true, hundred: false },
    { used: 501, allowed: 500, ninety: true, hundred: true },
    { used: 1, allowed: 1, ninety: true, hundred: false },
    { used: 0, allowed: 1, ninety: false, hundred: false },
    { used: 0, allowed: 0, ninety: false, hundred: false },
    { used: 1, allowed: 0, ninety: true, hundred: true },
    { used: 1_000_000, allowed: null, ninety: false, hundred: false },
  ])('with $used of $allowed seats: $ninety, $hundred', ({ used, allowed, ninety, hundred }) => {
    expect(isPassed(90, state(used, allowed))).toBe(ninety);
    expect(isPassed(100, state(used, allowed))).toBe(hundred);
  });
});

describe('licenceCrossings', () => {
  it.each([
    { name: 'nothing moves', before: state(9, 10), after: state(9, 10), crossed: [] },
    { name: 'below both', before: state(0, 10), after: state(8, 10), crossed: [] },
    { name: 'up to nine tenths', before: state(8, 10), after: state(9, 10), crossed: ['90 UP'] },
    { name: 'up to full', before: state(9, 10), after: state(10, 10), crossed: [] },
    { name: 'up over full', before: state(10, 10), after: state(11, 10), crossed: ['100 UP'] },
    { name: 'farther over', before: state(11, 10), after: state(20, 10), crossed: [] },
    {
      name: 'up over both',
      before: state(5, 10),
      after: state(11, 10),
      crossed: ['90 UP', '100 UP'],
    },
    { name: 'down to full', before: state(11, 10), after: state(10, 10), crossed: ['100 DOWN'] },
    {
      name: 'down below nine tenths',
      before: state(9, 10),
      after: state(8, 10),
      crossed: ['90 DOWN'],
    },
    {
      name: 'down below both',
      before: state(11, 10),
      after: state(2, 10),
      crossed: ['100 DOWN', '90 DOWN'],
    },
    {
      name: 'a lower limit',
      before: state(5, 10),
      after: state(5, 4),
      crossed: ['90 UP', '100 UP'],
    },
    {
      name: 'a limit where none was',
      before: state(5, null),
      after: state(5, 5),
      crossed: ['90 UP'],
    },
    {
      name: 'the limit lifted',
      before: state(6, 5),
      after: state(6, null),
      crossed: ['100 DOWN', '90 DOWN'],
    },
    {
      name: 'the last seat of a limit of none',
      before: state(1, 0),
      after: state(0, 0),
      crossed: ['100 DOWN', '90 DOWN'],
    },
  ])('tells what is crossed by: $name', ({ before, after, crossed }) => {
    expect(crossings(before, after)).toEqual(crossed);
  });

  it('tells each threshold whose side changes once, and the way back undoes it', () => {
    const anyState = fc.record({
      seatsUsed: fc.nat(30),
      seatsAllowed: fc.option(fc.nat(25), { nil: null }),
    });
    fc.assert(
      fc.property(anyState, anyState, (before, after) => {
        const crossed = licenceCrossings(before, after);
        const moved = LICENCE_THRESHOLDS.filter((t) => isPassed(t, before) !== isPassed(t, after));
        expect(crossed.map(({ threshold }) => threshold).sort((a, b) => a - b)).toEqual(moved);
        const back = licenceCrossings(after, before).reverse();
        expect(back.map(({ threshold }) => threshold)).toEqual(crossed.map((c) => c.threshold));
        expect(back.some(({ direction }, i) => direction === crossed[i].direction)).toBe(false);
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });
});
