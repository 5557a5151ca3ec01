const FIRST_CAPACITY = 1_024;
const COMMA = 44;
const ZERO = 48;
const LAST_INT32 = 0x7fffffff;

/** Whole numbers from 0 up to 2^53, in half the memory while none is 2^31 or more. */
export type Column = Int32Array | Float64Array;

/** Numbers one after another in a typed array that grows. */
export class NumberColumn {
  private values: Column = new Int32Array(FIRST_CAPACITY);
  private filled = 0;

  get length(): number {
    return this.filled;
  }

  push(value: number): void {
    if (this.filled === this.values.length) this.grow(this.filled + 1);
    if (value > LAST_INT32) this.widen();
    this.values[this.filled++] = value;
  }

  /** Adds the whole numbers of a text that holds digits and, between two numbers, a comma. */
  pushListed(text: string): void {
    // Each takes a digit and a comma at least.
    this.grow(this.filled + (text.length >> 1) + 1);
    let value = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit === COMMA) {
        if (value > LAST_INT32) this.widen();
        this.values[this.filled++] = value;
        value = 0;
      } else {
        value = value * 10 + unit - ZERO;
      }
    }
    this.push(value);
  }

  /** Forgets them and keeps the room. */
  clear(): void {
    this.filled = 0;
  }

  /** The last one; of an empty column 0. */
  last(): number {
    return this.filled === 0 ? 0 : this.values[this.filled - 1];
  }

  /** What was added, in that order; a view that later additions may leave behind. */
  all(): Column {
    return this.values.subarray(0, this.filled);
  }

  private grow(needed: number): void {
    if (needed <= this.values.length) return;
    const length = Math.max(needed, 2 * this.values.length);
    const grown =
      this.values instanceof Int32Array ? new Int32Array(length) : new Float64Array(length);
    grown.set(this.values);
    this.values = grown;
  }

  private widen(): void {
    if (this.values instanceof Int32Array) this.values = Float64Array.from(this.values);
  }
}
