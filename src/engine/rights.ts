import { Column, type Numbers } from './column.js';
import type { Facts } from './facts.js';
import { GroupMasks } from './group-masks.js';
import { HolderCounts } from './holder-counts.js';
import { finish, Slice } from './slice.js';

const UNSETTLED = new Uint8Array(0);

/**
 * Who holds what, kept up to date change by change: a mask for each group entry, a mask for each
 * user entry (what its name would hold if this entry counted), the entry each name means, and how
 * many names hold each permission.
 *
 * What an entry holds does not depend on the order of the directories, nor on whether its own is
 * active, so that reordering and switching cost in proportion to the names that several bear.
 */
export class Rights {
  private readonly facts: Facts;
  private readonly groupMasks: GroupMasks;
  private readonly held: Column;
  /** By user name: what the first entry of its chain holds. A question so reads one number. */
  private readonly heldByName: Column;
  private readonly counts: HolderCounts;
  /** By user name what it holds; empty while that takes more than looking it up. */
  private settled: Numbers = UNSETTLED;
  /** In a fork: names whose rights may differ from the base's, some of them more than once. */
  private readonly movedNames: number[] | null;

  private constructor(facts: Facts, base?: Rights) {
    this.facts = facts;
    this.groupMasks = new GroupMasks(facts, base?.groupMasks);
    const bits = facts.scheme.scheme.permissions.length;
    this.held = base?.held.fork() ?? Column.ofMasks(bits);
    this.heldByName = base?.heldByName.fork() ?? Column.ofMasks(bits);
    this.counts = new HolderCounts(facts, base?.counts);
    this.movedNames = base ? [] : null;
    facts.watcher = {
      userWillChange: (name) => this.withdraw(name),
      slotWillBeFree: (slot) => this.counts.forget(slot),
    };
  }

  /** What facts give of which nothing has been worked out yet. Pauses now and then. */
  static *of(facts: Facts): Generator<void, Rights> {
    const rights = new Rights(facts);
    yield* rights.rebuild();
    return rights;
  }

  fork(facts: Facts): Rights {
    return new Rights(facts, this);
  }

  /** What a user name holds: order, activity and nesting applied. */
  maskOf(name: number): number {
    const { settled } = this;
    if (name < settled.length) return settled[name];
    const mask = this.heldByName.get(name);
    if (mask === 0 || this.facts.everyEntryCounts) return mask;
    const { users, directorySlots } = this.facts;
    return mask & directorySlots.activeMask(users.slotOf(users.firstOf(name)));
  }

  /** `maskOf` of each name below its length, which is 0 while none can be read off. */
  get settledMasks(): Numbers {
    return this.settled;
  }

  /** What a user entry holds, or would hold if it were the one its name means and its directory active. */
  maskOfEntry(entry: number): number {
    return this.held.get(entry);
  }

  /** What members of a group entry hold through it, groups above it included. */
  groupMask(entry: number): number {
    return this.groupMasks.of(entry);
  }

  /** How many names hold the permission with this bit. */
  count(bit: number): number {
    return this.counts.of(bit);
  }

  /** The user entry a name means: that of the first active directory that knows it; or -1. */
  canonical(name: number): number {
    return this.counted(this.facts.users.firstOf(name), this.facts.users);
  }

  /** The group entry of the first active directory that holds the name, or -1. */
  canonicalGroup(name: number): number {
    return this.counted(this.facts.groups.firstOf(name), this.facts.groups);
  }

  /** In a fork: every name whose rights may differ from those in the base is among these. */
  get moved(): readonly number[] {
    return this.movedNames ?? [];
  }

  /** Works out again what the facts made stale since the last call. */
  update(): void {
    const { dirt } = this.facts;
    this.settled = UNSETTLED;
    if (dirt.everything) {
      finish(this.rebuild());
    } else {
      for (const name of dirt.groupNames) this.facts.bringCountedToFront(this.facts.groups, name);
      this.groupMasks.update(this.membersChanged);
      for (const name of dirt.users) this.settle(name);
    }
    dirt.clear();
    this.finish();
  }

  private counted(entry: number, table: Facts['users']): number {
    return entry >= 0 && this.facts.directorySlots.isActive(table.slotOf(entry)) ? entry : -1;
  }

  private *rebuild(): Generator<void, void> {
    const { users, groups } = this.facts;
    const slice = new Slice();
    this.settled = UNSETTLED;
    for (const name of groups.shared.keys()) this.facts.bringCountedToFront(groups, name);
    for (const name of users.shared.keys()) this.facts.bringCountedToFront(users, name);
    yield;
    this.groupMasks.rebuild();
    this.counts.reset();
    this.held.reserve(users.limit);
    this.heldByName.reserve(users.names.size);
    for (let name = 0; name < users.names.size; name++) {
      this.heldByName.set(name, 0);
      // Also those that nobody bears any more: they may have held something before.
      this.movedNames?.push(name);
    }
    for (let entry = 0; entry < users.limit; entry++) {
      if (slice.spend()) yield;
      const name = users.nameOf(entry);
      if (name < 0) continue;
      this.held.set(entry, this.maskFromFacts(entry));
      if (users.firstOf(name) === entry) this.heldByName.set(name, this.held.get(entry));
      if (users.isUnique(name)) this.counts.addUnique(users.slotOf(entry), this.held.get(entry), 1);
    }
    for (const name of users.shared.keys()) this.counts.addShared(this.maskOf(name), 1);
    this.finish();
  }

  private finish(): void {
    this.counts.sum();
    this.settled = (this.facts.everyEntryCounts && this.heldByName.plain) || UNSETTLED;
  }

  /** Takes a name out of the counts before it changes. */
  private withdraw(name: number): void {
    this.movedNames?.push(name);
    this.account(name, -1);
  }

  /** Works a name out anew and puts it back into the counts. */
  private settle(name: number): void {
    const { users } = this.facts;
    if (!users.isUnique(name)) this.facts.bringCountedToFront(users, name);
    for (let entry = users.firstOf(name); entry >= 0; entry = users.nextOf(entry)) {
      this.held.set(entry, this.maskFromFacts(entry));
    }
    const first = users.firstOf(name);
    this.heldByName.set(name, first < 0 ? 0 : this.held.get(first));
    this.account(name, 1);
  }

  private account(name: number, sign: 1 | -1): void {
    const { users } = this.facts;
    const first = users.firstOf(name);
    if (first < 0) return;
    if (users.isUnique(name)) {
      this.counts.addUnique(users.slotOf(first), this.held.get(first), sign);
    } else {
      this.counts.addShared(this.maskOf(name), sign);
    }
  }

  private readonly membersChanged = (group: number, was: number, is: number): void => {
    const { groupUsers, users, mode, dirt } = this.facts;
    const pool = groupUsers.poolOf(group);
    const start = groupUsers.startOf(group);
    const end = start + groupUsers.lengthOf(group);
    const onlyGained = (was & ~is) === 0;
    for (let i = start; i < end; i++) {
      const user = pool[i];
      const name = users.nameOf(user);
      if (dirt.users.has(name)) continue;
      if (mode === 'ALL_DIRECTORIES') this.facts.touchUser(name);
      else if (!users.isActive(user)) continue;
      else
        this.replace(user, name, onlyGained ? this.held.get(user) | is : this.maskFromFacts(user));
    }
  };

  /** Another mask for an entry whose name is in the counts. */
  private replace(entry: number, name: number, mask: number): void {
    const was = this.held.get(entry);
    if (was === mask) return;
    const { users } = this.facts;
    this.held.set(entry, mask);
    if (users.firstOf(name) === entry) this.heldByName.set(name, mask);
    this.movedNames?.push(name);
    if (users.isUnique(name)) {
      this.counts.move(users.slotOf(entry), was, mask);
    } else if (this.canonical(name) === entry) {
      this.counts.addShared(was, -1);
      this.counts.addShared(mask, 1);
    }
  }

  private maskFromFacts(entry: number): number {
    const { users, grants, mode, directorySlots } = this.facts;
    if (!users.isActive(entry)) return 0;
    const name = users.nameOf(entry);
    let mask = grants.maskOfUser(name) | this.maskOfGroups(entry);
    if (mode === 'ALL_DIRECTORIES' && !users.isUnique(name)) {
      for (let other = users.firstOf(name); other >= 0; other = users.nextOf(other)) {
        if (directorySlots.isActive(users.slotOf(other))) mask |= this.maskOfGroups(other);
      }
    }
    return mask;
  }

  private maskOfGroups(user: number): number {
    const { userGroups } = this.facts;
    const pool = userGroups.poolOf(user);
    const start = userGroups.startOf(user);
    const end = start + userGroups.lengthOf(user);
    let mask = 0;
    for (let i = start; i < end; i++) mask |= this.groupMasks.of(pool[i]);
    return mask;
  }
}
