import { pace } from '../pace/index.js';
import { EdgeColumns, type EdgeSlots } from './edges.js';

export interface EdgeDifference {
  readonly added: EdgeSlots;
  readonly removed: EdgeSlots;
}

/**
 * What turns the edges that are held into those of the remote side. Held edges are told one after
 * another, and none is kept. On both sides those of a group are side by side, and none comes twice.
 */
export class EdgeComparison {
  readonly #remote: EdgeSlots;
  /** By group: where its remote edges begin, one more than that; 0 for none. */
  readonly #begins: Uint32Array;
  /**
   * By member: twice the number of the group that was looked at last, and one more once the held side
   * named the member too.
   */
  readonly #marks: Uint32Array;
  readonly #seen: Uint8Array;
  readonly #added = new EdgeColumns();
  readonly #removed = new EdgeColumns();
  #group: number | null = null;

  private constructor(memberCount: number, remote: EdgeSlots, begins: Uint32Array) {
    this.#remote = remote;
    this.#marks = new Uint32Array(memberCount);
    this.#seen = new Uint8Array(begins.length);
    this.#begins = begins;
  }

  static async with(
    remote: EdgeSlots,
    groupCount: number,
    memberCount: number,
  ): Promise<EdgeComparison> {
    const begins = new Uint32Array(groupCount);
    const { groups } = remote;
    for (let i = 0; i < groups.length; i++) {
      if (pace.isTimeToLook()) await pace.standBack();
      if (i === 0 || groups[i - 1] !== groups[i]) begins[groups[i]] = i + 1;
    }
    return new EdgeComparison(memberCount, remote, begins);
  }

  /** A held edge both ends of which stay. */
  see(group: number, member: number): void {
    if (group !== this.#group) this.#turnTo(group);
    const mark = markOf(group);
    if (this.#marks[member] === mark) this.#marks[member] = mark + 1;
    else this.#removed.push(group, member);
  }

  /** To be called once all held edges have been seen. */
  difference(): EdgeDifference {
    this.#endGroup();
    // A first run holds nothing: a second copy of everything would be in memory until it is written.
    if (!this.#seen.includes(1)) return { added: this.#remote, removed: this.#removed.columns() };
    this.#seen.forEach((seen, group) => {
      if (seen === 0) this.#each(group, (member) => this.#added.push(group, member));
    });
    return { added: this.#added.columns(), removed: this.#removed.columns() };
  }

  #turnTo(group: number): void {
    this.#endGroup();
    this.#group = group;
    this.#seen[group] = 1;
    const mark = markOf(group);
    this.#each(group, (member) => {
      this.#marks[member] = mark;
    });
  }

  #endGroup(): void {
    const group = this.#group;
    this.#group = null;
    if (group === null) return;
    const mark = markOf(group);
    this.#each(group, (member) => {
      if (this.#marks[member] === mark) this.#added.push(group, member);
    });
  }

  /** The remote members of a group. */
  #each(group: number, visit: (member: number) => void): void {
    const { groups, members } = this.#remote;
    if (this.#begins[group] === 0) return;
    for (let i = this.#begins[group] - 1; groups[i] === group; i++) visit(members[i]);
  }
}

function markOf(group: number): number {
  return 2 * (group + 1);
}
