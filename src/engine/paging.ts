import { compareNameKeys, type NameKey, type Page, type PageRequest } from '../domain/index.js';
import type { NameTable } from './name-table.js';

/** Some items of a list, one after another; how many there are besides is not asked. */
export interface Stretch<Cursor> {
  readonly after: Cursor | null;
  /** How many to pass over behind that. */
  readonly skip: number;
  readonly first: number;
}

/** A stretch of all names that `belongs` accepts. */
export function collectStretch<Item>(
  names: NameTable,
  { after, skip, first }: Stretch<NameKey>,
  belongs: (name: number) => boolean,
  toItem: (name: number) => Item,
): Item[] {
  const order = names.inOrder();
  const items: Item[] = [];
  let passed = 0;
  let i = after === null ? 0 : names.positionAfter(after);
  for (; i < order.length && items.length < first; i++) {
    if (!belongs(order[i])) continue;
    if (passed < skip) passed += 1;
    else items.push(toItem(order[i]));
  }
  return items;
}

/** A page of all names that `belongs` accepts. Counts the rest unless `total` is known already. */
export function collectPage<Item>(
  names: NameTable,
  page: PageRequest<NameKey>,
  belongs: (name: number) => boolean,
  toItem: (name: number) => Item,
  total?: number,
): Page<Item> {
  const { after, first } = page;
  const items = collectStretch(names, { after, skip: 0, first: first + 1 }, belongs, toItem);
  const hasMore = items.length > first;
  if (hasMore) items.pop();
  return {
    items,
    hasMore,
    total: total ?? names.inOrder().reduce((n, name) => n + (belongs(name) ? 1 : 0), 0),
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
