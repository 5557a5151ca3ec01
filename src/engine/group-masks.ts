import { Column } from './column.js';
import type { Facts } from './facts.js';

/** Is told an entry whose mask is another. */
type Changed = (entry: number, was: number, is: number) => void;

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
  /** Scratch: entries whose mask the update may change, and those whose mask has yet to flow down. */
  private readonly touched: number[] = [];
  private readonly pending: number[] = [];
  /** Scratch: what `readBelow` found. */
  private readonly near: number[] = [];

  constructor(facts: Facts, base?: GroupMasks) {
    this.facts = facts;
    this.masks = base?.masks.fork() ?? Column.ofMasks(facts.scheme.scheme.permissions.length);
  }

  of(entry: number): number {
    return this.masks.get(entry);
  }

  /** Works out everything. */
  rebuild(): void {
    const { groups, grants } = this.facts;
    this.begin();
    this.masks.reserve(groups.limit);
    for (let entry = 0; entry < groups.limit; entry++) this.masks.set(entry, 0);
    for (const name of grants.ofGroups.keys()) {
      const own = grants.maskOfGroup(name);
      for (let entry = groups.firstOf(name); entry >= 0; entry = groups.nextOf(entry)) {
        this.masks.set(entry, own);
        this.pending.push(entry);
      }
    }
    this.letFlow();
  }

  /**
   * Works out what the facts made stale: of groups that lost something only what lies below them.
   * @param changed is called after all masks are right.
   */
  update(changed: Changed): void {
    const { groups, dirt } = this.facts;
    if (dirt.shrunk.size === 0 && dirt.grown.size === 0) return;
    this.begin();
    const { touched, pending, masks } = this;
    for (const entry of dirt.shrunk) if (this.mayLose(entry)) this.remember(entry);
    this.addAllBelow();
    const shrunk = touched.length;
    for (let i = 0; i < shrunk; i++) masks.set(touched[i], this.own(touched[i]));
    for (let i = 0; i < shrunk; i++) {
      masks.set(touched[i], masks.get(touched[i]) | this.above(touched[i]));
      pending.push(touched[i]);
    }
    for (const entry of dirt.grown) {
      if (groups.nameOf(entry) < 0) continue;
      const mask = masks.get(entry) | this.own(entry) | this.above(entry);
      if (mask === masks.get(entry)) continue;
      this.remember(entry);
      masks.set(entry, mask);
      pending.push(entry);
    }
    this.letFlow();
    for (let i = 0; i < touched.length; i++) {
      const is = masks.get(touched[i]);
      if (is !== this.was[touched[i]]) changed(touched[i], this.was[touched[i]], is);
    }
  }

  /** Whether the mask of an entry can be another than it is; one that its own grants keep stays. */
  private mayLose(entry: number): boolean {
    if (this.facts.groups.nameOf(entry) < 0) return false;
    const mask = this.masks.get(entry);
    return mask !== this.own(entry) || (this.above(entry) & ~mask) !== 0;
  }

  /** Adds what lies below the touched entries, without those whose own grants keep them as they are. */
  private addAllBelow(): void {
    const { touched, near } = this;
    for (let i = 0; i < touched.length; i++) {
      const count = this.readBelow(touched[i]);
      for (let j = 0; j < count; j++) {
        if (this.masks.get(near[j]) !== this.own(near[j])) this.remember(near[j]);
      }
    }
  }

  /** Hands on what the pending entries hold until nothing grows. */
  private letFlow(): void {
    const { pending, near, masks } = this;
    for (let from = pending.pop(); from !== undefined; from = pending.pop()) {
      const mask = masks.get(from);
      if (mask === 0) continue;
      const count = this.readBelow(from);
      for (let i = 0; i < count; i++) {
        const is = masks.get(near[i]);
        if ((mask & ~is) === 0) continue;
        this.remember(near[i]);
        masks.set(near[i], is | mask);
        pending.push(near[i]);
      }
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
    const twins = this.addTwins(entry, 0);
    for (let i = 0; i < twins; i++) mask |= this.masks.get(this.near[i]);
    return mask;
  }

  /** Puts the entries just below into `near`. @returns how many there are. */
  private readBelow(entry: number): number {
    const { groups, groupChildren, directorySlots } = this.facts;
    let count = 0;
    if (directorySlots.honoursNesting(groups.slotOf(entry))) {
      const pool = groupChildren.poolOf(entry);
      const start = groupChildren.startOf(entry);
      const end = start + groupChildren.lengthOf(entry);
      for (let i = start; i < end; i++) this.near[count++] = pool[i];
    }
    return this.addTwins(entry, count);
  }

  /** Adds entries of the same name that count together with this one to `near`, from `end` on. */
  private addTwins(entry: number, end: number): number {
    const { groups, directorySlots, mode } = this.facts;
    if (mode === 'FIRST_DIRECTORY') return end;
    const name = groups.nameOf(entry);
    if (groups.isUnique(name) || !directorySlots.isActive(groups.slotOf(entry))) return end;
    let count = end;
    for (let twin = groups.firstOf(name); twin >= 0; twin = groups.nextOf(twin)) {
      if (twin !== entry && directorySlots.isActive(groups.slotOf(twin))) this.near[count++] = twin;
    }
    return count;
  }

  /** Notes an entry's mask before it is changed for the first time. */
  private remember(entry: number): void {
    if (this.stamps[entry] === this.stamp) return;
    this.stamps[entry] = this.stamp;
    this.was[entry] = this.masks.get(entry);
    this.touched.push(entry);
  }

  private begin(): void {
    const { limit } = this.facts.groups;
    if (this.stamps.length < limit) {
      this.stamps = new Int32Array(limit + (limit >> 4));
      this.was = new Int32Array(limit + (limit >> 4));
      this.stamp = 0;
    }
    this.stamp++;
    this.touched.length = 0;
  }
}
