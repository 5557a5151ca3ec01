import {
  type CompiledScheme,
  compileScheme,
  type Directory,
  type DirectoryId,
  type GatewaySnapshot,
  type MembershipMode,
  type PermissionScheme,
} from '../domain/index.js';
import { type DirectorySlot, DirectorySlots } from './directory-slots.js';
import { Dirt } from './dirt.js';
import { EdgeLists } from './edge-lists.js';
import { EntryTable } from './entry-table.js';
import { GrantBook } from './grant-book.js';

/** Learns of what has to be known before it happens. */
export interface FactsWatcher {
  /** What a user name counts for changes for the first time since the last clean-up. */
  userWillChange(userName: number): void;
  /** A directory's entries are gone, and its number is free for another. */
  slotWillBeFree(slot: number): void;
}

/**
 * The facts themselves, as snapshot and changes state them, and nothing derived. What is derived is
 * kept by `Rights`, which learns from `dirt` what has to be worked out again.
 */
export class Facts {
  readonly scheme: CompiledScheme;
  readonly users: EntryTable;
  readonly groups: EntryTable;
  /** User entry to group entries of the same directory; the others likewise. */
  readonly userGroups: EdgeLists;
  readonly groupUsers: EdgeLists;
  /** As kept; whether they count is the directory's `nestedGroups`. */
  readonly groupParents: EdgeLists;
  readonly groupChildren: EdgeLists;
  readonly grants: GrantBook;
  readonly dirt = new Dirt();
  /** In a fork: whether directories came, went or were switched, which moves names that are not dirty. */
  switched = false;
  mode: MembershipMode;
  licenceLimit: number | null;
  /** Grows with each list of changes that is applied. */
  version = 0;
  watcher: FactsWatcher | null = null;
  /** In a fork: whether entries of removed directories are still there. */
  private leftovers: boolean;
  private slots: DirectorySlots;
  private slotEnd = 0;
  private freeSlots: number[] = [];
  private readonly base: Facts | null;

  private constructor(
    base: Facts | null,
    scheme: CompiledScheme,
    settings: { readonly membershipMode: MembershipMode; readonly licenceLimit: number | null },
  ) {
    this.base = base;
    this.scheme = scheme;
    this.users = base?.users.fork() ?? new EntryTable();
    this.groups = base?.groups.fork() ?? new EntryTable();
    this.userGroups = base?.userGroups.fork() ?? new EdgeLists();
    this.groupUsers = base?.groupUsers.fork() ?? new EdgeLists();
    this.groupParents = base?.groupParents.fork() ?? new EdgeLists();
    this.groupChildren = base?.groupChildren.fork() ?? new EdgeLists();
    const names = { users: this.users.names, groups: this.groups.names };
    this.grants = new GrantBook(names, scheme, base?.grants);
    this.mode = settings.membershipMode;
    this.licenceLimit = settings.licenceLimit;
    this.leftovers = base?.leftovers ?? false;
    this.slots = base?.slots ?? new DirectorySlots([]);
    this.slotEnd = base?.slotEnd ?? 0;
  }

  /** Facts without any directory, user, group or grant. */
  static empty(scheme: PermissionScheme, settings: GatewaySnapshot['settings']): Facts {
    return new Facts(null, compileScheme(scheme), settings);
  }

  /** An overlay: it can be changed while these facts stay as they are, and is of use until they change. */
  fork(): Facts {
    const { mode, licenceLimit } = this;
    return new Facts(this, this.scheme, { membershipMode: mode, licenceLimit });
  }

  /** Whether these are an overlay, whose base must not be altered. */
  get isFork(): boolean {
    return this.base !== null;
  }

  /** In order, inactive ones included. */
  get directories(): readonly DirectorySlot[] {
    return this.slots.inOrder;
  }

  /** Whether all directories are active, so that the first entry of a name is always the one it means. */
  get everyEntryCounts(): boolean {
    return this.slots.allActive && !this.leftovers;
  }

  /** Says that entries of a directory that is out of the order stay in their chains. */
  leaveEntries(): void {
    this.leftovers = true;
  }

  get directorySlots(): DirectorySlots {
    return this.slots;
  }

  slotOf(id: DirectoryId): DirectorySlot | undefined {
    return this.slots.byId(id);
  }

  isActiveUser(entry: number): boolean {
    return this.users.isActive(entry);
  }

  /** Takes a number for a directory that is about to be put into the order. */
  newSlot(): number {
    return this.freeSlots.pop() ?? this.slotEnd++;
  }

  /** Gives back the number of a directory whose entries are gone. */
  releaseSlot(slot: number): void {
    this.watcher?.slotWillBeFree(slot);
    this.freeSlots.push(slot);
  }

  /** Puts directories in force. The caller has touched the names that this moves. */
  setDirectories(inOrder: readonly DirectorySlot[]): void {
    this.slots = new DirectorySlots(inOrder);
  }

  /** Puts the same directories into another order, and touches the names that then mean another entry. */
  reorder(inOrder: readonly DirectorySlot[]): void {
    const next = new DirectorySlots(inOrder);
    const moves = (table: EntryTable, name: number) =>
      this.countedIn(next, table, name) !== this.countedIn(this.slots, table, name);
    for (const name of this.users.shared.keys()) if (moves(this.users, name)) this.touchUser(name);
    for (const name of this.groups.shared.keys()) {
      if (moves(this.groups, name)) this.dirt.groupNames.add(name);
    }
    this.slots = next;
  }

  replaceDirectory(slot: number, directory: Directory): void {
    this.setDirectories(
      this.directories.map((held) => (held.slot === slot ? { slot, directory } : held)),
    );
  }

  /** Says that what a user name counts for is about to change. */
  touchUser(userName: number): void {
    if (this.dirt.everything || this.dirt.users.has(userName)) return;
    this.watcher?.userWillChange(userName);
    this.dirt.users.add(userName);
  }

  /** Says that a group entry, or others of its name that count together with it, may hold less. */
  shrink(groupEntry: number): void {
    if (this.dirt.everything) return;
    this.dirt.shrunk.add(groupEntry);
    if (this.mode === 'ALL_DIRECTORIES') this.shrinkName(this.groups.nameOf(groupEntry));
  }

  shrinkName(groupName: number): void {
    for (
      let entry = this.groups.firstOf(groupName);
      entry >= 0;
      entry = this.groups.nextOf(entry)
    ) {
      this.dirt.shrunk.add(entry);
    }
  }

  growName(groupName: number): void {
    for (
      let entry = this.groups.firstOf(groupName);
      entry >= 0;
      entry = this.groups.nextOf(entry)
    ) {
      this.dirt.grown.add(entry);
    }
  }

  /** The entry of a name in the first active directory of an order, or -1. */
  countedIn(slots: DirectorySlots, table: EntryTable, name: number): number {
    let best = -1;
    let position = Number.POSITIVE_INFINITY;
    for (let entry = table.firstOf(name); entry >= 0; entry = table.nextOf(entry)) {
      const slot = table.slotOf(entry);
      if (!slots.isActive(slot) || slots.positionOf(slot) >= position) continue;
      position = slots.positionOf(slot);
      best = entry;
    }
    return best;
  }

  /** The first entry of a chain becomes the one of the first active directory, if there is one. */
  bringCountedToFront(table: EntryTable, name: number): void {
    const entry = this.countedIn(this.slots, table, name);
    if (entry >= 0) table.bringToFront(entry);
  }

  /**
   * Forgets names that nobody bears and no grant is to, and gives back room that is not in use when
   * there is much of it. Only once nothing is dirty.
   */
  tidy(): void {
    this.users.forgetNames((name) => this.grants.ofUsers.has(name));
    this.groups.forgetNames((name) => this.grants.ofGroups.has(name));
    this.userGroups.tidy();
    this.groupUsers.tidy();
    this.groupParents.tidy();
    this.groupChildren.tidy();
  }
}
