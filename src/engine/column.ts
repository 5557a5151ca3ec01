const PAGE_BITS = 10;
const PAGE_LENGTH = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_LENGTH - 1;
/** Room that growing leaves, as a shift: a sixteenth, so that a long life costs little memory. */
const SLACK = 4;

/** Numbers of 32 bits with a sign, or bytes without. */
export type Numbers = Int32Array | Uint8Array;
type NumbersOf = new (length: number) => Numbers;

/**
 * A growable column of numbers, zero where nothing was set. A fork sees the numbers of its base and
 * keeps pages of its own for those it sets, so that laying one over a large column costs nothing. A
 * fork is of use only as long as its base is not changed.
 */
export class Column {
  private readonly numbersOf: NumbersOf;
  private data: Numbers;
  /** In a fork: pages that differ from `data`. */
  private readonly pages: (Numbers | undefined)[] | null;
  /** Which of them are this fork's own; the others are those of the fork it was laid over. */
  private readonly owned: boolean[] = [];

  constructor(base?: Column, numbersOf: NumbersOf = Int32Array) {
    this.numbersOf = base?.numbersOf ?? numbersOf;
    this.data = base?.data ?? new this.numbersOf(0);
    this.pages = base ? (base.pages?.slice() ?? []) : null;
  }

  /** A column for sets of so many bits. */
  static ofMasks(bits: number): Column {
    return new Column(undefined, bits <= 8 ? Uint8Array : Int32Array);
  }

  get(at: number): number {
    if (this.pages !== null) {
      const page = this.pages[at >> PAGE_BITS];
      if (page !== undefined) return page[at & PAGE_MASK];
    }
    return at < this.data.length ? this.data[at] : 0;
  }

  /** All numbers at once, zero from its end on; `null` in a fork. Valid until the next `set`. */
  get plain(): Numbers | null {
    return this.pages === null ? this.data : null;
  }

  set(at: number, value: number): void {
    if (this.pages === null) {
      if (at >= this.data.length) this.reserve(at + 1 + (at >> SLACK) + 16);
      this.data[at] = value;
    } else {
      this.ownPage(at >> PAGE_BITS)[at & PAGE_MASK] = value;
    }
  }

  /** Makes room for `length` numbers and no more, which spares growing step by step. */
  reserve(length: number): void {
    if (this.pages !== null || length <= this.data.length) return;
    const data = new this.numbersOf(length);
    data.set(this.data);
    this.data = data;
  }

  fork(): Column {
    return new Column(this);
  }

  private ownPage(at: number): Numbers {
    const pages = this.pages!;
    const seen = pages[at];
    if (seen !== undefined && this.owned[at]) return seen;
    const page = new this.numbersOf(PAGE_LENGTH);
    const start = at << PAGE_BITS;
    if (seen !== undefined) page.set(seen);
    else if (start < this.data.length) page.set(this.data.subarray(start, start + PAGE_LENGTH));
    pages[at] = page;
    this.owned[at] = true;
    return page;
  }
}
