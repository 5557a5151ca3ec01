import { expect, it } from '@jest/globals';
import { MemberOrder } from '../../src/store/typeorm/member-order.js';
import { Random } from '../support/random.js';

const MOST = 2_000;

it('puts members in the order of their ids, and one member in the order of its places', () => {
  const random = new Random(5);
  const order = new MemberOrder(MOST);
  for (const [lowest, range] of [
    [1, 10],
    [7, 70_000],
    [2 ** 40, 2 ** 31],
  ]) {
    const members = Float64Array.from({ length: random.below(MOST) }, () => {
      return lowest + random.below(range);
    });
    const places = Array.from(members.keys());
    expect(Array.from(order.of(members))).toEqual(
      places.sort((a, b) => members[a] - members[b] || a - b),
    );
  }
  expect(order.of(new Float64Array(0))).toHaveLength(0);
});

it('leaves no place out where ids are farther apart than it can tell', () => {
  const members = Float64Array.of(2 ** 53 - 1, 5, 2 ** 40, 2 ** 33 + 5);
  expect(Array.from(new MemberOrder(MOST).of(members)).sort()).toEqual([0, 1, 2, 3]);
});
