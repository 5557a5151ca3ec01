/** Entries that are remembered: as many may come or go between two requests without harm. */
const REMEMBERED = 2000;

export interface Named {
  readonly name: string;
}

/** What was read last of a list that moves while it is read, and how a page goes on from it. */
export class KnownEntries {
  /** Marks up to the end of the last page, in the order of the list. */
  #read: readonly string[] = [];
  /** Marks that were read and stood behind that end: gone since, or still to come again. */
  #ahead: readonly string[] = [];
  #hasForgotten = false;

  /** How many entries are remembered. */
  get size(): number {
    return this.#read.length + this.#ahead.length;
  }

  /**
   * Notes a page that begins with an entry that is known. All of a list up to such an entry was handed
   * on before, because both are pieces of one list in one order.
   * @param isBeginning the page is the beginning of the list.
   * @returns its entries that are not known, in its order. `null` when it begins with another: more of
   *   those may stand between the page and what was read.
   */
  join<Entity extends Named>(
    page: readonly Entity[],
    isBeginning: boolean,
  ): readonly Entity[] | null {
    const known = [...this.#read, ...this.#ahead];
    if (isBeginning && !this.#hasForgotten) return this.#note(page, known, 0);
    let unknown = 0;
    for (const [i, entry] of page.entries()) {
      const mark = markOf(entry);
      const place = known.lastIndexOf(mark);
      if (place < 0) unknown += 1;
      // Entries that look alike do not tell where the page stands.
      if (place < 0 || known.indexOf(mark) < place) continue;
      if (unknown === 0) return this.#note(page, known, Math.max(0, place - i));
      // So many before the oldest that is remembered are those that are forgotten.
      const reachesBack = this.#hasForgotten && (isBeginning || unknown > place);
      return reachesBack ? this.#note(page.slice(i), known, place) : null;
    }
    return null;
  }

  /** Notes a page that begins right behind the last one. @returns its entries that are not known. */
  append<Entity extends Named>(page: readonly Entity[]): readonly Entity[] {
    return this.#note(page, [...this.#read, ...this.#ahead], this.#read.length);
  }

  /** @param from where in `known` the page begins. Of two that look alike, as many are known as came. */
  #note<Entity extends Named>(
    page: readonly Entity[],
    known: readonly string[],
    from: number,
  ): readonly Entity[] {
    const places = placesByMark(known, from);
    const marks = page.map(markOf);
    const found = marks.map((mark) => places.get(mark)?.shift() ?? null);
    const [first = from, last = from - 1] = ends(found);
    const read = [...known.slice(0, first), ...marks];
    const ahead = known.slice(last + 1);
    this.#hasForgotten ||= read.length > REMEMBERED || ahead.length > REMEMBERED;
    this.#read = read.slice(-REMEMBERED);
    this.#ahead = ahead.slice(0, REMEMBERED);
    return page.filter((_entry, i) => found[i] === null);
  }
}

/** What an entry is known by. Without a name it is all that is told of it. */
function markOf(entry: Named): string {
  return entry.name || JSON.stringify(entry);
}

function placesByMark(marks: readonly string[], from: number): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (let i = from; i < marks.length; i++) {
    const known = places.get(marks[i]);
    if (known) known.push(i);
    else places.set(marks[i], [i]);
  }
  return places;
}

/** The least and the greatest place; nothing when there is none. */
function ends(found: readonly (number | null)[]): readonly number[] {
  const places = found.filter((place) => place !== null);
  if (places.length === 0) return [];
  return [places.reduce((a, b) => Math.min(a, b)), places.reduce((a, b) => Math.max(a, b))];
}
