import {
  type Group,
  type GroupFacts,
  mayBeOnePerson,
  type NameKey,
  nameKey,
  type User,
  type UserFacts,
} from '../domain/index.js';
import type { DirectoryPart } from '../store/index.js';

/** A group while events are followed. */
export class FollowedGroup {
  readonly held: Group | null;
  /** `null` once it is removed. */
  facts: GroupFacts | null;
  readonly parents = new Set<FollowedGroup>();
  readonly heldParents = new Set<FollowedGroup>();
  readonly children = new Set<FollowedGroup>();
  readonly members = new Set<FollowedUser>();
  /** Whether all its edges are known, as they are of one that is held or was created. */
  readonly edgesKnown: boolean;

  constructor(held: Group | null, facts: GroupFacts, edgesKnown: boolean) {
    this.held = held;
    this.facts = facts;
    this.edgesKnown = edgesKnown;
  }
}

/** A user while events are followed. */
export class FollowedUser {
  readonly held: User | null;
  /** `null` once removed. Edges stay: whoever is UPDATED after that was only renamed. */
  facts: UserFacts | null;
  /** Whether an event said that the server has them, and none since that it has not. */
  told = false;
  readonly parents = new Set<FollowedGroup>();
  readonly heldParents = new Set<FollowedGroup>();
  /** Whether all groups the user is in are known, as they are of one who is held or was created. */
  edgesKnown: boolean;
  /** Whether any was left by this user's name of the time. */
  hasLeft = false;

  constructor(held: User | null, facts: UserFacts, edgesKnown: boolean) {
    this.held = held;
    this.facts = facts;
    this.edgesKnown = edgesKnown;
  }
}

/** A membership that ended, told by the name of whoever had it. */
interface Leaving {
  readonly key: NameKey;
  /** Who had the name when it was told. */
  readonly user: FollowedUser | null;
}

/**
 * The part of a copy that events speak of, as it becomes. Who is who is decided as a full run
 * decides it: the external id first, then the name key (`match-users.ts`).
 */
export class FollowedCopy {
  readonly users = new Set<FollowedUser>();
  readonly groups = new Set<FollowedGroup>();
  /** Users whose name another one has taken and who have not been given a new one. */
  readonly displaced = new Set<FollowedUser>();
  readonly #usersByKey = new Map<NameKey, FollowedUser>();
  /** Removed ones stay. */
  readonly #usersByExternalId = new Map<string, FollowedUser>();
  readonly #groupsByKey = new Map<NameKey, FollowedGroup>();
  readonly #leavings = new Map<FollowedGroup, Leaving[]>();
  /** Names that were given up, as tombstones tell. */
  readonly #givenUp = new Set<NameKey>();

  constructor(part: DirectoryPart) {
    const groups = new Map(
      part.groups.map((group) => [group.id, this.#addGroup(group, factsOf(group), true)]),
    );
    const users = new Map(
      part.users.map((user) => [user.id, this.#addUser(user, userFacts(user), true)]),
    );
    for (const { groupId, userId } of part.memberships) {
      const user = users.get(userId)!;
      const group = groups.get(groupId)!;
      user.heldParents.add(group);
      this.join(group, user);
    }
    for (const { parentId, childId } of part.nestings) {
      const child = groups.get(childId)!;
      const parent = groups.get(parentId)!;
      child.heldParents.add(parent);
      this.nest(parent, child);
    }
  }

  user(name: string): FollowedUser | null {
    return this.#usersByKey.get(nameKey(name)) ?? null;
  }

  group(name: string): FollowedGroup | null {
    return this.#groupsByKey.get(nameKey(name)) ?? null;
  }

  /**
   * A server that tells states gives CREATED to whoever came since the token, and tells all groups
   * they joined since; an UPDATED user may be in groups that nobody tells of.
   */
  putUser(operation: 'CREATED' | 'UPDATED', told: UserFacts): void {
    const isNew = operation === 'CREATED';
    const key = nameKey(told.name);
    const holder = this.#usersByKey.get(key) ?? null;
    const user =
      this.#userOf(told.externalId) ??
      (holder?.facts && mayBeOnePerson(holder.facts, told) ? holder : null) ??
      this.#addUser(null, told, isNew);
    // Nothing is left of who was there before, even where a key is used again.
    if (user.facts === null && isNew) this.#beginAnew(user);
    else if (this.#mayHaveLeftAsAnother(user, key)) user.edgesKnown = false;
    else if (isNew) user.edgesKnown = true;
    if (holder !== null && holder !== user) this.displaced.add(holder);
    this.displaced.delete(user);
    this.#freeName(user);
    // The store gives a user without an external id one of its own, which stays.
    const externalId = told.externalId ?? user.facts?.externalId ?? user.held?.externalId ?? null;
    user.facts = { ...told, externalId };
    user.told = true;
    this.#usersByKey.set(key, user);
    if (externalId !== null) this.#usersByExternalId.set(externalId, user);
  }

  removeUser({ name, externalId }: UserFacts): void {
    this.#givenUp.add(nameKey(name));
    const named = this.user(name);
    const user =
      this.#userOf(externalId) ??
      (named?.facts && mayBeOnePerson(named.facts, { externalId }) ? named : null);
    if (user !== null) this.dismiss(user);
  }

  dismiss(user: FollowedUser): void {
    this.#freeName(user);
    this.displaced.delete(user);
    user.facts = null;
    user.told = false;
  }

  putGroup(operation: 'CREATED' | 'UPDATED', told: GroupFacts): void {
    const group = this.group(told.name);
    if (group) group.facts = told;
    else this.#addGroup(null, told, operation === 'CREATED');
  }

  /** With its edges. A group of the name that comes later is another one. */
  removeGroup(name: string): void {
    const group = this.group(name);
    if (group === null) return;
    this.#groupsByKey.delete(nameKey(name));
    group.facts = null;
    for (const user of group.members) user.parents.delete(group);
    for (const child of group.children) child.parents.delete(group);
    for (const parent of group.parents) parent.children.delete(group);
  }

  join(group: FollowedGroup, user: FollowedUser): void {
    group.members.add(user);
    user.parents.add(group);
  }

  leave(group: FollowedGroup, user: FollowedUser): void {
    group.members.delete(user);
    user.parents.delete(group);
  }

  /** The same, told by a name that may not have been the user's when it happened. */
  leaveByName(group: FollowedGroup, name: string): void {
    const key = nameKey(name);
    const user = this.#usersByKey.get(key) ?? null;
    const leavings = this.#leavings.get(group) ?? [];
    this.#leavings.set(group, leavings);
    leavings.push({ key, user });
    if (!user?.parents.has(group)) return;
    user.hasLeft = true;
    this.leave(group, user);
  }

  nest(parent: FollowedGroup, child: FollowedGroup): void {
    parent.children.add(child);
    child.parents.add(parent);
  }

  unnest(parent: FollowedGroup, child: FollowedGroup): void {
    parent.children.delete(child);
    child.parents.delete(parent);
  }

  #userOf(externalId: string | null): FollowedUser | null {
    return externalId === null ? null : (this.#usersByExternalId.get(externalId) ?? null);
  }

  /** Whoever has taken the name meanwhile keeps it. */
  #freeName(user: FollowedUser): void {
    if (user.facts === null) return;
    const key = nameKey(user.facts.name);
    if (this.#usersByKey.get(key) === user) this.#usersByKey.delete(key);
  }

  /**
   * A server that rebuilds its events from dates tells all memberships that ended before all renames,
   * by the name of the moment. When names change hands meanwhile, nobody knows whose it was.
   */
  #mayHaveLeftAsAnother(user: FollowedUser, key: NameKey): boolean {
    if (user.facts !== null && nameKey(user.facts.name) === key) return false;
    const hasTombstone = user.facts === null;
    if (hasTombstone && user.hasLeft) return true;
    const leavings = [...user.parents].flatMap((group) => this.#leavings.get(group) ?? []);
    return leavings.some(
      (leaving) =>
        leaving.user !== user &&
        // It may have been a name on the way from the old one to the new one.
        (leaving.key === key || (hasTombstone && this.#givenUp.has(leaving.key))),
    );
  }

  #beginAnew(user: FollowedUser): void {
    for (const group of user.parents) this.leave(group, user);
    user.edgesKnown = true;
  }

  #addUser(held: User | null, facts: UserFacts, edgesKnown: boolean): FollowedUser {
    const user = new FollowedUser(held, facts, edgesKnown);
    this.users.add(user);
    this.#usersByKey.set(nameKey(facts.name), user);
    if (facts.externalId !== null) this.#usersByExternalId.set(facts.externalId, user);
    return user;
  }

  #addGroup(held: Group | null, facts: GroupFacts, edgesKnown: boolean): FollowedGroup {
    const group = new FollowedGroup(held, facts, edgesKnown);
    this.groups.add(group);
    this.#groupsByKey.set(nameKey(facts.name), group);
    return group;
  }
}

function userFacts({ id, directoryId, nameKey, ...facts }: User): UserFacts {
  return facts;
}

function factsOf({ id, directoryId, nameKey, ...facts }: Group): GroupFacts {
  return facts;
}
