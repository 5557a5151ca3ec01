import type { ServerFaults } from './server-faults.js';

/** Entries asked for at a time: the server's own default (Crowd REST API, `max-results`). */
export const PAGE_SIZE = 1000;

/** More entries than any directory has; a server that invents pages for ever is stopped here. */
const MAX_ENTRIES = 5_000_000;
/** Entries that a page has in common with the one before it. */
const OVERLAP = 20;
/** More than that many entries do not come or go between two requests. */
const MOST_OVERLAP = PAGE_SIZE;
/** Names that are kept: those a page may go back to, moved by as many. */
const KEPT = 2 * MOST_OVERLAP;
/** Whole pages in a row that bring nothing new, before the server is said to ignore what is asked for. */
const MOST_IN_VAIN = 5;

interface Named {
  readonly name: string;
}

/**
 * All entries of a list, each once, page by page. Lists have no total and no mark for the last page,
 * and a server may give fewer entries than were asked for. Nor does it stand still for a reader: when
 * somebody is deleted, all behind them move up by one, and whoever stood at the beginning of the next
 * page would be passed over and taken for deleted. So each page is asked for from some entries before
 * the end of what is known, and must begin with one of them; else it is asked for from farther back.
 * @throws GatehouseError `PROTOCOL` when the server begins again instead of going on, or the list
 *   changes so fast that no page joins the one before it.
 */
export async function* readPages<Entity extends Named>(
  readPage: (startIndex: number) => Promise<readonly Entity[]>,
  faults: ServerFaults,
): AsyncGenerator<readonly Entity[], void, void> {
  const first = await readPage(0);
  if (first.length === 0) return;
  yield first;
  const known = new KnownEntries(first);
  // A server that gives few at a time must give new ones, too.
  const usual = Math.min(OVERLAP, first.length >> 1);
  let overlap = usual;
  let position = first.length;
  let longest = first.length;
  let handedOn = first.length;
  let inVain = 0;
  for (;;) {
    const start = Math.max(0, position - overlap);
    const page = await readPage(start);
    if (page.length === 0 && (overlap === 0 || start === 0)) return;
    const joined = known.join(page, start === 0 ? null : overlap);
    if (joined === null) {
      if (overlap === MOST_OVERLAP) {
        throw faults.protocol('start-index', 'leads nowhere: the list changes while it is read');
      }
      overlap = Math.min(2 * overlap, MOST_OVERLAP);
      continue;
    }
    overlap = usual;
    // A page that could have been longer ends with the list: what is known behind it has gone.
    const mayBeLast = page.length < longest;
    position = start + page.length + (mayBeLast ? 0 : joined.behind);
    if (joined.fresh.length > 0) {
      inVain = 0;
      handedOn += joined.fresh.length;
      if (handedOn > MAX_ENTRIES) {
        throw faults.protocol('start-index', `leads past ${MAX_ENTRIES} entries without an end`);
      }
      yield joined.fresh;
    } else {
      if (mayBeLast && (joined.behind === 0 || inVain > 0)) return;
      inVain += 1;
      if (inVain === MOST_IN_VAIN) {
        throw faults.protocol('start-index', 'is ignored: the same entries come again');
      }
    }
    longest = Math.max(longest, page.length);
  }
}

/** How a page goes on from what is known. */
interface Joined<Entity> {
  /** Entries that are not known. Of two of one name as many are known as were handed on. */
  readonly fresh: readonly Entity[];
  /** Known entries that come after the page. */
  readonly behind: number;
}

/** The names that were read last, in the order of the list. */
class KnownEntries {
  #recent: readonly string[];

  constructor(first: readonly Named[]) {
    this.#recent = first.map(({ name }) => name);
  }

  /**
   * Notes a page. @returns `null` when it does not begin with a known entry and should.
   * @param overlap how many known ones it should begin with; `null` for the beginning of the list.
   */
  join<Entity extends Named>(
    page: readonly Entity[],
    overlap: number | null,
  ): Joined<Entity> | null {
    const recent = this.#recent;
    const isOver = overlap !== null && overlap > 0;
    const from = isOver ? this.#placeOf(page[0]?.name, recent.length - overlap) : 0;
    if (from === null || page.length === 0) return null;
    const places = placesByName(recent, from);
    const fresh: Entity[] = [];
    let last = -1;
    let freshAtEnd = 0;
    for (const entry of page) {
      const known = places.get(entry.name)?.shift();
      freshAtEnd = known === undefined ? freshAtEnd + 1 : 0;
      if (known === undefined) fresh.push(entry);
      else last = Math.max(last, known);
    }
    // Known ones in whose place so many others came are gone; else the page ended before them.
    const behind = 2 * freshAtEnd >= page.length || last < 0 ? [] : recent.slice(last + 1);
    const before = overlap === 0 && last < 0 ? recent : recent.slice(0, from);
    this.#recent = [...before, ...page.map(({ name }) => name), ...behind].slice(-KEPT);
    return { fresh, behind: behind.length };
  }

  /** Where a name is known, nearest to a place, or `null`. */
  #placeOf(name: string | undefined, place: number): number | null {
    let nearest: number | null = null;
    for (let i = 0; i < this.#recent.length; i++) {
      if (this.#recent[i] !== name) continue;
      if (nearest === null || Math.abs(i - place) < Math.abs(nearest - place)) nearest = i;
    }
    return nearest;
  }
}

function placesByName(names: readonly string[], from: number): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (let i = from; i < names.length; i++) {
    const known = places.get(names[i]);
    if (known) known.push(i);
    else places.set(names[i], [i]);
  }
  return places;
}
