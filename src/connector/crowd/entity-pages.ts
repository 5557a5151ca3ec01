import { type NameKey, nameKey } from '../../domain/index.js';
import type { ServerFaults } from './server-faults.js';

/** Entries asked for at a time: the server's own default (Crowd REST API, `max-results`). */
export const PAGE_SIZE = 1000;

/** More entries than any directory has; a server that invents pages for ever is stopped here. */
const MAX_ENTRIES = 5_000_000;

/**
 * All pages of a list. Lists have no total and no mark for the last page, and a server may give fewer
 * entries than were asked for, so only an empty page is the end.
 * @throws GatehouseError `PROTOCOL` when the server begins again instead of going on.
 */
export async function* readPages<Entity extends { readonly name: string }>(
  readPage: (startIndex: number) => Promise<readonly Entity[]>,
  faults: ServerFaults,
): AsyncGenerator<readonly Entity[], void, void> {
  // Only first entries are compared: users added meanwhile move an entry from one page's end to the
  // next page's beginning, and that is no fault.
  const beginnings = new Set<NameKey>();
  let received = 0;
  for (;;) {
    const page = await readPage(received);
    if (page.length === 0) return;
    const first = page.find((entity) => entity.name !== '');
    if (first) {
      const key = nameKey(first.name);
      if (beginnings.has(key)) {
        throw faults.protocol('start-index', 'is ignored: the list begins again');
      }
      beginnings.add(key);
    }
    received += page.length;
    if (received > MAX_ENTRIES) {
      throw faults.protocol('start-index', `leads past ${MAX_ENTRIES} entries without an end`);
    }
    yield page;
  }
}
