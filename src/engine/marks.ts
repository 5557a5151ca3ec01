const LAST_STAMP = 0x7fffffff;

/** A set of small numbers that is emptied at once and keeps its memory. */
export class Marks {
  private stamps = new Int32Array(0);
  private stamp = 1;

  /** Empties the set and makes room for numbers below `limit`. */
  clear(limit: number): void {
    if (this.stamps.length < limit) {
      this.stamps = new Int32Array(limit + (limit >> 3));
      this.stamp = 1;
    } else if (this.stamp === LAST_STAMP) {
      this.stamps.fill(0);
      this.stamp = 1;
    } else {
      this.stamp++;
    }
  }

  has(number: number): boolean {
    return this.stamps[number] === this.stamp;
  }

  /** @returns whether it was added, that is, was not there. */
  add(number: number): boolean {
    if (this.stamps[number] === this.stamp) return false;
    this.stamps[number] = this.stamp;
    return true;
  }
}
