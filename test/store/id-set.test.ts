import { expect, it } from '@jest/globals';
import { IdSet } from '../../src/store/typeorm/id-set.js';
import { Random } from '../support/random.js';

it('holds what a set would hold, near and far', () => {
  const random = new Random(11);
  const ids = new IdSet();
  const set = new Set<number>();
  const anyId = () =>
    random.pick([0, 32_768, 2 ** 32, Number.MAX_SAFE_INTEGER - 70_000]) + random.below(70_000);
  for (let i = 0; i < 20_000; i++) {
    const id = anyId();
    ids.add(id);
    set.add(id);
  }
  for (const id of set) expect(ids.has(id)).toBe(true);
  for (let i = 0; i < 20_000; i++) {
    const id = anyId();
    expect(ids.has(id)).toBe(set.has(id));
  }
});
