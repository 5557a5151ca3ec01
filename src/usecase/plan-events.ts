import type { DirectoryId, GroupId, NameKey, PageRequest, UserId } from '../domain/index.js';
import type { GroupEntry, PermissionIndex, UserEntry } from '../engine/index.js';
import {
  type Bearers,
  groupFates,
  type NameFate,
  type NameFates,
  type ToldName,
  userFates,
} from './name-fates.js';
import type { Touched, TouchedEdge } from './touched.js';
import { isRenamed } from './touched-names.js';

const ALL: PageRequest<NameKey> = { first: Number.MAX_SAFE_INTEGER, after: null };

interface Named {
  readonly key: NameKey;
  readonly name: string;
}

/** A user or group, and groups that it is in or is no longer in, by key. */
export interface PlannedMembership {
  readonly operation: 'CREATED' | 'UPDATED' | 'DELETED';
  readonly member: Named;
  readonly groups: Map<NameKey, string>;
}

/**
 * Everything to be told of a stretch of the log, in the order in which it is told: no membership
 * comes before its user and its groups, and none is left when they go.
 */
export interface EventPlan {
  readonly membershipsRemoved: readonly PlannedMembership[];
  readonly nestingsRemoved: readonly PlannedMembership[];
  readonly usersRemoved: readonly string[];
  readonly groupsRemoved: readonly string[];
  readonly groups: readonly ToldName<GroupEntry>[];
  readonly users: readonly ToldName<UserEntry>[];
  readonly nestings: readonly PlannedMembership[];
  /** UPDATED: the groups are all that the user is in. */
  readonly memberships: readonly PlannedMembership[];
}

/**
 * What is to be told of what was touched, as it is now. It does not build on what the follower has
 * been told: whoever read everything while it changed ends with the same.
 * @param atMost users, groups and edges together. @returns `null` when there are more.
 */
export function planEvents(
  touched: Touched,
  index: PermissionIndex,
  atMost: number,
): EventPlan | null {
  const planner = new EventPlanner(touched, index, atMost);
  planner.work();
  return planner.isOver ? null : planner.plan();
}

class EventPlanner {
  private readonly touched: Touched;
  private readonly index: PermissionIndex;
  private readonly users: NameFates<UserEntry>;
  private readonly groups: NameFates<GroupEntry>;
  /** Active ones in order, and those of them whose nestings count. */
  private readonly active: readonly DirectoryId[];
  private readonly nesting: readonly DirectoryId[];
  private readonly membershipsRemoved = new Map<NameKey, PlannedMembership>();
  private readonly nestingsRemoved = new Map<NameKey, PlannedMembership>();
  private readonly memberships = new Map<NameKey, PlannedMembership>();
  private readonly nestings = new Map<NameKey, PlannedMembership>();
  private left: number;

  constructor(touched: Touched, index: PermissionIndex, atMost: number) {
    this.touched = touched;
    this.index = index;
    const active = index.directories().filter((each) => each.active);
    this.active = active.map(({ id }) => id);
    this.nesting = active.filter(({ nestedGroups }) => nestedGroups).map(({ id }) => id);
    this.users = userFates(touched.users, usersOf(index), this.active);
    this.groups = groupFates(touched.groups, groupsOf(index), this.active);
    const names = [this.users, this.groups].map(({ seen, removed }) => seen.size + removed.length);
    this.left = atMost - names[0] - names[1];
  }

  get isOver(): boolean {
    return this.left < 0;
  }

  work(): void {
    for (const fate of this.users.seen.values()) this.tellGroupsOf(fate);
    for (const fate of this.groups.seen.values()) this.tellEdgesOf(fate);
    for (const edge of this.touched.memberships) this.tellMembership(edge);
    for (const edge of this.touched.nestings) this.tellNesting(edge);
  }

  plan(): EventPlan {
    return {
      membershipsRemoved: [...this.membershipsRemoved.values()],
      nestingsRemoved: [...this.nestingsRemoved.values()],
      usersRemoved: this.users.removed,
      groupsRemoved: this.groups.removed,
      groups: [...this.groups.seen.values()].filter(isTold),
      users: [...this.users.seen.values()].filter(isTold),
      nestings: [...this.nestings.values()],
      memberships: [...this.memberships.values()],
    };
  }

  /** All groups of a user who is another one, or whose edges went along with a rename. */
  private tellGroupsOf({ entry, moved }: NameFate<UserEntry>): void {
    if (this.isOver) return;
    const name = this.touched.users.byKey.get(entry.key);
    const joined = this.index.membershipMode === 'ALL_DIRECTORIES';
    if (!moved && !(joined && name && isRenamed(name))) return;
    const groups = new Map<NameKey, string>();
    for (const group of this.index.groupsOf(entry.key, false, ALL).items) {
      groups.set(group.key, group.name);
    }
    this.left -= groups.size;
    this.memberships.set(entry.key, { operation: 'UPDATED', member: entry, groups });
  }

  /** All edges of a group that is removed and added again, or that brought them along in a rename. */
  private tellEdgesOf({ entry: group, replaces }: NameFate<GroupEntry>): void {
    if (this.isOver) return;
    const { key } = group;
    const name = this.touched.groups.byKey.get(key);
    if (!replaces && !(name && isRenamed(name))) return;
    const page = { first: this.left + 1, after: null };
    for (const user of this.index.membersOf(key, false, page).items) {
      this.put(this.memberships, 'CREATED', user, group);
    }
    for (const child of this.index.childGroupsOf(key, false, page).items) {
      this.put(this.nestings, 'CREATED', child, group);
    }
    for (const parent of this.index.parentGroupsOf(key, false, page).items) {
      this.put(this.nestings, 'CREATED', group, parent);
    }
  }

  private tellMembership({ group, member, cameIn }: TouchedEdge): void {
    if (this.isOver) return;
    const user = this.index.user(member);
    const above = this.index.group(group);
    // With an end that is gone the edge is gone, too.
    if (!user || !above || this.groups.seen.get(group)?.replaces) return;
    const views =
      this.index.membershipMode === 'FIRST_DIRECTORY' ? [user.directory.id] : this.active;
    const holds = (id: DirectoryId) => this.index.holdsMembership(id, group, member);
    this.tellEdge(user, above, edgeFate(cameIn, views, holds), {
      added: this.memberships,
      removed: this.membershipsRemoved,
    });
  }

  private tellNesting({ group, member, cameIn }: TouchedEdge): void {
    if (this.isOver) return;
    const [child, above] = [this.index.group(member), this.index.group(group)];
    if (!child || !above) return;
    if ([group, member].some((key) => this.groups.seen.get(key)?.replaces)) return;
    const holds = (id: DirectoryId) => this.index.holdsNesting(id, group, member);
    this.tellEdge(child, above, edgeFate(cameIn, this.nesting, holds), {
      added: this.nestings,
      removed: this.nestingsRemoved,
    });
  }

  private tellEdge(
    member: Named,
    group: Named,
    operation: 'CREATED' | 'DELETED' | null,
    lists: Record<'added' | 'removed', Map<NameKey, PlannedMembership>>,
  ): void {
    // A list that is told whole says it already.
    if (operation === null || lists.added.get(member.key)?.operation === 'UPDATED') return;
    this.put(operation === 'CREATED' ? lists.added : lists.removed, operation, member, group);
  }

  private put(
    list: Map<NameKey, PlannedMembership>,
    operation: 'CREATED' | 'DELETED',
    member: Named,
    group: Named,
  ): void {
    const planned = list.get(member.key) ?? {
      operation,
      member,
      groups: new Map<NameKey, string>(),
    };
    if (planned.operation === 'UPDATED' || planned.groups.has(group.key)) return;
    list.set(member.key, planned);
    planned.groups.set(group.key, group.name);
    this.left -= 1;
  }
}

/**
 * What to tell of an edge that came or went in some of the directories whose edges count. One that
 * only went in one of them, and is still there through another, was there all the time.
 */
function edgeFate(
  cameIn: ReadonlyMap<DirectoryId, boolean>,
  views: readonly DirectoryId[],
  holds: (id: DirectoryId) => boolean,
): 'CREATED' | 'DELETED' | null {
  const touched = views.filter((id) => cameIn.has(id));
  if (touched.length === 0) return null;
  if (!views.some(holds)) return 'DELETED';
  return touched.some((id) => cameIn.get(id)) ? 'CREATED' : null;
}

function isTold<Seen>(fate: NameFate<Seen>): fate is ToldName<Seen> {
  return fate.operation !== null;
}

function usersOf(index: PermissionIndex): Bearers<UserId, UserEntry> {
  return {
    seen: (key) => index.user(key),
    all: (key) => index.userEntries(key).filter(({ directory }) => directory.active),
  };
}

function groupsOf(index: PermissionIndex): Bearers<GroupId, GroupEntry> {
  return {
    seen: (key) => index.group(key),
    all: (key) => index.groupEntries(key).filter(({ directory }) => directory.active),
  };
}
