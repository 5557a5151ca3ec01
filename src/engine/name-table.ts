import { compareNameKeys, type NameKey, nameKey } from '../domain/index.js';
import { Column } from './column.js';
import { LeanMap } from './lean-map.js';

/**
 * A user name that remembers its number, so that asking about it again needs no look-up of a text.
 * It serves every index, and stays right whatever becomes of the name there.
 */
export class KnownName {
  readonly key: NameKey;
  /** The table that was asked last, the number there and in which life of it. */
  table: NameTable | null = null;
  number = -1;
  life = 0;

  constructor(key: NameKey) {
    this.key = key;
  }
}

/**
 * Numbers for name keys, shared by all directories, so that "the same name in two directories" is
 * "the same number". Numbers are dense; that of a key which is forgotten is given to another key
 * later. Also keeps the numbers in key order.
 */
export class NameTable {
  private readonly base: NameTable | null;
  /** `undefined` where a number stands for no key. */
  private keys: (NameKey | undefined)[] = [];
  private readonly numbers = new LeanMap<NameKey, number>();
  /** How many numbers the base has given; they come before those of this table. */
  private readonly below: number;
  /** Numbers that stand for no key. */
  private readonly free: number[] = [];
  /** By number: how many keys it stood for before. An overlay takes no number back. */
  private readonly lives: Column;
  private order: Int32Array = new Int32Array(0);
  /** `order` knows what numbers below this stood for when it was made. */
  private orderedEnd = 0;
  /** 1 for numbers below `orderedEnd` that have been given or taken back since. */
  private moved: Column | null = null;
  private ranks: Int32Array | null = null;

  constructor(base: NameTable | null = null) {
    this.base = base;
    this.below = base?.size ?? 0;
    this.lives = base?.lives.fork() ?? new Column();
  }

  /** A table that gives its own numbers to names its base does not know. */
  fork(): NameTable {
    return new NameTable(this);
  }

  /** Every number is below this. */
  get size(): number {
    return this.below + this.keys.length;
  }

  keyOf(number: number): NameKey {
    if (number >= this.below) return this.keys[number - this.below] as NameKey;
    return this.base!.keyOf(number);
  }

  /** The number of a known name, or -1. */
  numberOfKnown(name: KnownName): number {
    if (name.table !== this || name.life !== this.lives.get(name.number)) this.meet(name);
    return name.number;
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
    const own = this.numbers.get(name as NameKey);
    if (own !== undefined) return own;
    const number = this.find(name as NameKey);
    if (number >= 0) return number;
    const key = nameKey(name);
    return key === name ? -1 : this.find(key);
  }

  intern(key: NameKey): number {
    let number = this.find(key);
    if (number < 0) {
      number = this.free.pop() ?? this.size;
      this.displace(number);
      this.keys[number - this.below] = key;
      this.numbers.set(key, number);
    }
    return number;
  }

  /** Takes a number back from its key. The caller knows that nothing refers to it any more. */
  forget(number: number): void {
    this.numbers.delete(this.keyOf(number));
    this.keys[number] = undefined;
    this.free.push(number);
    this.lives.set(number, this.lives.get(number) + 1);
    this.displace(number);
  }

  compare(a: number, b: number): number {
    return a === b ? 0 : compareNameKeys(this.keyOf(a), this.keyOf(b));
  }

  /** Gives an empty table keys that are all different and in order, as a packed index holds them. */
  addSorted(keys: readonly NameKey[]): void {
    this.keys = keys.slice();
    this.order = new Int32Array(keys.length);
    for (let number = 0; number < keys.length; number++) {
      this.numbers.set(keys[number], number);
      this.order[number] = number;
    }
    this.orderedEnd = keys.length;
  }

  /** All numbers that stand for a key, in the order of the keys. Valid until a key comes or goes. */
  inOrder(): Int32Array {
    if (this.orderedEnd < this.size || this.moved !== null) this.putInOrder();
    return this.order;
  }

  /** By number: its place in `inOrder`. Valid until a key comes or goes. */
  rank(): Int32Array {
    if (this.base !== null && this.keys.length === 0) return this.base.rank();
    const order = this.inOrder();
    if (this.ranks === null) {
      this.ranks = new Int32Array(this.size);
      for (let at = 0; at < order.length; at++) this.ranks[order[at]] = at;
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

  /** Gives back memory that was reserved for keys that did not come. */
  trim(): void {
    this.keys = this.keys.slice();
  }

  private meet(name: KnownName): void {
    const number = this.find(name.key);
    name.number = number;
    // A name without a number is looked for again next time: it may have come.
    name.table = number < 0 ? null : this;
    name.life = number < 0 ? 0 : this.lives.get(number);
  }

  /** Says that the place of a number in the order is another, if it has one. */
  private displace(number: number): void {
    if (number >= this.orderedEnd) return;
    this.moved ??= new Column(undefined, Uint8Array);
    this.moved.set(number, 1);
  }

  private putInOrder(): void {
    if (this.orderedEnd === 0 && this.base !== null) {
      this.order = this.base.inOrder();
      this.orderedEnd = this.below;
    }
    const { moved } = this;
    const kept =
      moved === null ? this.order : this.order.filter((number) => moved.get(number) === 0);
    const added: number[] = [];
    for (let number = moved === null ? this.orderedEnd : 0; number < this.size; number++) {
      const isNew = number >= this.orderedEnd || moved?.get(number) === 1;
      if (isNew && this.keyOf(number) !== undefined) added.push(number);
    }
    added.sort((a, b) => this.compare(a, b));
    this.order = added.length === 0 ? kept : this.merged(kept, added);
    this.orderedEnd = this.size;
    this.moved = null;
    this.ranks = null;
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
