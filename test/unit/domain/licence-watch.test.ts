import { describe, expect, it } from '@jest/globals';
import {
  asId,
  graceEndsAt,
  isLicenceChange,
  type LicenceChange,
  type LicenceState,
  type LicenceWatch,
  type Revision,
  untold,
  watchAfter,
} from '../../../src/domain/index.js';

const DAY_MS = 24 * 60 * 60_000;
const NOTHING: LicenceWatch = {
  revision: asId<Revision>(0),
  nearSince: null,
  overSince: null,
  graceEndedAt: null,
};
const start = new Date(Date.UTC(2030, 0, 1));
const later = (ms: number) => new Date(start.getTime() + ms);
const state = (seatsUsed: number, seatsAllowed: number | null = 10): LicenceState => {
  return { seatsUsed, seatsAllowed };
};
const words = (changes: readonly LicenceChange[]) =>
  changes.map((change) =>
    change.kind === 'LicenceWarning' ? `${change.threshold} ${change.direction}` : 'grace ended',
  );

/** Tells until there is nothing more to tell. */
function tellAll(watch: LicenceWatch, now: LicenceState, at: Date) {
  const told: string[] = [];
  let next = watch;
  for (let revision = next.revision + 1; ; revision++) {
    const changes = untold(next, now, at);
    if (changes.length === 0) return { watch: next, told };
    told.push(...words(changes));
    for (const change of changes) {
      next = watchAfter(next, change, { revision: asId(revision), at });
    }
  }
}

describe('what is to be told of a licence', () => {
  it('is nothing while the log has told all', () => {
    expect(untold(NOTHING, state(8), start)).toEqual([]);
    expect(untold(NOTHING, state(80, null), start)).toEqual([]);
  });

  it('is a crossing that nobody noticed, with the same state before and after', () => {
    expect(untold(NOTHING, state(11), start)).toEqual([
      {
        kind: 'LicenceWarning',
        threshold: 90,
        direction: 'UP',
        before: state(11),
        after: state(11),
      },
      {
        kind: 'LicenceWarning',
        threshold: 100,
        direction: 'UP',
        before: state(11),
        after: state(11),
      },
    ]);
  });

  it('is the end of the grace period, once and not before it', () => {
    const { watch, told } = tellAll(NOTHING, state(11), start);
    expect(told).toEqual(['90 UP', '100 UP']);
    expect(watch).toMatchObject({ revision: 1, nearSince: start, overSince: start });
    expect(graceEndsAt(start)).toEqual(later(DAY_MS));
    expect(untold(watch, state(12), later(DAY_MS - 1))).toEqual([]);
    const ended = tellAll(watch, state(12), later(DAY_MS));
    expect(ended.told).toEqual(['grace ended']);
    expect(ended.watch).toMatchObject({ revision: 2, graceEndedAt: later(DAY_MS) });
    expect(untold(ended.watch, state(12), later(9 * DAY_MS))).toEqual([]);
  });

  it('begins anew once the licence was kept meanwhile', () => {
    const over = tellAll(NOTHING, state(11), start).watch;
    const kept = tellAll(over, state(9), later(DAY_MS));
    expect(kept.told).toEqual(['100 DOWN']);
    expect(kept.watch).toMatchObject({ nearSince: start, overSince: null, graceEndedAt: null });
    const again = tellAll(kept.watch, state(11), later(2 * DAY_MS));
    expect(again.told).toEqual(['100 UP']);
    expect(untold(again.watch, state(11), later(3 * DAY_MS - 1))).toEqual([]);
    expect(words(untold(again.watch, state(11), later(3 * DAY_MS)))).toEqual(['grace ended']);
  });

  it('are changes of the licence and no others', () => {
    expect(untold(NOTHING, state(11), start).every(isLicenceChange)).toBe(true);
    expect(isLicenceChange({ kind: 'LicenceLimitChanged', before: null, after: 1 })).toBe(false);
  });
});
