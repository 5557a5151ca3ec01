import { expect, test } from '@jest/globals';
import { SlotsById } from '../../src/sync/slots-by-id.js';
import { Random } from '../support/random.js';

const SEED = 11;

test('gives back what was set last, near and far apart, and nothing else', () => {
  const random = new Random(SEED);
  const slots = new SlotsById<number>();
  const expected = new Map<number, number>();
  for (let slot = 0; slot < 5_000; slot++) {
    const id = random.chance(50) ? random.below(4_000) : random.below(2 ** 20) * 2 ** 13;
    slots.set(id, slot);
    expected.set(id, slot);
  }
  for (const [id, slot] of expected) expect(slots.get(id)).toBe(slot);
  for (let id = 0; id < 6_000; id++) expect(slots.get(id)).toBe(expected.get(id));
});
