import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { likeAnyOf, nameKey } from '../../../src/domain/index.js';

describe('a name', () => {
  it.each([
    { patterns: [], name: 'anybody', like: true },
    { patterns: ['ann'], name: 'ann', like: true },
    { patterns: ['ann'], name: 'ANN', like: true },
    { patterns: ['Ann'], name: 'ann', like: true },
    { patterns: ['ann'], name: 'anna', like: false },
    { patterns: ['ann*'], name: 'ann', like: true },
    { patterns: ['ann*'], name: 'anna', like: true },
    { patterns: ['*ann'], name: 'joann', like: true },
    { patterns: ['*ann'], name: 'joanna', like: false },
    { patterns: ['a*n'], name: 'an', like: true },
    { patterns: ['a*n'], name: 'a', like: false },
    { patterns: ['*dev*ops*'], name: 'the-dev-and-ops-team', like: true },
    { patterns: ['*dev*ops*'], name: 'the-ops-and-dev-team', like: false },
    { patterns: ['*'], name: 'x', like: true },
    { patterns: ['**'], name: 'x', like: true },
    { patterns: ['a.b'], name: 'axb', like: false },
    { patterns: ['bob', 'ann'], name: 'ann', like: true },
    { patterns: ['ÉVA*'], name: 'éva k', like: true },
    { patterns: ['*😀'], name: 'smile 😀', like: true },
  ])('$name is like $patterns: $like', ({ patterns, name, like }) => {
    expect(likeAnyOf(patterns)(name)).toBe(like);
  });

  it('is like a pattern as a regular expression would say', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (pattern, name) => {
        const parts = nameKey(pattern)
          .split('*')
          .map((part) => part.replaceAll(/[^a-z]/g, ''));
        const expression = new RegExp(`^${parts.join('.*')}$`, 's');
        expect(likeAnyOf([pattern])(name)).toBe(expression.test(nameKey(name)));
      }),
    );
  });

  it('that is hostile is judged at once', () => {
    expect(likeAnyOf([`${'*a'.repeat(100)}b`])('a'.repeat(255))).toBe(false);
  });
});
