import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nameKey } from '../../../src/domain/index.js';
import { KnownName, NameTable } from '../../../src/engine/name-table.js';

const anyKey = fc.string({ unit: 'binary', maxLength: 6 }).map(nameKey);
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

function inOrder(table: NameTable): string[] {
  return Array.from(table.inOrder(), (number) => table.keyOf(number));
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
        expect(numbers.map((number) => table.keyOf(number))).toEqual(keys);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('knows no key that was not given to it', () => {
    const table = new NameTable();
    table.intern(nameKey('ann'));
    expect(table.find(nameKey('bob'))).toBe(-1);
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

  it('finds a name by any spelling of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 6 }), (name) => {
        const table = new NameTable();
        const number = table.intern(nameKey(name));
        expect(table.findName(name)).toBe(number);
        expect(table.findName(nameKey(name))).toBe(number);
      }),
      { seed: 4, numRuns: 2_000 },
    );
  });

  it('gives numbers of its own in an overlay, which its base does not learn of', () => {
    fc.assert(
      fc.property(fc.array(anyKey), fc.array(anyKey), (known, more) => {
        const base = new NameTable();
        for (const key of known) base.intern(key);
        const before = inOrder(base);
        const overlay = base.fork();
        for (const key of more) overlay.intern(key);
        expect(inOrder(overlay)).toEqual([...new Set([...known, ...more])].sort(byBytes));
        for (const key of known) expect(overlay.find(key)).toBe(base.find(key));
        expect(inOrder(base)).toEqual(before);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it('ranks numbers by their keys', () => {
    fc.assert(
      fc.property(fc.array(anyKey), (keys) => {
        const table = new NameTable();
        for (const key of keys) table.intern(key);
        const ranks = table.rank();
        expect(Array.from(table.inOrder(), (number) => ranks[number])).toEqual(
          [...new Set(keys)].map((_, i) => i),
        );
      }),
      { seed: 6, numRuns: 100 },
    );
  });

  it('gives the number of a forgotten key to another, which takes its own place in the order', () => {
    const steps = fc.array(
      fc.record({ what: fc.constantFrom('intern', 'forget', 'list'), key: anyKey }),
    );
    fc.assert(
      fc.property(steps, (all) => {
        const table = new NameTable();
        const known = new Set<string>();
        for (const { what, key } of all) {
          const number = table.find(key);
          expect(number >= 0).toBe(known.has(key));
          if (what === 'list') {
            expect(inOrder(table)).toEqual([...known].sort(byBytes));
          } else if (what === 'intern') {
            table.intern(key);
            known.add(key);
          } else if (number >= 0) {
            table.forget(number);
            known.delete(key);
          }
        }
        expect(inOrder(table)).toEqual([...known].sort(byBytes));
        const ranks = table.rank();
        expect(Array.from(table.inOrder(), (number) => ranks[number])).toEqual(
          [...known].map((_, i) => i),
        );
        expect(inOrder(table.fork())).toEqual(inOrder(table));
      }),
      { seed: 7, numRuns: 2_000 },
    );
  });

  it('knows a name again by its number, and notices when the number is that of another', () => {
    const table = new NameTable();
    const ann = new KnownName(nameKey('ann'));
    expect(table.numberOfKnown(ann)).toBe(-1);
    const number = table.intern(nameKey('ann'));
    expect(table.numberOfKnown(ann)).toBe(number);
    table.forget(number);
    expect(table.intern(nameKey('bob'))).toBe(number);
    expect(table.numberOfKnown(ann)).toBe(-1);
    const again = table.intern(nameKey('ann'));
    expect(table.numberOfKnown(ann)).toBe(again);
    expect(table.fork().numberOfKnown(ann)).toBe(again);
    const other = new NameTable();
    other.intern(nameKey('kim'));
    expect(other.numberOfKnown(ann)).toBe(-1);
    other.intern(nameKey('ann'));
    expect(other.numberOfKnown(ann)).toBe(1);
  });
});
