const FIRST_CAPACITY = 1_024;
const COMMA = 44;
const ZERO = 48;

/** Numbers one after another in a typed array that grows. Whole ones are exact up to 2^53. */
export class NumberColumn {
  private values = new Float64Array(FIRST_CAPACITY);
  private filled = 0;

  get length(): number {
    return this.filled;
  }

  push(value: number): void {
    if (this.filled === this.values.length) this.grow();
    this.values[this.filled++] = value;
  }

  /** Adds the whole numbers of a text that holds digits and, between two numbers, a comma. */
  pushListed(text: string): void {
    let value = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit === COMMA) {
        this.push(value);
        value = 0;
      } else {
        value = value * 10 + unit - ZERO;
      }
    }
    this.push(value);
  }

  /** The last one; of an empty column 0. */
  last(): number {
    return this.filled === 0 ? 0 : this.values[this.filled - 1];
  }

  /** What was added, in that order; a view that later additions may leave behind. */
  all(): Float64Array {
    return this.values.subarray(0, this.filled);
  }

  private grow(): void {
    const grown = new Float64Array(2 * this.values.length);
    grown.set(this.values);
    this.values = grown;
  }
}
