import { KnownEntries, type Named } from './known-entries.js';
import type { ServerFaults } from './server-faults.js';

/** Entries asked for at a time: the server's own default (Crowd REST API, `max-results`). */
export const PAGE_SIZE = 1000;

/** More entries than any directory has; a server that invents pages for ever is stopped here. */
const MAX_ENTRIES = 5_000_000;
/** One entry in so many of a page is asked for again with the next. */
const OVERLAP_SHARE = 50;

/** A page that does not begin with what was read before. */
interface PageApart<Entity> {
  readonly start: number;
  readonly page: readonly Entity[];
}

/**
 * All entries of a list, each once, page by page. Lists have no total and no mark for the last page,
 * and a server may give fewer entries than were asked for: an empty page alone is the end. Nor does a
 * server stand still for a reader: when somebody is deleted, all behind them move up by one, and
 * whoever stood at the beginning of the next page would be passed over and taken for deleted. So each
 * page is asked for from some entries before the end of what was read, and must begin with one of
 * them; else it is asked for from farther back. Whoever is in the list all the time is handed on, and
 * who comes while it is read may be. The list must keep its order.
 * @throws GatehouseError `PROTOCOL` when the server begins again instead of going on, or so many come
 *   and go at a time that no page joins what was read.
 */
export async function* readPages<Entity extends Named>(
  readPage: (startIndex: number) => Promise<readonly Entity[]>,
  faults: ServerFaults,
): AsyncGenerator<readonly Entity[], void, void> {
  const first = await readPage(0);
  if (first.length === 0) return;
  const known = new KnownEntries();
  const bounds = new Bounds(faults);
  yield known.append(first);
  let position = first.length;
  let overlap = overlapOf(first.length);
  let longest = first.length;
  let apart: PageApart<Entity> | null = null;
  /** Where the list ends, unless the server gave fewer entries than it otherwise does. */
  let likelyEnd: number | null = null;
  for (;;) {
    const start = Math.max(0, position - overlap);
    const page = await readPage(start);
    if (page.length === 0 && (start === 0 || start === likelyEnd)) return;
    let fresh = known.join(page, start === 0);
    if (fresh === null) {
      if (start === 0) throw faults.protocol('start-index', LEADS_NOWHERE);
      apart = { start, page };
      overlap = Math.max(1, 2 * overlap);
      continue;
    }
    position = start + page.length;
    const isShort = page.length < longest;
    likelyEnd = isShort ? position : null;
    overlap = isShort ? 0 : overlapOf(page.length);
    longest = Math.max(longest, page.length);
    // A page of one entry has no room for a known one and a new one. So the one that stood apart is
    // taken when the known one still comes right before it.
    if (longest === 1 && fresh.length === 0 && apart?.start === position) {
      if (apart.page.length === 0) return;
      fresh = known.append(apart.page);
      position += apart.page.length;
    }
    apart = null;
    bounds.note(page.length, fresh.length, known.size);
    if (fresh.length > 0) yield fresh;
  }
}

const LEADS_NOWHERE = 'leads nowhere: the list changes while it is read';

/** A page must bring something new, too: of a single entry nothing is asked for again. */
function overlapOf(length: number): number {
  return Math.min(Math.ceil(length / OVERLAP_SHARE), length - 1);
}

/** What no list goes past, so that a server cannot keep its reader for ever. */
class Bounds {
  readonly #faults: ServerFaults;
  #handedOn = 0;
  #readInVain = 0;

  constructor(faults: ServerFaults) {
    this.#faults = faults;
  }

  /** @param known how many are remembered: whoever goes back over them comes to their end. */
  note(read: number, fresh: number, known: number): void {
    this.#handedOn += fresh;
    if (this.#handedOn > MAX_ENTRIES) {
      const reason = `leads past ${MAX_ENTRIES} entries without an end`;
      throw this.#faults.protocol('start-index', reason);
    }
    this.#readInVain = fresh > 0 ? 0 : this.#readInVain + read;
    if (this.#readInVain > 4 * known + 10) {
      throw this.#faults.protocol('start-index', 'is ignored: the same entries come again');
    }
  }
}
