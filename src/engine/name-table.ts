import { compareNameKeys, type NameKey } from '../domain/index.js';

/**
 * Numbers for name keys, shared by all directories, so that "the same name in two directories" is
 * "the same number". Numbers are dense and are never given back. Also keeps the numbers in key order.
 */
export class NameTable {
  readonly keys: NameKey[] = [];
  private readonly numbers = new Map<NameKey, number>();
  private sorted: number[] = [];

  get size(): number {
    return this.keys.length;
  }

  find(key: NameKey): number | undefined {
    return this.numbers.get(key);
  }

  intern(key: NameKey): number {
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.keys.length;
      this.keys.push(key);
      this.numbers.set(key, number);
    }
    return number;
  }

  compare(a: number, b: number): number {
    return a === b ? 0 : compareNameKeys(this.keys[a], this.keys[b]);
  }

  /** All numbers in the order of their keys. Valid until the next `intern`. */
  inOrder(): readonly number[] {
    const known = this.sorted.length;
    if (known < this.keys.length) {
      const added = Array.from({ length: this.keys.length - known }, (_, i) => known + i);
      added.sort((a, b) => this.compare(a, b));
      this.sorted = known === 0 ? added : this.merged(this.sorted, added);
    }
    return this.sorted;
  }

  /** Position in `inOrder` of the first number whose key is greater than `key`. */
  positionAfter(key: string): number {
    const order = this.inOrder();
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareNameKeys(this.keys[order[middle]], key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private merged(a: readonly number[], b: readonly number[]): number[] {
    const all = new Array<number>(a.length + b.length);
    for (let i = 0, j = 0, at = 0; at < all.length; at++) {
      const takeA = j >= b.length || (i < a.length && this.compare(a[i], b[j]) < 0);
      all[at] = takeA ? a[i++] : b[j++];
    }
    return all;
  }
}
