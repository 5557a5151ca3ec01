import { compareNameKeys, type NameKey, nameKey } from '../domain/index.js';

/**
 * Numbers for name keys, shared by all directories, so that "the same name in two directories" is
 * "the same number". Numbers are dense and are never given back. Also keeps the numbers in key order.
 */
export class NameTable {
  private readonly base: NameTable | null;
  private readonly keys: NameKey[] = [];
  private readonly numbers = new Map<NameKey, number>();
  /** How many numbers the base has given; they come before those of this table. */
  private readonly below: number;
  private order: Int32Array = new Int32Array(0);
  private ranks: Int32Array = new Int32Array(0);

  constructor(base: NameTable | null = null) {
    this.base = base;
    this.below = base?.size ?? 0;
  }

  /** A table that gives its own numbers to names its base does not know. */
  fork(): NameTable {
    return new NameTable(this);
  }

  get size(): number {
    return this.below + this.keys.length;
  }

  keyOf(number: number): NameKey {
    if (number >= this.below) return this.keys[number - this.below];
    return this.base!.keyOf(number);
  }

  /** The number of a key, or -1. */
  find(key: NameKey): number {
    const number = this.numbers.get(key);
    if (number !== undefined) return number;
    return this.base === null ? -1 : this.base.find(key);
  }

  /**
   * The number of a name as somebody spells it, or -1. A spelling that is itself a known key needs
   * no folding, because the key of a key is that key.
   */
  findName(name: string): number {
    const number = this.find(name as NameKey);
    if (number >= 0) return number;
    const key = nameKey(name);
    return key === name ? -1 : this.find(key);
  }

  intern(key: NameKey): number {
    let number = this.find(key);
    if (number < 0) {
      number = this.size;
      this.keys.push(key);
      this.numbers.set(key, number);
    }
    return number;
  }

  compare(a: number, b: number): number {
    return a === b ? 0 : compareNameKeys(this.keyOf(a), this.keyOf(b));
  }

  /** Gives an empty table keys that are all different and in order, as a packed index holds them. */
  addSorted(keys: readonly NameKey[]): void {
    this.order = new Int32Array(keys.length);
    for (let number = 0; number < keys.length; number++) {
      this.keys.push(keys[number]);
      this.numbers.set(keys[number], number);
      this.order[number] = number;
    }
  }

  /** All numbers in the order of their keys. Valid until the next `intern`. */
  inOrder(): Int32Array {
    if (this.order.length < this.size) {
      if (this.order.length === 0 && this.base) this.order = this.base.inOrder();
      const known = this.order.length;
      if (known < this.size) this.order = this.merged(this.order, this.sortedFrom(known));
    }
    return this.order;
  }

  /** By number: its place in `inOrder`. Valid until the next `intern`. */
  rank(): Int32Array {
    if (this.base !== null && this.keys.length === 0) return this.base.rank();
    if (this.ranks.length < this.size) {
      const order = this.inOrder();
      const ranks = new Int32Array(order.length);
      for (let at = 0; at < order.length; at++) ranks[order[at]] = at;
      this.ranks = ranks;
    }
    return this.ranks;
  }

  /** Position in `inOrder` of the first number whose key is greater than `key`. */
  positionAfter(key: string): number {
    const order = this.inOrder();
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareNameKeys(this.keyOf(order[middle]), key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private sortedFrom(start: number): number[] {
    const added = Array.from({ length: this.size - start }, (_, i) => start + i);
    return added.sort((a, b) => this.compare(a, b));
  }

  private merged(a: Int32Array, b: readonly number[]): Int32Array<ArrayBuffer> {
    const all = new Int32Array(a.length + b.length);
    for (let i = 0, j = 0, at = 0; at < all.length; at++) {
      const takeA = j >= b.length || (i < a.length && this.compare(a[i], b[j]) < 0);
      all[at] = takeA ? a[i++] : b[j++];
    }
    return all;
  }
}
