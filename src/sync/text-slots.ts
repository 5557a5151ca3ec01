const FIRST_SLOTS = 1_024;
/** Units of one text on average, to begin with. */
const FIRST_UNITS = 16;
/** Another in each process, so that nobody can choose names beforehand that all have one hash. */
const SEED = Math.floor(Math.random() * 2 ** 32);

/**
 * Texts that are numbered from 0 in the order in which they come and are found again by what they
 * say. They are kept as UTF-16 units in one array, and found by a hash of their own: for a hundred
 * thousand names that is a tenth of what strings and a `Map` take, nothing for the garbage collector
 * to look through, and several times faster for texts that were just cut out of a document.
 */
export class TextSlots {
  #units = new Uint16Array(FIRST_SLOTS * FIRST_UNITS);
  /** By slot: where its text begins; after the last one: where it ends. */
  #starts = new Uint32Array(FIRST_SLOTS + 1);
  #hashes = new Uint32Array(FIRST_SLOTS);
  /** By hash, at that place or after it: a slot plus one; 0 is free. At most half of it is in use. */
  #table = new Int32Array(2 * FIRST_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The slot of a text, or `null`. */
  find(text: string): number | null {
    const found = this.#table[this.#placeOf(text, hashOf(text))];
    return found === 0 ? null : found - 1;
  }

  /** Gives the text the next slot. @returns `false` when it has one already. */
  add(text: string): boolean {
    const hash = hashOf(text);
    const place = this.#placeOf(text, hash);
    if (this.#table[place] !== 0) return false;
    const slot = this.#size;
    const start = this.#starts[slot];
    const end = start + text.length;
    if (end > this.#units.length) this.#units = grown(this.#units, end);
    for (let i = 0; i < text.length; i++) this.#units[start + i] = text.charCodeAt(i);
    this.#size += 1;
    if (slot === this.#hashes.length) this.#hashes = grown(this.#hashes, this.#size);
    if (this.#size === this.#starts.length) this.#starts = grown(this.#starts, this.#size + 1);
    this.#hashes[slot] = hash;
    this.#starts[this.#size] = end;
    this.#table[place] = slot + 1;
    if (2 * this.#size > this.#table.length) this.#spread();
    return true;
  }

  /** The place of the text, or the free one where it belongs. */
  #placeOf(text: string, hash: number): number {
    const mask = this.#table.length - 1;
    let place = hash & mask;
    for (let held = this.#table[place]; held !== 0; held = this.#table[place]) {
      if (this.#hashes[held - 1] === hash && this.#says(held - 1, text)) return place;
      place = (place + 1) & mask;
    }
    return place;
  }

  #says(slot: number, text: string): boolean {
    const start = this.#starts[slot];
    if (this.#starts[slot + 1] - start !== text.length) return false;
    for (let i = 0; i < text.length; i++) {
      if (this.#units[start + i] !== text.charCodeAt(i)) return false;
    }
    return true;
  }

  /** Puts everything into a table of twice the size. */
  #spread(): void {
    const table = new Int32Array(2 * this.#table.length);
    const mask = table.length - 1;
    for (let slot = 0; slot < this.#size; slot++) {
      let place = this.#hashes[slot] & mask;
      while (table[place] !== 0) place = (place + 1) & mask;
      table[place] = slot + 1;
    }
    this.#table = table;
  }
}

/** FNV-1a over the units, then mixed as in MurmurHash3, so that the low bits depend on all. */
function hashOf(text: string): number {
  let hash = SEED;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function grown<Numbers extends Uint16Array | Uint32Array>(
  numbers: Numbers,
  atLeast: number,
): Numbers {
  const room = Math.max(2 * numbers.length, atLeast);
  const larger = numbers instanceof Uint16Array ? new Uint16Array(room) : new Uint32Array(room);
  larger.set(numbers);
  return larger as Numbers;
}
