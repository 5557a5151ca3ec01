import type { NameKey, Page, PageRequest } from '../../src/domain/index.js';

export { allPages } from '../support/scenario-installers.js';

/** Follows a list from its first page to the end; each page must tell how long the whole list is. */
export function everyPage<Item, Cursor>(
  read: (page: PageRequest<Cursor>) => Page<Item>,
  cursorAfter: (items: readonly Item[], count: number) => Cursor,
  first: number,
): Item[] {
  const all: Item[] = [];
  for (let after: Cursor | null = null; ; ) {
    const { items, hasMore, total } = read({ first, after });
    all.push(...items);
    if (!hasMore) {
      if (total !== all.length) throw new Error(`${all.length} items of ${total} were given`);
      return all;
    }
    if (items.length !== first) throw new Error('a page that is not the last must be full');
    if (all.length > total) throw new Error(`more than ${total} items were given`);
    after = cursorAfter(items, all.length);
  }
}

/** The same of a list whose items have a key. */
export function everyKeyed<Item>(
  read: (page: PageRequest<NameKey>) => Page<Item>,
  keyOf: (item: Item) => NameKey,
  first: number,
): Item[] {
  return everyPage(read, (items) => keyOf(items[items.length - 1]), first);
}
