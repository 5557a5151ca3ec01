const FIRST_SLOTS = 1_024;
const BLOCK_BITS = 17;
/** A text that is longer has a block of its own. */
const BLOCK_UNITS = 1 << BLOCK_BITS;
const LAST_BYTE = 0xff;
/** Another in each process, so that nobody can choose names beforehand that all have one hash. */
const SEED = Math.floor(Math.random() * 2 ** 32);

/**
 * Texts that are numbered from 0 in the order in which they come and are found again by what they
 * say. They are kept in blocks of bytes, or of UTF-16 units where a text has one beyond a byte, and
 * found by a hash of their own: for a hundred thousand names that is a tenth of what strings and a
 * `Map` take, nothing for the garbage collector to look through, and several times faster for texts
 * that were just cut out of a document.
 */
export class TextSlots {
  readonly #bytes = new UnitBlocks((units) => new Uint8Array(units));
  readonly #units = new UnitBlocks((units) => new Uint16Array(units));
  /** By slot: where its text begins, twice, and one more where it is kept in units. */
  #places = new Uint32Array(FIRST_SLOTS);
  #lengths = new Uint32Array(FIRST_SLOTS);
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
    if (slot === this.#hashes.length) this.#grow();
    this.#places[slot] = fitsBytes(text)
      ? 2 * this.#bytes.add(text)
      : 2 * this.#units.add(text) + 1;
    this.#lengths[slot] = text.length;
    this.#hashes[slot] = hash;
    this.#size += 1;
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
    if (this.#lengths[slot] !== text.length) return false;
    const place = this.#places[slot];
    const blocks = (place & 1) === 0 ? this.#bytes : this.#units;
    return blocks.says(place >>> 1, text);
  }

  #grow(): void {
    const room = 2 * this.#size;
    this.#places = grown(this.#places, room);
    this.#lengths = grown(this.#lengths, room);
    this.#hashes = grown(this.#hashes, room);
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

/** Texts one after another, each within one block; nothing is ever moved. */
class UnitBlocks<Block extends Uint8Array | Uint16Array> {
  readonly #make: (units: number) => Block;
  readonly #blocks: Block[] = [];
  /** Units of the last block that are in use. */
  #used = BLOCK_UNITS;

  constructor(make: (units: number) => Block) {
    this.#make = make;
  }

  /** @returns where the text begins, as if all blocks were as long as most. */
  add(text: string): number {
    if (this.#used + text.length > BLOCK_UNITS) {
      this.#blocks.push(this.#make(Math.max(BLOCK_UNITS, text.length)));
      this.#used = 0;
    }
    const block = this.#blocks[this.#blocks.length - 1];
    const start = this.#used;
    for (let i = 0; i < text.length; i++) block[start + i] = text.charCodeAt(i);
    this.#used += text.length;
    return (this.#blocks.length - 1) * BLOCK_UNITS + start;
  }

  /** Whether the text of this length that begins there is this one. */
  says(place: number, text: string): boolean {
    const block = this.#blocks[place >>> BLOCK_BITS];
    const start = place & (BLOCK_UNITS - 1);
    for (let i = 0; i < text.length; i++) {
      if (block[start + i] !== text.charCodeAt(i)) return false;
    }
    return true;
  }
}

function fitsBytes(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > LAST_BYTE) return false;
  }
  return true;
}

/** FNV-1a over the units, then mixed as in MurmurHash3, so that the low bits depend on all. */
function hashOf(text: string): number {
  let hash = SEED;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function grown(numbers: Uint32Array<ArrayBuffer>, room: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(room);
  larger.set(numbers);
  return larger;
}
