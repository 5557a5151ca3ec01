const DIGIT_BITS = 16;
const DIGITS = 1 << DIGIT_BITS;

/**
 * Places of members by id, and of one member by place. Lists come group by group. In the order of
 * members the second index grows in order as well, and the first stays within the few groups of a
 * part. Sorted digit by digit, the lowest first, in a fraction of the time of a comparison sort, which
 * would keep the process meanwhile; in the same memory again and again.
 */
export class MemberOrder {
  private readonly distances: Uint32Array;
  private readonly starts = new Uint32Array(DIGITS + 1);
  private order: Uint32Array;
  private sorted: Uint32Array;

  /** @param most members at a time. */
  constructor(most: number) {
    this.distances = new Uint32Array(most);
    this.order = new Uint32Array(most);
    this.sorted = new Uint32Array(most);
  }

  /** @returns the places, until it is asked again. */
  of(members: Float64Array): Uint32Array {
    const { distances, starts } = this;
    const { length } = members;
    const lowest = members.reduce((low, id) => Math.min(low, id), Number.POSITIVE_INFINITY);
    for (let i = 0; i < length; i++) {
      // Ids so far apart that 32 bits cut them off are put in another order, which is for speed alone.
      distances[i] = members[i] - lowest;
      this.order[i] = i;
    }
    for (const shift of [0, DIGIT_BITS]) {
      const { order, sorted } = this;
      starts.fill(0);
      for (let i = 0; i < length; i++) starts[((distances[i] >>> shift) & (DIGITS - 1)) + 1] += 1;
      for (let digit = 0; digit < DIGITS; digit++) starts[digit + 1] += starts[digit];
      for (let i = 0; i < length; i++) {
        const digit = (distances[order[i]] >>> shift) & (DIGITS - 1);
        sorted[starts[digit]] = order[i];
        starts[digit] += 1;
      }
      this.order = sorted;
      this.sorted = order;
    }
    return this.order.subarray(0, length);
  }
}
