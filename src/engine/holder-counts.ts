import type { Facts } from './facts.js';

/** One column per permission bit a scheme may have. */
const BITS = 32;

/**
 * How many names hold each permission. Names that one entry bears are counted by directory, so that
 * switching a directory adds or takes away one sum; names that several bear are counted together.
 */
export class HolderCounts {
  private readonly facts: Facts;
  private readonly bits: number;
  private unique: Int32Array;
  private readonly shared: Int32Array;
  private readonly total: Int32Array;

  constructor(facts: Facts, base?: HolderCounts) {
    this.facts = facts;
    this.bits = facts.scheme.scheme.permissions.length;
    this.unique = base?.unique.slice() ?? new Int32Array(0);
    this.shared = base?.shared.slice() ?? new Int32Array(BITS);
    this.total = base?.total.slice() ?? new Int32Array(BITS);
  }

  of(bit: number): number {
    return this.total[bit];
  }

  addUnique(slot: number, mask: number, sign: 1 | -1): void {
    if (mask === 0) return;
    this.reserve(slot);
    for (let left = mask; left !== 0; left &= left - 1) {
      this.unique[slot * BITS + 31 - Math.clz32(left & -left)] += sign;
    }
  }

  addShared(mask: number, sign: 1 | -1): void {
    for (let left = mask; left !== 0; left &= left - 1) {
      this.shared[31 - Math.clz32(left & -left)] += sign;
    }
  }

  /** A name of one entry holds another mask than it did. */
  move(slot: number, was: number, is: number): void {
    this.addUnique(slot, was & ~is, -1);
    this.addUnique(slot, is & ~was, 1);
  }

  forget(slot: number): void {
    this.unique.fill(0, slot * BITS, (slot + 1) * BITS);
  }

  reset(): void {
    this.unique.fill(0);
    this.shared.fill(0);
  }

  /** Makes the totals those of the directories that are active now. */
  sum(): void {
    for (let bit = 0; bit < this.bits; bit++) {
      let total = this.shared[bit];
      for (const { slot, directory } of this.facts.directories) {
        if (directory.active) total += this.unique[slot * BITS + bit] ?? 0;
      }
      this.total[bit] = total;
    }
  }

  private reserve(slot: number): void {
    if ((slot + 1) * BITS <= this.unique.length) return;
    const unique = new Int32Array((slot + 4) * BITS);
    unique.set(this.unique);
    this.unique = unique;
  }
}
