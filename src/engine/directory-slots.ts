import type { Directory, DirectoryId } from '../domain/index.js';

/** A directory and the small number by which entries name it. */
export interface DirectorySlot {
  readonly slot: number;
  readonly directory: Directory;
}

/** The directories in order, with what is asked of them most often by slot. */
export class DirectorySlots {
  /** In order, inactive ones included. */
  readonly inOrder: readonly DirectorySlot[];
  readonly allActive: boolean;
  private readonly positions: Int32Array;
  private readonly active: Int32Array;
  private readonly nested: Int32Array;

  constructor(inOrder: readonly DirectorySlot[]) {
    this.inOrder = inOrder;
    this.allActive = inOrder.every(({ directory }) => directory.active);
    const slots = inOrder.reduce((end, { slot }) => Math.max(end, slot + 1), 0);
    this.positions = new Int32Array(slots).fill(-1);
    this.active = new Int32Array(slots);
    this.nested = new Int32Array(slots);
    inOrder.forEach(({ slot, directory }, position) => {
      this.positions[slot] = position;
      this.active[slot] = directory.active ? -1 : 0;
      this.nested[slot] = directory.nestedGroups ? 1 : 0;
    });
  }

  byId(id: DirectoryId): DirectorySlot | undefined {
    return this.inOrder.find(({ directory }) => directory.id === id);
  }

  /** The directory of a slot; `undefined` for one that was removed. */
  at(slot: number): DirectorySlot | undefined {
    return this.inOrder[this.positionOf(slot)];
  }

  /** Place in the order, -1 for a directory that was removed. */
  positionOf(slot: number): number {
    return slot < this.positions.length ? this.positions[slot] : -1;
  }

  isActive(slot: number): boolean {
    return this.activeMask(slot) !== 0;
  }

  /** All bits of an active directory, none of any other. */
  activeMask(slot: number): number {
    return slot < this.active.length ? this.active[slot] : 0;
  }

  honoursNesting(slot: number): boolean {
    return slot < this.nested.length && this.nested[slot] === 1;
  }
}
