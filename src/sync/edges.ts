/**
 * Edges from a group to its members as pairs of slots in two columns. A slot is a position in the
 * lists of the picture they belong to; a million edges take 8 MB and no objects.
 */
export interface EdgeSlots {
  readonly groups: Uint32Array;
  readonly members: Uint32Array;
}

const FIRST_CAPACITY = 1_024;

/** Columns that grow while edges are read. */
export class EdgeColumns {
  #groups = new Uint32Array(FIRST_CAPACITY);
  #members = new Uint32Array(FIRST_CAPACITY);
  #length = 0;

  push(group: number, member: number): void {
    if (this.#length === this.#groups.length) {
      this.#groups = doubled(this.#groups);
      this.#members = doubled(this.#members);
    }
    this.#groups[this.#length] = group;
    this.#members[this.#length] = member;
    this.#length += 1;
  }

  /** What was pushed so far. */
  columns(): EdgeSlots {
    return {
      groups: this.#groups.subarray(0, this.#length),
      members: this.#members.subarray(0, this.#length),
    };
  }
}

function doubled(column: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(column.length * 2);
  larger.set(column);
  return larger;
}
