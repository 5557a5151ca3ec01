import { describe, expect, it } from '@jest/globals';
import { MAX_PAGE_SIZE, requirePageSize } from '../../../src/domain/index.js';

describe('requirePageSize', () => {
  it.each([{ first: 1 }, { first: 50 }, { first: MAX_PAGE_SIZE }])(
    'accepts $first',
    ({ first }) => {
      expect(requirePageSize(first)).toBe(first);
    },
  );

  it.each([
    { first: 0 },
    { first: -1 },
    { first: 1.5 },
    { first: MAX_PAGE_SIZE + 1 },
    { first: Number.NaN },
    { first: Number.POSITIVE_INFINITY },
  ])('refuses $first', ({ first }) => {
    expect(() => requirePageSize(first)).toThrow(expect.objectContaining({ code: 'PAGE_INVALID' }));
  });
});
