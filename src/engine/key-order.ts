import type { NameTable } from './name-table.js';

/** Lists longer than this part of all names are put in order by looking all of them up. */
const SCAN_SHIFT = 5;

/** Different name numbers in the order of their keys. */
export function inKeyOrder(numbers: readonly number[], names: NameTable): Int32Array {
  const order = names.inOrder();
  if (numbers.length > order.length >> SCAN_SHIFT) return scanned(numbers, order);
  const ranks = names.rank();
  const sorted = new Int32Array(numbers.length);
  for (let i = 0; i < sorted.length; i++) sorted[i] = ranks[numbers[i]];
  sorted.sort();
  for (let i = 0; i < sorted.length; i++) sorted[i] = order[sorted[i]];
  return sorted;
}

function scanned(numbers: readonly number[], order: Int32Array): Int32Array {
  const wanted = new Uint8Array(order.length);
  for (let i = 0; i < numbers.length; i++) wanted[numbers[i]] = 1;
  const sorted = new Int32Array(numbers.length);
  for (let rank = 0, at = 0; at < sorted.length; rank++) {
    if (wanted[order[rank]] === 1) sorted[at++] = order[rank];
  }
  return sorted;
}
