import type {
  CompiledScheme,
  Directory,
  DirectoryId,
  Grant,
  LicenceState,
  MembershipMode,
  NameKey,
  Page,
  PageRequest,
  PermissionKey,
  PermissionMask,
} from '../domain/index.js';
import type {
  DerivationCursor,
  DerivationPage,
  ExpansionNode,
  ExpansionPath,
  Explanation,
  Finding,
  FindingFacts,
  GroupEntry,
  MemberEntry,
  MemberGroupEntry,
  Missing,
  UserEntry,
} from './answers.js';
import { membershipEnds, nestingEnds } from './edge-ends.js';
import { groupEntry, userEntry } from './entry-answers.js';
import { expand, expandGroups, expandUsers } from './expand.js';
import { Reasons } from './explain.js';
import type { Facts } from './facts.js';
import { findings } from './findings.js';
import { type HolderFilter, Listings, type UserFilter } from './listings.js';
import { groupSheets, type NameSheet, userSheets } from './name-sheets.js';
import type { KnownName, NameTable } from './name-table.js';
import type { Stretch } from './paging.js';
import { rankOfGroup, rankOfUser, type SwitchedOn } from './ranks.js';
import { emptiedGrants } from './reaches-somebody.js';
import type { Rights } from './rights.js';
import type { State } from './rights-delta.js';
import { Roster } from './roster.js';
import { Walk } from './walk.js';

/**
 * Every question that a state of the facts answers. Names are compared by key everywhere. An unknown
 * name is an ordinary name that nobody bears; an unknown permission is `UNKNOWN_PERMISSION`. Lists are
 * in code-point order of the keys.
 */
export abstract class PermissionAnswers {
  protected readonly facts: Facts;
  protected readonly rights: Rights;
  private readonly userNames: NameTable;
  private readonly bitOf: CompiledScheme['bitOf'];
  private readonly walk: Walk;
  private readonly listings: Listings;
  private readonly reasons: Reasons;
  private readonly keysOfMask = new Map<PermissionMask, readonly PermissionKey[]>();

  constructor({ facts, rights }: State) {
    this.facts = facts;
    this.rights = rights;
    this.userNames = facts.users.names;
    this.bitOf = facts.scheme.bitOf;
    this.walk = new Walk(facts, rights);
    this.listings = new Listings(facts, rights, this.walk);
    this.reasons = new Reasons(facts, rights, this.walk);
  }

  get membershipMode(): MembershipMode {
    return this.facts.mode;
  }

  get scheme(): CompiledScheme {
    return this.facts.scheme;
  }

  /** In order, inactive ones included. */
  directories(): Directory[] {
    this.requireFresh();
    return this.facts.directories.map(({ directory }) => directory);
  }

  /** Users and groups that a directory holds. `null` for an unknown directory. */
  sizeOf(id: DirectoryId): { readonly users: number; readonly groups: number } | null {
    this.requireFresh();
    const held = this.facts.slotOf(id);
    if (!held) return null;
    const { users, groups } = this.facts;
    return { users: users.countIn(held.slot), groups: groups.countIn(held.slot) };
  }

  /** Memberships that all directories hold, of groups in groups too, whether or not they count. */
  countMemberships(): number {
    this.requireFresh();
    return this.facts.userGroups.size + this.facts.groupChildren.size;
  }

  licence(): LicenceState {
    return {
      seatsUsed: this.countHolders(this.scheme.scheme.seat),
      seatsAllowed: this.facts.licenceLimit,
    };
  }

  check(user: string, permission: PermissionKey): boolean {
    const bit = this.bitOf(permission);
    return (this.maskOf(user) & (1 << bit)) !== 0;
  }

  /** The answers of `check`, in the order of the questions. */
  checkMany(
    questions: readonly { readonly user: string; readonly permission: PermissionKey }[],
  ): boolean[] {
    return questions.map(({ user, permission }) => this.check(user, permission));
  }

  /** `maskOf` for whoever asks about the same name again and again. */
  maskOfKnown(name: KnownName): PermissionMask {
    this.requireFresh();
    const number = this.userNames.numberOfKnown(name);
    return number < 0 ? 0 : this.rights.maskOf(number);
  }

  /** All permissions of a name as bits of the scheme. */
  maskOf(user: string): PermissionMask {
    this.requireFresh();
    const number = this.userNames.findName(user);
    return number < 0 ? 0 : this.rights.maskOf(number);
  }

  /** In the scheme's order, implied ones included. */
  effectivePermissions(user: string): PermissionKey[] {
    const mask = this.maskOf(user);
    let keys = this.keysOfMask.get(mask);
    if (keys === undefined) {
      keys = this.scheme.keysOf(mask);
      this.keysOfMask.set(mask, keys);
    }
    return keys.slice();
  }

  /** What every member of a group holds through it, by the groups above it too, in any view. */
  maskOfGroup(group: string): PermissionMask {
    const number = this.groupNumber(group);
    if (number < 0) return 0;
    const own = this.facts.grants.maskOfGroup(number);
    return this.walk
      .nodesOfName(number)
      .reduce((mask, node) => mask | this.rights.groupMask(node), own);
  }

  /**
   * The most a user name could come to hold without a membership or grant being changed: by any of
   * its entries, though it is inactive, masked, or in a directory that is switched off.
   */
  rankOfUser(user: string): PermissionMask {
    const number = this.userNumber(user);
    return number < 0 ? 0 : rankOfUser(this.state, number, this.switchedOn);
  }

  /** The same for what membership of a group name could come to give. */
  rankOfGroup(group: string): PermissionMask {
    const number = this.groupNumber(group);
    return number < 0 ? 0 : rankOfGroup(this.state, number, this.switchedOn);
  }

  /** @param atMost derivations, or grants of a *no*, to list. */
  explain(user: string, permission: PermissionKey, atMost: number): Explanation {
    this.requireFresh();
    return this.reasons.explain(user, permission, atMost);
  }

  /** What stands between a user and a permission; empty when it is held. */
  whyNot(user: string, permission: PermissionKey, atMost: number): readonly Missing[] {
    this.requireFresh();
    return this.reasons.whyNot(user, permission, atMost);
  }

  /** Every way to a permission that repeats no group, the shorter ones first. */
  derivationsOf(
    user: string,
    permission: PermissionKey,
    page: PageRequest<DerivationCursor>,
  ): DerivationPage {
    this.requireFresh();
    return this.reasons.derivationsOf(user, permission, page);
  }

  /** The roots of the trees below a group: one for each view that holds it. */
  expand(group: string): readonly ExpansionNode[] {
    this.requireFresh();
    return expand(this.facts, this.rights, this.walk, group);
  }

  /** The groups one step below a node of such a tree. */
  expandGroups(path: ExpansionPath, page: PageRequest<NameKey>): Page<ExpansionNode> {
    this.requireFresh();
    return expandGroups(this.facts, this.rights, this.walk, path, page);
  }

  /** The users who hold through this node what it gives. */
  expandUsers(path: ExpansionPath, page: PageRequest<NameKey>): Page<UserEntry> {
    this.requireFresh();
    return expandUsers(this.facts, this.rights, this.walk, path, page);
  }

  /**
   * Advice, in slices: each `next()` does a short piece of the work.
   * @throws FactsMoved from a slice that follows a change; then begin again.
   */
  findings(known: FindingFacts): Generator<void, readonly Finding[]> {
    this.requireFresh();
    return findings(this.facts, this.rights, this.walk, known);
  }

  /** The entry a name means: the one of the first active directory that knows it. */
  user(name: string): UserEntry | null {
    const number = this.userNumber(name);
    const entry = number < 0 ? -1 : this.rights.canonical(number);
    return entry < 0 ? null : userEntry(this.facts, this.rights, entry);
  }

  /** Every entry of a name, in directory order, those of inactive directories included. */
  userEntries(name: string): UserEntry[] {
    const number = this.userNumber(name);
    if (number < 0) return [];
    return this.facts.directories.flatMap(({ slot }) => {
      const entry = this.facts.users.entryIn(number, slot);
      return entry < 0 ? [] : [userEntry(this.facts, this.rights, entry)];
    });
  }

  /** The group a name means; `null` when no active directory holds it. */
  group(name: string): GroupEntry | null {
    const number = this.groupNumber(name);
    const entry = number < 0 ? -1 : this.rights.canonicalGroup(number);
    return entry < 0 ? null : groupEntry(this.facts, entry);
  }

  /** Every entry of a group name, in directory order, those of inactive directories included. */
  groupEntries(name: string): GroupEntry[] {
    const number = this.groupNumber(name);
    if (number < 0) return [];
    return this.facts.directories.flatMap(({ slot }) => {
      const entry = this.facts.groups.entryIn(number, slot);
      return entry < 0 ? [] : [groupEntry(this.facts, entry)];
    });
  }

  /** Directories that hold a group of this name, in order, inactive ones included. */
  groupDirectories(name: string): Directory[] {
    return this.groupEntries(name).map(({ directory }) => directory);
  }

  /** Whether a directory holds this membership, which need not count. */
  holdsMembership(id: DirectoryId, group: string, user: string): boolean {
    this.requireFresh();
    const [above, below] = membershipEnds(this.facts, id, group, user);
    return above >= 0 && below >= 0 && this.facts.userGroups.has(below, above);
  }

  /** Whether a directory holds this nesting, which need not count. */
  holdsNesting(id: DirectoryId, parent: string, child: string): boolean {
    this.requireFresh();
    const [above, below] = nestingEnds(this.facts, id, parent, child);
    return above >= 0 && below >= 0 && this.facts.groupParents.has(below, above);
  }

  /** Names that an active directory knows; of one directory when the filter says so. */
  users(page: PageRequest<NameKey>, filter: UserFilter = {}): Page<UserEntry> {
    this.requireFresh();
    return this.listings.users(page, filter);
  }

  groups(page: PageRequest<NameKey>, filter: UserFilter = {}): Page<GroupEntry> {
    this.requireFresh();
    return this.listings.groups(page, filter);
  }

  /** Some of `users`, for whoever goes through many: the list is neither counted nor looked ahead in. */
  someUsers(stretch: Stretch<NameKey>): UserEntry[] {
    this.requireFresh();
    return this.listings.someUsers(stretch);
  }

  someGroups(stretch: Stretch<NameKey>): GroupEntry[] {
    this.requireFresh();
    return this.listings.someGroups(stretch);
  }

  countHolders(permission: PermissionKey): number {
    this.requireFresh();
    return this.rights.count(this.scheme.bitOf(permission));
  }

  holdersOf(
    permission: PermissionKey,
    page: PageRequest<NameKey>,
    filter: HolderFilter = {},
  ): Page<UserEntry> {
    this.requireFresh();
    return this.listings.holders(this.scheme.bitOf(permission), page, filter);
  }

  /** The names of all holders, as the directories that count spell them. */
  holderNames(permission: PermissionKey): string[] {
    this.requireFresh();
    return this.listings.holderNames(this.scheme.bitOf(permission));
  }

  /** Groups that the user a name means is in; `nested` adds those above the direct ones. */
  groupsOf(user: string, nested: boolean, page: PageRequest<NameKey>): Page<MemberGroupEntry> {
    return this.listings.groupsOf(this.userNumber(user), nested, page);
  }

  /** The names of all of them, the nearest first; those equally near in no promised order. */
  groupNamesOf(user: string, nested: boolean): string[] {
    return this.listings.groupNamesOf(this.userNumber(user), nested);
  }

  /** The user a name means, if `groupsOf` them holds the group; else `null`. */
  member(group: string, user: string, nested: boolean): UserEntry | null {
    const number = this.userNumber(user);
    const isMember = this.listings.isMember(this.groupNumber(group), number, nested);
    return isMember ? userEntry(this.facts, this.rights, this.rights.canonical(number)) : null;
  }

  /** Who is directly in which group, for whoever goes through all; made in short slices. */
  roster(): Generator<void, Roster> {
    this.requireFresh();
    return Roster.of(this.facts, this.rights);
  }

  /** Users in a group; `nested` adds those of the groups below it. */
  membersOf(group: string, nested: boolean, page: PageRequest<NameKey>): Page<MemberEntry> {
    return this.listings.membersOf(this.groupNumber(group), nested, page);
  }

  childGroupsOf(
    group: string,
    nested: boolean,
    page: PageRequest<NameKey>,
  ): Page<MemberGroupEntry> {
    return this.listings.relatives(this.groupNumber(group), 'children', nested, page);
  }

  parentGroupsOf(
    group: string,
    nested: boolean,
    page: PageRequest<NameKey>,
  ): Page<MemberGroupEntry> {
    return this.listings.relatives(this.groupNumber(group), 'parents', nested, page);
  }

  /** By subject type (users first), subject key and permission. */
  grants(): Grant[] {
    this.requireFresh();
    return [...this.listings.grants()];
  }

  /**
   * Grants that reach no active user, and are new or did reach one before; in the order of `grants`.
   * @param before an earlier state, which may be an index of its own.
   */
  grantsEmptiedSince(before: PermissionAnswers): Grant[] {
    return emptiedGrants(
      { grants: before.grants(), state: before.state },
      { grants: this.grants(), state: this.state },
    );
  }

  /**
   * All that is known of at most `first` names after `after` that any directory holds, active or not:
   * to compare two indexes with.
   */
  userSheets(after: NameKey | null, first: number): NameSheet[] {
    this.requireFresh();
    return userSheets(this.facts, this.rights, after, first);
  }

  groupSheets(after: NameKey | null, first: number): NameSheet[] {
    this.requireFresh();
    return groupSheets(this.facts, (key) => this.maskOfGroup(key), after, first);
  }

  /** Throws when the state that these answers rest on is gone. */
  protected abstract requireFresh(): void;

  /** The state with a directory switched on. */
  protected abstract readonly switchedOn: SwitchedOn;

  protected get state(): State {
    return { facts: this.facts, rights: this.rights };
  }

  private userNumber(name: string): number {
    this.requireFresh();
    return this.facts.users.names.findName(name);
  }

  private groupNumber(name: string): number {
    this.requireFresh();
    return this.facts.groups.names.findName(name);
  }
}
