import { AscendingSet } from './ascending-set.js';
import type { NameTable } from './name-table.js';

const RANKS = new AscendingSet();

/** Different name numbers in the order of their keys. */
export function inKeyOrder(numbers: ArrayLike<number>, names: NameTable): Int32Array {
  const order = names.inOrder();
  const ranks = names.rank();
  const sorted = new Int32Array(numbers.length);
  RANKS.reserve(order.length);
  for (let i = 0; i < sorted.length; i++) RANKS.add(ranks[numbers[i]]);
  RANKS.moveTo(sorted, sorted.length);
  for (let i = 0; i < sorted.length; i++) sorted[i] = order[sorted[i]];
  return sorted;
}
