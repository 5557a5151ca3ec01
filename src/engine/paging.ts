import { compareNameKeys, type NameKey, type Page, type PageRequest } from '../domain/index.js';
import type { NameTable } from './name-table.js';

/** A page of all names that `belongs` accepts. Counts the rest unless `total` is known already. */
export function collectPage<Item>(
  names: NameTable,
  page: PageRequest<NameKey>,
  belongs: (name: number) => boolean,
  toItem: (name: number) => Item,
  total?: number,
): Page<Item> {
  const order = names.inOrder();
  const items: Item[] = [];
  let hasMore = false;
  const start = page.after === null ? 0 : names.positionAfter(page.after);
  for (let i = start; i < order.length && !hasMore; i++) {
    if (!belongs(order[i])) continue;
    if (items.length === page.first) hasMore = true;
    else items.push(toItem(order[i]));
  }
  return {
    items,
    hasMore,
    total: total ?? order.reduce((n, name) => n + (belongs(name) ? 1 : 0), 0),
  };
}

/** A page of a list that is in key order. */
export function pageAfter<Entry, Item>(
  entries: ArrayLike<Entry>,
  page: PageRequest<NameKey>,
  keyOf: (entry: Entry) => NameKey,
  toItem: (entry: Entry) => Item,
): Page<Item> {
  const { after } = page;
  let start = 0;
  let end = after === null ? 0 : entries.length;
  while (start < end) {
    const middle = (start + end) >> 1;
    if (compareNameKeys(keyOf(entries[middle]), after ?? '') <= 0) start = middle + 1;
    else end = middle;
  }
  const items: Item[] = [];
  const stop = Math.min(start + page.first, entries.length);
  for (let i = start; i < stop; i++) items.push(toItem(entries[i]));
  return {
    items,
    hasMore: start + page.first < entries.length,
    total: entries.length,
  };
}
