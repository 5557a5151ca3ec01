import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Column } from '../../../src/engine/column.js';

/** Places in and around several pages. */
const place = fc.nat(5_000);
const writes = fc.array(fc.tuple(place, fc.integer()), { maxLength: 50, size: 'max' });

function write(column: Column, into: Map<number, number>, steps: [number, number][]): void {
  for (const [at, value] of steps) {
    column.set(at, value);
    into.set(at, value);
  }
}

function expectHolds(column: Column, held: ReadonlyMap<number, number>): void {
  for (let at = 0; at <= 5_100; at += 1) {
    if (column.get(at) !== (held.get(at) ?? 0)) {
      expect([at, column.get(at)]).toEqual([at, held.get(at) ?? 0]);
    }
  }
}

describe('Column', () => {
  it('keeps what was set, in itself, in an overlay and in an overlay over that', () => {
    fc.assert(
      fc.property(writes, writes, writes, writes, (first, second, third, fourth) => {
        const base = new Column();
        const inBase = new Map<number, number>();
        write(base, inBase, first);
        const overlay = base.fork();
        const inOverlay = new Map(inBase);
        write(overlay, inOverlay, second);
        const upper = overlay.fork();
        const inUpper = new Map(inOverlay);
        write(upper, inUpper, third);
        // Nobody asks the upper one after this; the lower two must not have shared pages with it.
        expectHolds(upper, inUpper);
        write(overlay, inOverlay, fourth);
        expectHolds(overlay, inOverlay);
        expectHolds(base, inBase);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('is zero where nothing was set, however much room was made', () => {
    const column = new Column();
    column.reserve(100);
    expect([column.get(0), column.get(99), column.get(100_000)]).toEqual([0, 0, 0]);
  });
});
