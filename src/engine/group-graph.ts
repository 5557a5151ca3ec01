import type { Facts } from './facts.js';
import { Marks } from './marks.js';
import type { Walk } from './walk.js';

/**
 * Groups as nodes of the views they count in, for searches that go up to grants. A node is a group
 * entry: any entry in FIRST_DIRECTORY, and in ALL_DIRECTORIES the first active one of its name,
 * which stands for the edges of all of them. The memory is reused: one search at a time.
 */
export class GroupGraph {
  /** What `readParents` found; the rest of the array is of no meaning. */
  readonly near: number[] = [];
  private readonly facts: Facts;
  private readonly walk: Walk;
  private readonly marks = new Marks();

  constructor(facts: Facts, walk: Walk) {
    this.facts = facts;
    this.walk = walk;
  }

  /**
   * Puts the nodes one step above `node` into `near`, each once, in no promised order.
   * @param everyNesting also those by nestings that their directory does not honour.
   * @returns how many there are.
   */
  readParents(node: number, everyNesting: boolean): number {
    const { groups, mode, directorySlots } = this.facts;
    if (mode === 'FIRST_DIRECTORY') {
      const follows = everyNesting || directorySlots.honoursNesting(groups.slotOf(node));
      return follows ? this.readParentsOfEntry(node) : 0;
    }
    this.marks.clear(groups.limit);
    let count = 0;
    for (
      let entry = groups.firstOf(groups.nameOf(node));
      entry >= 0;
      entry = groups.nextOf(entry)
    ) {
      const slot = groups.slotOf(entry);
      if (!directorySlots.isActive(slot)) continue;
      if (everyNesting || directorySlots.honoursNesting(slot)) count = this.addNodes(entry, count);
    }
    return count;
  }

  /** Whether ignoring the switch can lead further in the view of the directory with this slot. */
  hidesNestings(slot: number): boolean {
    const { directorySlots, directories, mode } = this.facts;
    if (mode === 'FIRST_DIRECTORY') return !directorySlots.honoursNesting(slot);
    return directories.some(({ directory }) => directory.active && !directory.nestedGroups);
  }

  private readParentsOfEntry(entry: number): number {
    const { groupParents } = this.facts;
    const length = groupParents.lengthOf(entry);
    const pool = groupParents.poolOf(entry);
    const start = groupParents.startOf(entry);
    for (let i = 0; i < length; i++) this.near[i] = pool[start + i];
    return length;
  }

  /** Adds the parents of one of the entries that a node stands for. */
  private addNodes(entry: number, count: number): number {
    const { groupParents } = this.facts;
    const pool = groupParents.poolOf(entry);
    const start = groupParents.startOf(entry);
    const end = start + groupParents.lengthOf(entry);
    let after = count;
    for (let i = start; i < end; i++) {
      const node = this.walk.nodeOf(pool[i]);
      if (this.marks.add(node)) this.near[after++] = node;
    }
    return after;
  }
}
