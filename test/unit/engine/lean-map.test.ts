import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LeanMap } from '../../../src/engine/lean-map.js';

describe('LeanMap', () => {
  it('holds what a Map holds, in whatever order things come and go', () => {
    const steps = fc.array(fc.record({ key: fc.nat(40), value: fc.option(fc.nat()) }), {
      maxLength: 400,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const lean = new LeanMap<number, number>();
        const plain = new Map<number, number>();
        for (const { key, value } of all) {
          if (value === null) {
            lean.delete(key);
            plain.delete(key);
          } else {
            lean.set(key, value);
            plain.set(key, value);
          }
          expect(lean.get(key)).toBe(plain.get(key));
          expect(lean.has(key)).toBe(plain.has(key));
          expect(lean.size).toBe(plain.size);
        }
        expect([...lean.keys()]).toEqual([...plain.keys()]);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
