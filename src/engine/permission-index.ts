import {
  type Change,
  type CompiledScheme,
  type Directory,
  type DirectoryId,
  type GatewaySnapshot,
  type Grant,
  type GroupId,
  type LicenceState,
  type MembershipMode,
  type NameKey,
  nameKey,
  type Page,
  type PageRequest,
  type PermissionKey,
  type PermissionMask,
  type Revision,
  type UserId,
} from '../domain/index.js';
import type {
  Explanation,
  GroupEntry,
  MemberEntry,
  MemberGroupEntry,
  UserEntry,
} from './answers.js';
import type { DirectoryIndex } from './directory-index.js';
import type { Effect, RightsMoved } from './effect.js';
import { explain } from './explain.js';
import { IndexState, type Reloaded } from './index-state.js';
import { Memberships, type Reached } from './memberships.js';
import { collectPage, pageAfter } from './paging.js';
import { Rights } from './rights.js';

const NOTHING_RELOADED: Reloaded = new Map();

/** Which users a listing holds. */
export interface UserFilter {
  /** Only names whose key contains the key of this text. */
  readonly nameContains?: string;
  /** Only entries of this directory, masked ones included. */
  readonly directoryId?: DirectoryId;
}

/**
 * Who may do what, and why: the whole truth of one revision in memory. Pure and synchronous; the
 * same snapshot and the same changes give the same answers. Names are compared by key everywhere.
 * An unknown name is an ordinary name that nobody bears; an unknown permission is
 * `UNKNOWN_PERMISSION`. Lists are in code-point order of the keys.
 */
export class PermissionIndex {
  private readonly state: IndexState;
  private readonly rights: Rights;
  private readonly memberships: Memberships;
  private at: Revision;

  constructor(snapshot: GatewaySnapshot) {
    this.state = new IndexState(snapshot);
    this.rights = new Rights(this.state);
    this.memberships = new Memberships(this.state, this.rights);
    this.at = snapshot.revision;
  }

  /** The revision that all answers are of. */
  get revision(): Revision {
    return this.at;
  }

  get membershipMode(): MembershipMode {
    return this.state.mode;
  }

  get scheme(): CompiledScheme {
    return this.state.scheme;
  }

  /** Takes over the changes of one or more revisions, the last of which is `revision`. */
  apply(
    revision: Revision,
    changes: readonly Change[],
    reloaded: Reloaded = NOTHING_RELOADED,
  ): void {
    this.state.apply(changes, reloaded);
    this.rights.update();
    this.at = revision;
  }

  /**
   * Answers `ask` as if the changes had happened, and leaves everything as it was. `ask` is
   * synchronous, so nobody else ever sees the state in between.
   */
  whatIf<Answer>(
    changes: readonly Change[],
    ask: (index: PermissionIndex) => Answer,
    reloaded: Reloaded = NOTHING_RELOADED,
  ): Answer {
    try {
      return this.state.tryOut(changes, reloaded, () => {
        this.rights.update();
        return ask(this);
      });
    } finally {
      this.rights.update();
    }
  }

  /**
   * What the changes would do to everybody's permissions.
   * @param within bits that may move freely; the effect names somebody for whom others move.
   */
  effectOf(changes: readonly Change[], within: PermissionMask, reloaded?: Reloaded): Effect {
    const before = this.rights.copyOfMasks();
    const licenceBefore = this.licence();
    return this.whatIf(
      changes,
      () => {
        const after = this.rights.copyOfMasks();
        return {
          licenceBefore,
          licenceAfter: this.licence(),
          gained: this.moved(before, after, within),
          lost: this.moved(after, before, within),
        };
      },
      reloaded,
    );
  }

  /** In order, inactive ones included. */
  directories(): Directory[] {
    return this.state.directories.map((index) => index.directory);
  }

  /** Users and groups that a directory holds. `null` for an unknown directory. */
  sizeOf(id: DirectoryId): { readonly users: number; readonly groups: number } | null {
    const index = this.state.directoryById(id);
    return index ? { users: index.users.size, groups: index.groups.size } : null;
  }

  licence(): LicenceState {
    return {
      seatsUsed: this.countHolders(this.scheme.scheme.seat),
      seatsAllowed: this.state.licenceLimit,
    };
  }

  check(user: string, permission: PermissionKey): boolean {
    return (this.maskOf(user) & (1 << this.scheme.bitOf(permission))) !== 0;
  }

  /** All permissions of a name as bits of the scheme. */
  maskOf(user: string): PermissionMask {
    const number = this.state.names.users.find(nameKey(user));
    return number === undefined ? 0 : this.rights.maskOf(number);
  }

  /** In the scheme's order, implied ones included. */
  effectivePermissions(user: string): PermissionKey[] {
    return this.scheme.keysOf(this.maskOf(user));
  }

  /** What every member of a group holds through it, by the groups above it too, in any view. */
  maskOfGroup(group: string): PermissionMask {
    const number = this.state.names.groups.find(nameKey(group));
    if (number === undefined) return 0;
    return this.rights.allViews().reduce((mask, view) => mask | (view.masks[number] ?? 0), 0);
  }

  /**
   * The most a user name could come to hold without a membership or grant being changed: by any of
   * its entries, though it is inactive, masked, or in a directory that is switched off.
   */
  rankOfUser(user: string): PermissionMask {
    const number = this.state.names.users.find(nameKey(user));
    return number === undefined ? 0 : this.rights.rankOfUser(number);
  }

  /** The same for what membership of a group name could come to give. */
  rankOfGroup(group: string): PermissionMask {
    const number = this.state.names.groups.find(nameKey(group));
    return number === undefined ? 0 : this.rights.rankOfGroup(number);
  }

  /** @param atMost derivations, or grants of a *no*, to list. */
  explain(user: string, permission: PermissionKey, atMost: number): Explanation {
    const number = this.state.names.users.find(nameKey(user));
    const entry = this.user(user);
    return explain(this.state, this.rights, number, entry, permission, atMost);
  }

  /** The entry a name means: the one of the first active directory that knows it. */
  user(name: string): UserEntry | null {
    const number = this.state.names.users.find(nameKey(name));
    const index = number === undefined ? undefined : this.rights.canonical(number);
    return number === undefined || !index ? null : this.userEntry(number, index);
  }

  /** Every entry of a name, in directory order, those of inactive directories included. */
  userEntries(name: string): UserEntry[] {
    const number = this.state.names.users.find(nameKey(name));
    if (number === undefined) return [];
    return this.state.directories
      .filter((index) => index.users.has(number))
      .map((index) => this.userEntry(number, index));
  }

  /** The group a name means; `null` when no active directory holds it. */
  group(name: string): GroupEntry | null {
    const number = this.state.names.groups.find(nameKey(name));
    return number === undefined ? null : this.groupEntry(number);
  }

  /** Directories that hold a group of this name, in order, inactive ones included. */
  groupDirectories(name: string): Directory[] {
    const number = this.state.names.groups.find(nameKey(name));
    if (number === undefined) return [];
    return this.state.directories
      .filter((index) => index.groups.has(number))
      .map((index) => index.directory);
  }

  /** Names that an active directory knows; of one directory when the filter says so. */
  users(page: PageRequest<NameKey>, filter: UserFilter = {}): Page<UserEntry> {
    const { names } = this.state;
    const part = nameKey(filter.nameContains ?? '');
    const only =
      filter.directoryId === undefined ? undefined : this.state.directoryById(filter.directoryId);
    if (filter.directoryId !== undefined && !only) return { items: [], hasMore: false, total: 0 };
    const holder = (user: number) =>
      only ? (only.users.has(user) ? only : undefined) : this.rights.canonical(user);
    return collectPage(
      names.users,
      page,
      (user) => names.users.keys[user].includes(part) && holder(user) !== undefined,
      (user) => this.userEntry(user, holder(user)!),
    );
  }

  groups(page: PageRequest<NameKey>, filter: UserFilter = {}): Page<GroupEntry> {
    const { names } = this.state;
    const part = nameKey(filter.nameContains ?? '');
    const only = filter.directoryId;
    const holder = (group: number) =>
      this.state.directories.find(
        (index) =>
          index.groups.has(group) &&
          (only === undefined ? index.directory.active : index.directory.id === only),
      );
    return collectPage(
      names.groups,
      page,
      (group) => names.groups.keys[group].includes(part) && holder(group) !== undefined,
      (group) => this.groupEntryIn(group, holder(group)!),
    );
  }

  countHolders(permission: PermissionKey): number {
    return this.rights.count(this.scheme.bitOf(permission));
  }

  holdersOf(permission: PermissionKey, page: PageRequest<NameKey>): Page<UserEntry> {
    const bit = this.scheme.bitOf(permission);
    return collectPage(
      this.state.names.users,
      page,
      (user) => (this.rights.maskOf(user) & (1 << bit)) !== 0,
      (user) => this.userEntry(user, this.rights.canonical(user)!),
      this.rights.count(bit),
    );
  }

  /** Groups that the user a name means is in; `nested` adds those above the direct ones. */
  groupsOf(user: string, nested: boolean, page: PageRequest<NameKey>): Page<MemberGroupEntry> {
    const number = this.state.names.users.find(nameKey(user));
    const reached = number === undefined ? [] : this.memberships.groupsOf(number, nested);
    return this.groupPage(reached, page);
  }

  /** Users in a group; `nested` adds those of the groups below it. */
  membersOf(group: string, nested: boolean, page: PageRequest<NameKey>): Page<MemberEntry> {
    const number = this.state.names.groups.find(nameKey(group));
    const reached = number === undefined ? [] : this.memberships.membersOf(number, nested);
    const { keys } = this.state.names.users;
    return pageAfter(
      reached,
      page,
      ({ name }) => keys[name],
      ({ name, direct }) => ({ ...this.userEntry(name, this.rights.canonical(name)!), direct }),
    );
  }

  childGroupsOf(
    group: string,
    nested: boolean,
    page: PageRequest<NameKey>,
  ): Page<MemberGroupEntry> {
    return this.relatives(group, 'children', nested, page);
  }

  parentGroupsOf(
    group: string,
    nested: boolean,
    page: PageRequest<NameKey>,
  ): Page<MemberGroupEntry> {
    return this.relatives(group, 'parents', nested, page);
  }

  /** By subject type (users first), subject key and permission. */
  grants(): Grant[] {
    const { names, grants } = this.state;
    const inOrder = (grants: ReadonlyMap<number, Grant[]>, table: typeof names.users) =>
      [...grants.keys()]
        .sort((a, b) => table.compare(a, b))
        .flatMap((subject) =>
          [...(grants.get(subject) ?? [])].sort(
            (a, b) => this.scheme.bitOf(a.permission) - this.scheme.bitOf(b.permission),
          ),
        );
    return [...inOrder(grants.ofUsers, names.users), ...inOrder(grants.ofGroups, names.groups)];
  }

  /** Bits that are in `to` and not in `from`, user by user. */
  private moved(from: Int32Array, to: Int32Array, within: PermissionMask): RightsMoved {
    let mask = 0;
    let users = 0;
    let outside = -1;
    for (let user = 0; user < to.length; user++) {
      const bits = to[user] & ~(from[user] ?? 0);
      if (bits === 0) continue;
      mask |= bits;
      users++;
      if (outside < 0 && bits & ~within) outside = user;
    }
    return { mask, users, outside: outside < 0 ? null : this.state.names.users.keys[outside] };
  }

  private relatives(
    group: string,
    which: 'parents' | 'children',
    nested: boolean,
    page: PageRequest<NameKey>,
  ): Page<MemberGroupEntry> {
    const number = this.state.names.groups.find(nameKey(group));
    const reached = number === undefined ? [] : this.memberships.relatives(number, which, nested);
    return this.groupPage(reached, page);
  }

  private groupPage(
    reached: readonly Reached[],
    page: PageRequest<NameKey>,
  ): Page<MemberGroupEntry> {
    const { keys } = this.state.names.groups;
    return pageAfter(
      reached,
      page,
      ({ name }) => keys[name],
      ({ name, direct }) => ({ ...this.groupEntry(name)!, direct }),
    );
  }

  private userEntry(user: number, index: DirectoryIndex): UserEntry {
    const row = index.users.rowOf(user);
    const canonical = this.rights.canonical(user);
    return {
      id: index.users.ids[row] as UserId,
      key: this.state.names.users.keys[user],
      name: index.users.spellings[row],
      active: index.userActive[row] === 1,
      directory: index.directory,
      maskedBy: canonical === undefined || canonical === index ? null : canonical.directory,
    };
  }

  private groupEntry(group: number): GroupEntry | null {
    const index = this.state.directories.find(
      (candidate) => candidate.directory.active && candidate.groups.has(group),
    );
    return index ? this.groupEntryIn(group, index) : null;
  }

  private groupEntryIn(group: number, index: DirectoryIndex): GroupEntry {
    const row = index.groups.rowOf(group);
    return {
      id: index.groups.ids[row] as GroupId,
      key: this.state.names.groups.keys[group],
      name: index.groups.spellings[row],
      directory: index.directory,
    };
  }
}
