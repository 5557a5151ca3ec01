import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nameKey } from '../../../src/domain/index.js';
import { NameTable } from '../../../src/engine/name-table.js';

const anyKey = fc.string({ unit: 'binary', maxLength: 6 }).map(nameKey);
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

function inOrder(table: NameTable): string[] {
  return table.inOrder().map((number) => table.keys[number]);
}

describe('NameTable', () => {
  it('lists keys in the order of their UTF-8 bytes, also those that come later', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyKey), { maxLength: 5 }), (batches) => {
        const table = new NameTable();
        const known = new Set<string>();
        for (const batch of batches) {
          for (const key of batch) {
            table.intern(key);
            known.add(key);
          }
          expect(inOrder(table)).toEqual([...known].sort(byBytes));
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('gives one number to a key, for good', () => {
    fc.assert(
      fc.property(fc.array(anyKey), (keys) => {
        const table = new NameTable();
        const numbers = keys.map((key) => table.intern(key));
        expect(keys.map((key) => table.intern(key))).toEqual(numbers);
        expect(keys.map((key) => table.find(key))).toEqual(numbers);
        expect(table.size).toBe(new Set(keys).size);
        expect(numbers.map((number) => table.keys[number])).toEqual(keys);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('knows no key that was not given to it', () => {
    const table = new NameTable();
    table.intern(nameKey('ann'));
    expect(table.find(nameKey('bob'))).toBeUndefined();
    expect(table.size).toBe(1);
  });

  it('finds where the keys after a text begin, whether it knows the text or not', () => {
    fc.assert(
      fc.property(fc.array(anyKey), anyKey, (keys, text) => {
        const table = new NameTable();
        for (const key of keys) table.intern(key);
        const after = inOrder(table).slice(table.positionAfter(text));
        expect(after).toEqual(
          [...new Set(keys)].filter((key) => byBytes(key, text) > 0).sort(byBytes),
        );
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});
