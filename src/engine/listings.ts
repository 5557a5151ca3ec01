import {
  type DirectoryId,
  type Grant,
  type NameKey,
  nameKey,
  type Page,
  type PageRequest,
} from '../domain/index.js';
import type { GroupEntry, MemberEntry, MemberGroupEntry, UserEntry } from './answers.js';
import { groupEntry, userEntry } from './entry-answers.js';
import type { EntryTable } from './entry-table.js';
import type { Facts } from './facts.js';
import { GrantLists } from './grant-lists.js';
import { Memberships, type Reached } from './memberships.js';
import type { NameTable } from './name-table.js';
import { collectPage, collectStretch, pageAfter, type Stretch } from './paging.js';
import type { Rights } from './rights.js';
import type { Walk } from './walk.js';

/** Which users a listing holds. */
export interface UserFilter {
  /** Only names whose key contains the key of this text. */
  readonly nameContains?: string;
  /** Only entries of this directory, masked ones included. */
  readonly directoryId?: DirectoryId;
}

/** Which holders of a permission a listing holds. */
export interface HolderFilter {
  /** Only those whose entry that counts is in this directory. */
  readonly directoryId?: DirectoryId;
  /** Only those to whom neither a grant of their own nor one to a direct group of theirs gives it. */
  readonly onlyThroughNesting?: boolean;
}

/** Everything the engine lists, page by page, in the order of keys. */
export class Listings {
  private readonly facts: Facts;
  private readonly rights: Rights;
  private readonly walk: Walk;
  private readonly memberships: Memberships;
  private readonly grantLists: GrantLists;

  constructor(facts: Facts, rights: Rights, walk: Walk) {
    this.facts = facts;
    this.rights = rights;
    this.walk = walk;
    this.memberships = new Memberships(facts, rights, walk);
    this.grantLists = new GrantLists(facts);
  }

  users(page: PageRequest<NameKey>, filter: UserFilter): Page<UserEntry> {
    return this.entries(this.facts.users, page, filter, (entry) => this.userEntry(entry));
  }

  groups(page: PageRequest<NameKey>, filter: UserFilter): Page<GroupEntry> {
    return this.entries(this.facts.groups, page, filter, (entry) => this.groupEntry(entry));
  }

  someUsers(stretch: Stretch<NameKey>): UserEntry[] {
    return this.some(this.facts.users, stretch, (entry) => this.userEntry(entry));
  }

  someGroups(stretch: Stretch<NameKey>): GroupEntry[] {
    return this.some(this.facts.groups, stretch, (entry) => this.groupEntry(entry));
  }

  holders(bit: number, page: PageRequest<NameKey>, filter: HolderFilter): Page<UserEntry> {
    const { users } = this.facts;
    const { directoryId, onlyThroughNesting } = filter;
    const slot = directoryId === undefined ? null : (this.facts.slotOf(directoryId)?.slot ?? -1);
    const holds = (name: number) => (this.rights.maskOf(name) & (1 << bit)) !== 0;
    const whole = slot === null && !onlyThroughNesting;
    return collectPage(
      users.names,
      page,
      (name) =>
        holds(name) &&
        (slot === null || users.slotOf(users.firstOf(name)) === slot) &&
        (!onlyThroughNesting || this.holdsThroughNesting(name, bit)),
      (name) => this.userEntry(users.firstOf(name)),
      whole ? this.rights.count(bit) : undefined,
    );
  }

  holderNames(bit: number): string[] {
    const { users } = this.facts;
    const order = users.names.inOrder();
    const masks = this.rights.settledMasks;
    const names: string[] = new Array(this.rights.count(bit));
    let count = 0;
    for (let at = 0; at < order.length; at++) {
      const name = order[at];
      const mask = name < masks.length ? masks[name] : this.rights.maskOf(name);
      if ((mask & (1 << bit)) !== 0) names[count++] = users.spelledOf(name);
    }
    return names;
  }

  groupsOf(user: number, nested: boolean, page: PageRequest<NameKey>): Page<MemberGroupEntry> {
    return this.groupPage(user < 0 ? [] : this.memberships.groupsOf(user, nested), page);
  }

  /** The nearest first, as the first active directory spells them. */
  groupNamesOf(user: number, nested: boolean): string[] {
    return user < 0 ? [] : this.memberships.groupNamesOf(user, nested);
  }

  isMember(group: number, user: number, nested: boolean): boolean {
    return group >= 0 && user >= 0 && this.memberships.isMember(group, user, nested);
  }

  membersOf(group: number, nested: boolean, page: PageRequest<NameKey>): Page<MemberEntry> {
    const { users } = this.facts;
    return pageAfter(
      group < 0 ? [] : this.memberships.membersOf(group, nested),
      page,
      ({ name }) => users.names.keyOf(name),
      ({ name, direct }) => ({ ...this.userEntry(this.rights.canonical(name)), direct }),
    );
  }

  relatives(
    group: number,
    which: 'parents' | 'children',
    nested: boolean,
    page: PageRequest<NameKey>,
  ): Page<MemberGroupEntry> {
    return this.groupPage(group < 0 ? [] : this.memberships.relatives(group, which, nested), page);
  }

  /** By subject type (users first), subject key and permission. */
  grants(): readonly Grant[] {
    return this.grantLists.inOrder();
  }

  private entries<Item>(
    table: EntryTable,
    page: PageRequest<NameKey>,
    { nameContains, directoryId }: UserFilter,
    toItem: (entry: number) => Item,
  ): Page<Item> {
    const part = nameKey(nameContains ?? '');
    const slot = directoryId === undefined ? null : (this.facts.slotOf(directoryId)?.slot ?? -1);
    const holder = (name: number) =>
      slot === null ? this.inForce(table, name) : table.entryIn(name, slot);
    return collectPage(
      table.names,
      page,
      (name) => holder(name) >= 0 && (part === '' || table.names.keyOf(name).includes(part)),
      (name) => toItem(holder(name)),
    );
  }

  private some<Item>(
    table: EntryTable,
    stretch: Stretch<NameKey>,
    toItem: (entry: number) => Item,
  ): Item[] {
    return collectStretch(
      table.names,
      stretch,
      (name) => this.inForce(table, name) >= 0,
      (name) => toItem(this.inForce(table, name)),
    );
  }

  /** The entry that a name means, or -1. */
  private inForce(table: EntryTable, name: number): number {
    const first = table.firstOf(name);
    return first >= 0 && this.facts.directorySlots.isActive(table.slotOf(first)) ? first : -1;
  }

  private holdsThroughNesting(name: number, bit: number): boolean {
    const { grants, groups } = this.facts;
    if (grants.maskOfUser(name) & (1 << bit)) return false;
    return this.walk
      .directGroups(name)
      .every((node) => (grants.maskOfGroup(groups.nameOf(node)) & (1 << bit)) === 0);
  }

  private groupPage(
    reached: readonly Reached[],
    page: PageRequest<NameKey>,
  ): Page<MemberGroupEntry> {
    const names: NameTable = this.facts.groups.names;
    return pageAfter(
      reached,
      page,
      ({ name }) => names.keyOf(name),
      ({ name, direct }) => this.memberGroup(this.rights.canonicalGroup(name), direct),
    );
  }

  /** Written out, because spreading costs more than everything else about a long list. */
  private memberGroup(entry: number, direct: boolean): MemberGroupEntry {
    const { id, key, name, directory } = this.groupEntry(entry);
    return { id, key, name, directory, direct };
  }

  private userEntry(entry: number): UserEntry {
    return userEntry(this.facts, this.rights, entry);
  }

  private groupEntry(entry: number): GroupEntry {
    return groupEntry(this.facts, entry);
  }
}
