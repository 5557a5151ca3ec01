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

  constructor(held: Group | null, facts: GroupFacts) {
    this.held = held;
    this.facts = facts;
  }
}

/** A user while events are followed. */
export class FollowedUser {
  readonly held: User | null;
  /** `null` once removed. Edges stay: whoever comes back with the same id was only renamed. */
  facts: UserFacts | null;
  /** Whether an event said that the server has them, and none since that it has not. */
  told = false;
  readonly parents = new Set<FollowedGroup>();
  readonly heldParents = new Set<FollowedGroup>();

  constructor(held: User | null, facts: UserFacts) {
    this.held = held;
    this.facts = facts;
  }
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

  constructor(part: DirectoryPart) {
    const groups = new Map(
      part.groups.map((group) => [group.id, this.#addGroup(group, factsOf(group))]),
    );
    const users = new Map(
      part.users.map((user) => [user.id, this.#addUser(user, userFacts(user))]),
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

  putUser(told: UserFacts): void {
    const key = nameKey(told.name);
    const holder = this.#usersByKey.get(key) ?? null;
    const user =
      this.#userOf(told.externalId) ??
      (holder?.facts && mayBeOnePerson(holder.facts, told) ? holder : null) ??
      this.#addUser(null, told);
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

  putGroup(told: GroupFacts): void {
    const group = this.group(told.name);
    if (group) group.facts = told;
    else this.#addGroup(null, told);
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

  #addUser(held: User | null, facts: UserFacts): FollowedUser {
    const user = new FollowedUser(held, facts);
    this.users.add(user);
    this.#usersByKey.set(nameKey(facts.name), user);
    if (facts.externalId !== null) this.#usersByExternalId.set(facts.externalId, user);
    return user;
  }

  #addGroup(held: Group | null, facts: GroupFacts): FollowedGroup {
    const group = new FollowedGroup(held, facts);
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
