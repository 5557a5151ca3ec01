import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  compareNameKeys,
  GatehouseError,
  MAX_NAME_LENGTH,
  type NameFault,
  nameFault,
  nameKey,
  requireName,
} from '../../../src/domain/index.js';

const anyText = fc.string({ unit: 'binary', maxLength: 12 });
const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
  .map((units) => String.fromCharCode(...units));

describe('nameKey', () => {
  it('is its own key, for every code point', () => {
    const changing: string[] = [];
    for (let point = 0; point <= 0x10ffff; point++) {
      const key = nameKey(String.fromCodePoint(point));
      if (nameKey(key) !== key) changing.push(point.toString(16));
    }
    expect(changing).toEqual([]);
  });

  it('is its own key, for every text', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, anyUnits), (text) => {
        expect(nameKey(nameKey(text))).toBe(nameKey(text));
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });

  it('is the same for composed and decomposed text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(nameKey(text.normalize('NFD'))).toBe(nameKey(text.normalize('NFC')));
      }),
      { seed: 2, numRuns: 2_000 },
    );
  });

  it.each([
    { name: 'upper case', spellings: ['ANN.LEE@x-1_', 'ann.lee@x-1_', 'Ann.Lee@X-1_'] },
    {
      name: 'an accent as a character of its own',
      spellings: ['zo\u00eb', 'zoe\u0308', 'ZOE\u0308'],
    },
    { name: 'a capital letter that has no composed form', spellings: ['J\u030c', '\u01f0'] },
    { name: 'the sign for Kelvin', spellings: ['\u212a', 'k', 'K'] },
    { name: 'a letter beyond 16 bits', spellings: ['\u{10400}', '\u{10428}'] },
  ])('is the same with $name', ({ spellings }) => {
    expect(new Set(spellings.map(nameKey)).size).toBe(1);
  });

  it.each([
    { name: 'a letter and the letter with an accent', one: 'zoe', other: 'zo\u00eb' },
    { name: 'the dotless i, as no locale is asked', one: '\u0131', other: 'i' },
    { name: 'a sharp s and two', one: '\u00df', other: 'ss' },
    { name: 'a full-width letter and a plain one', one: '\uff41', other: 'a' },
    { name: 'a space inside and none', one: 'ann lee', other: 'annlee' },
  ])('keeps apart $name', ({ one, other }) => {
    expect(nameKey(one)).not.toBe(nameKey(other));
  });
});

describe('nameFault', () => {
  const rows: { name: string; text: string; fault: NameFault | null }[] = [
    { name: 'a plain name', text: 'ann', fault: null },
    {
      name: 'letters of any alphabet and spaces inside',
      text: '\u042e\u043b\u044f \u738b',
      fault: null,
    },
    { name: 'a pair of surrogates', text: '\u{1f600}', fault: null },
    { name: 'a slash, a colon and quotes', text: `a/b\\c:d"e'f<g>`, fault: null },
    { name: 'nothing', text: '', fault: 'EMPTY' },
    { name: 'the longest plain name', text: 'a'.repeat(MAX_NAME_LENGTH), fault: null },
    { name: 'one more', text: 'a'.repeat(MAX_NAME_LENGTH + 1), fault: 'TOO_LONG' },
    {
      name: 'a long name beyond ASCII',
      text: '\u00e9'.repeat(MAX_NAME_LENGTH + 1),
      fault: 'TOO_LONG',
    },
    { name: 'a name whose key is longer', text: '\u0130'.repeat(200), fault: 'TOO_LONG' },
    { name: 'a space before', text: ' ann', fault: 'OUTER_SPACE' },
    { name: 'a space after', text: 'ann ', fault: 'OUTER_SPACE' },
    { name: 'only a space', text: ' ', fault: 'OUTER_SPACE' },
    { name: 'a no-break space after', text: 'ann\u00a0', fault: 'OUTER_SPACE' },
    { name: 'a zero-width space before', text: '\u200bann', fault: 'OUTER_SPACE' },
    { name: 'a byte order mark before', text: '\ufeffann', fault: 'OUTER_SPACE' },
    { name: 'a tab', text: 'an\tn', fault: 'CONTROL_CHARACTER' },
    { name: 'a zero byte', text: 'an\u0000n', fault: 'CONTROL_CHARACTER' },
    { name: 'a delete character', text: 'ann\u007f', fault: 'CONTROL_CHARACTER' },
    { name: 'a C1 control', text: 'ann\u0085', fault: 'CONTROL_CHARACTER' },
    { name: 'a line break', text: 'ann\nbob', fault: 'CONTROL_CHARACTER' },
    { name: 'a line separator', text: 'ann\u2028bob', fault: 'CONTROL_CHARACTER' },
    { name: 'a right-to-left override', text: 'ann\u202egnp', fault: 'BIDI_MARK' },
    { name: 'a direction isolate', text: '\u2066ann\u2069', fault: 'BIDI_MARK' },
    { name: 'half a character', text: 'ann\ud800', fault: 'UNPAIRED_SURROGATE' },
    { name: 'the other half', text: '\udc00ann', fault: 'UNPAIRED_SURROGATE' },
    { name: 'a code point that is no character', text: 'ann\ufffe', fault: 'NONCHARACTER' },
  ];

  it.each(rows)('judges $name', ({ text, fault }) => {
    expect(nameFault(text)).toBe(fault);
  });

  it('passes a name on as its key, and names the fault of another', () => {
    expect(requireName('user', 'Zoe\u0308')).toBe('zo\u00eb');
    expect(() => requireName('group', ' ')).toThrow(GatehouseError);
    expect(() => requireName('group', ' ')).toThrow(
      expect.objectContaining({
        code: 'NAME_INVALID',
        details: { kind: 'group', name: ' ', fault: 'OUTER_SPACE' },
      }),
    );
  });

  it('never accepts a name whose key it would refuse', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, anyUnits), (text) => {
        fc.pre(nameFault(text) === null);
        expect(nameFault(nameKey(text))).toBeNull();
      }),
      { seed: 3, numRuns: 2_000 },
    );
  });
});

describe('compareNameKeys', () => {
  const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

  it('is the order of UTF-8 bytes', () => {
    const nearSurrogates = fc.string({
      unit: fc.constantFrom('a', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'),
      maxLength: 5,
    });
    fc.assert(
      fc.property(
        fc.oneof(fc.tuple(anyText, anyText), fc.tuple(nearSurrogates, nearSurrogates)),
        ([a, b]) => {
          expect(Math.sign(compareNameKeys(a, b))).toBe(bytes(a, b));
        },
      ),
      { seed: 4, numRuns: 5_000 },
    );
  });

  it('differs from the order of UTF-16 units where it must', () => {
    expect('\u{10000}' < '\uff41').toBe(true);
    expect(compareNameKeys('\u{10000}', '\uff41')).toBeGreaterThan(0);
  });

  it('puts a beginning before what it begins', () => {
    expect(compareNameKeys('an', 'ann')).toBeLessThan(0);
    expect(compareNameKeys('ann', 'ann')).toBe(0);
    expect(compareNameKeys('', 'a')).toBeLessThan(0);
  });
});
