/** Small numbers that come out in ascending order. It keeps its memory for the next time. */
export class AscendingSet {
  /** A bit for each number. */
  private words = new Int32Array(0);
  /** A bit for each word that holds any. */
  private filled = new Int32Array(0);

  /** Makes room for numbers below `end` while the set is empty. */
  reserve(end: number): void {
    if (end <= this.words.length << 5) return;
    this.filled = new Int32Array((end + (end >> 3) + 1023) >> 10);
    this.words = new Int32Array(this.filled.length << 5);
  }

  /** @returns whether it was added, that is, was not there. */
  add(number: number): boolean {
    const at = number >> 5;
    const before = this.words[at];
    this.words[at] = before | (1 << number);
    this.filled[at >> 5] |= 1 << at;
    return before !== this.words[at];
  }

  /** Moves the numbers, of which there are `count`, into `into`. */
  moveTo(into: Int32Array, count: number): void {
    const { words, filled } = this;
    for (let block = 0, end = 0; block < filled.length && end < count; block++) {
      for (let left = filled[block]; left !== 0; left &= left - 1) {
        const at = (block << 5) + lowest(left);
        const first = at << 5;
        for (let bits = words[at]; bits !== 0; bits &= bits - 1) into[end++] = first + lowest(bits);
        words[at] = 0;
      }
      filled[block] = 0;
    }
  }
}

/** Place of the lowest bit that is set. */
function lowest(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
