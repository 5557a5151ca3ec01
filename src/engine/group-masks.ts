import { Column } from './column.js';
import type { Facts } from './facts.js';

/**
 * What members hold through each group entry: the least fixed point of "own grants, and whatever the
 * groups above give". Above a group are its parents, where its directory honours nesting, and in
 * ALL_DIRECTORIES mode the groups of the same name in other active directories: there all of them
 * hold the same. A directory that is not active is a world of its own in both modes.
 */
export class GroupMasks {
  private readonly facts: Facts;
  private readonly masks: Column;
  /** Scratch, by group entry: the mask before the update with this stamp. */
  private was = new Int32Array(0);
  private stamps = new Int32Array(0);
  private stamp = 0;

  constructor(facts: Facts, base?: GroupMasks) {
    this.facts = facts;
    this.masks = base?.masks.fork() ?? new Column();
  }

  of(entry: number): number {
    return this.masks.get(entry);
  }

  /** Works out everything. */
  rebuild(): void {
    const { groups, grants } = this.facts;
    const pending: number[] = [];
    this.masks.reserve(groups.limit);
    for (let entry = 0; entry < groups.limit; entry++) this.masks.set(entry, 0);
    for (const name of grants.ofGroups.keys()) {
      const own = grants.maskOfGroup(name);
      for (let entry = groups.firstOf(name); entry >= 0; entry = groups.nextOf(entry)) {
        this.masks.set(entry, own);
        pending.push(entry);
      }
    }
    this.letFlow(pending, () => {});
  }

  /**
   * Works out what the facts made stale: of groups that lost something only what lies below them.
   * @param changed is told each entry whose mask is another, after all are right.
   */
  update(changed: (entry: number, was: number, is: number) => void): void {
    const { shrunk, grown } = this.facts.dirt;
    if (shrunk.size === 0 && grown.size === 0) return;
    this.begin();
    const touched: number[] = [];
    const remember = (entry: number) => {
      if (this.stamps[entry] === this.stamp) return;
      this.stamps[entry] = this.stamp;
      this.was[entry] = this.masks.get(entry);
      touched.push(entry);
    };
    const below = this.below(shrunk, remember);
    for (const entry of below) this.masks.set(entry, this.own(entry));
    const pending: number[] = [];
    for (const entries of [below, grown]) {
      for (const entry of entries) {
        if (this.facts.groups.nameOf(entry) < 0) continue;
        remember(entry);
        this.masks.set(entry, this.masks.get(entry) | this.own(entry) | this.above(entry));
        pending.push(entry);
      }
    }
    this.letFlow(pending, remember);
    for (const entry of touched) {
      const is = this.masks.get(entry);
      if (is !== this.was[entry]) changed(entry, this.was[entry], is);
    }
  }

  /** The entries that may hold less, without those that grants of their own keep as they are. */
  private below(shrunk: Iterable<number>, remember: (entry: number) => void): number[] {
    const found: number[] = [];
    for (const entry of shrunk) {
      if (this.facts.groups.nameOf(entry) < 0 || this.stamps[entry] === this.stamp) continue;
      remember(entry);
      found.push(entry);
    }
    for (let i = 0; i < found.length; i++) {
      this.eachBelow(found[i], (entry) => {
        if (this.stamps[entry] === this.stamp || this.masks.get(entry) === this.own(entry)) return;
        remember(entry);
        found.push(entry);
      });
    }
    return found;
  }

  private letFlow(pending: number[], before: (entry: number) => void): void {
    for (let from = pending.pop(); from !== undefined; from = pending.pop()) {
      const mask = this.masks.get(from);
      if (mask === 0) continue;
      this.eachBelow(from, (entry) => {
        const is = this.masks.get(entry);
        if ((mask & ~is) === 0) return;
        before(entry);
        this.masks.set(entry, is | mask);
        pending.push(entry);
      });
    }
  }

  private own(entry: number): number {
    return this.facts.grants.maskOfGroup(this.facts.groups.nameOf(entry));
  }

  private above(entry: number): number {
    const { groups, groupParents, directorySlots } = this.facts;
    let mask = 0;
    if (directorySlots.honoursNesting(groups.slotOf(entry))) {
      const pool = groupParents.poolOf(entry);
      const start = groupParents.startOf(entry);
      const end = start + groupParents.lengthOf(entry);
      for (let i = start; i < end; i++) mask |= this.masks.get(pool[i]);
    }
    this.eachTwin(entry, (twin) => {
      mask |= this.masks.get(twin);
    });
    return mask;
  }

  private eachBelow(entry: number, visit: (entry: number) => void): void {
    const { groups, groupChildren, directorySlots } = this.facts;
    if (directorySlots.honoursNesting(groups.slotOf(entry))) {
      const pool = groupChildren.poolOf(entry);
      const start = groupChildren.startOf(entry);
      const end = start + groupChildren.lengthOf(entry);
      for (let i = start; i < end; i++) visit(pool[i]);
    }
    this.eachTwin(entry, visit);
  }

  /** Entries of the same name that count together with this one. */
  private eachTwin(entry: number, visit: (entry: number) => void): void {
    const { groups, directorySlots, mode } = this.facts;
    if (mode === 'FIRST_DIRECTORY') return;
    const name = groups.nameOf(entry);
    if (groups.isUnique(name) || !directorySlots.isActive(groups.slotOf(entry))) return;
    for (let twin = groups.firstOf(name); twin >= 0; twin = groups.nextOf(twin)) {
      if (twin !== entry && directorySlots.isActive(groups.slotOf(twin))) visit(twin);
    }
  }

  private begin(): void {
    const { limit } = this.facts.groups;
    if (this.stamps.length < limit) {
      this.stamps = new Int32Array(limit + (limit >> 4));
      this.was = new Int32Array(limit + (limit >> 4));
      this.stamp = 0;
    }
    this.stamp++;
  }
}
