import {
  type DirectoryId,
  GatehouseError,
  type Group,
  type NameKey,
  nameKey,
  type Page,
  type PageRequest,
  type User,
} from '../domain/index.js';
import type { ApplicationCaller } from './application-access.js';
import type { Restriction } from './application-restriction.js';
import {
  FACTS_ONLY,
  type FoundList,
  GROUPS,
  type ListQuery,
  present,
  search,
  USERS,
} from './application-search.js';
import { viewOf } from './application-view.js';
import type { Gateway } from './gateway.js';

export type { Found, FoundList, ListQuery } from './application-search.js';

const ALL: PageRequest<NameKey> = { first: Number.MAX_SAFE_INTEGER, after: null };

/** Users of the directories that the application sees, one for each name: masked ones are never in it. */
export function findUsers(
  gateway: Gateway,
  caller: ApplicationCaller,
  restriction: Restriction,
  query: ListQuery,
): FoundList<User> {
  return search(gateway, () => viewOf(gateway, caller), USERS, restriction, query);
}

/** Groups of these directories, one for each name, as the first of them holds it. */
export function findGroups(
  gateway: Gateway,
  caller: ApplicationCaller,
  restriction: Restriction,
  query: ListQuery,
): FoundList<Group> {
  return search(gateway, () => viewOf(gateway, caller), GROUPS, restriction, query);
}

/** The user a name means. @throws GatehouseError `NOT_FOUND`. */
export async function userByName(
  gateway: Gateway,
  caller: ApplicationCaller,
  name: string,
): Promise<User> {
  const entry = viewOf(gateway, caller).user(name);
  const user = entry && (await gateway.rows.user(entry.id));
  if (!user) throw noSuch('user', name);
  return user;
}

/**
 * The user of one directory with this external id, unless masked. Reads the directory's users.
 * @throws GatehouseError `NOT_FOUND`.
 */
export async function userByExternalId(
  gateway: Gateway,
  caller: ApplicationCaller,
  directoryId: DirectoryId,
  externalId: string,
): Promise<User> {
  const { items } = viewOf(gateway, caller).users(ALL, { directoryId });
  const seen = items.filter(({ directory, maskedBy }) => directory.active && maskedBy === null);
  for await (const part of present(gateway, USERS, seen, FACTS_ONLY)) {
    for (const { facts } of part) if (facts?.externalId === externalId) return facts;
  }
  throw noSuch('user', `${directoryId}:${externalId}`);
}

/** The group a name means. @throws GatehouseError `NOT_FOUND`. */
export async function groupByName(
  gateway: Gateway,
  caller: ApplicationCaller,
  name: string,
): Promise<Group> {
  const entry = viewOf(gateway, caller).group(name);
  const group = entry && (await gateway.rows.group(entry.id));
  if (!group) throw noSuch('group', name);
  return group;
}

/** Groups the user is in; `nested` adds those above the direct ones. @throws `NOT_FOUND`. */
export function groupsOfUser(
  gateway: Gateway,
  caller: ApplicationCaller,
  user: string,
  nested: boolean,
  query: ListQuery,
): FoundList<Group> {
  const index = viewOf(gateway, caller);
  if (!index.user(user)) throw noSuch('user', user);
  const entries = part(query, (page) => index.groupsOf(user, nested, page));
  return present(gateway, GROUPS, entries, query);
}

/** Users in the group; `nested` adds those of the groups below it. @throws `NOT_FOUND`. */
export function usersOfGroup(
  gateway: Gateway,
  caller: ApplicationCaller,
  group: string,
  nested: boolean,
  query: ListQuery,
): FoundList<User> {
  const index = viewOf(gateway, caller);
  if (!index.group(group)) throw noSuch('group', group);
  const entries = part(query, (page) => index.membersOf(group, nested, page));
  return present(gateway, USERS, entries, query);
}

/** Groups in the group; `nested` adds those further below. @throws `NOT_FOUND`. */
export function childGroupsOfGroup(
  gateway: Gateway,
  caller: ApplicationCaller,
  group: string,
  nested: boolean,
  query: ListQuery,
): FoundList<Group> {
  const index = viewOf(gateway, caller);
  if (!index.group(group)) throw noSuch('group', group);
  const entries = part(query, (page) => index.childGroupsOf(group, nested, page));
  return present(gateway, GROUPS, entries, query);
}

/** @throws GatehouseError `MEMBERSHIP_NOT_FOUND`, for unknown names as well. */
export function requireMember(
  gateway: Gateway,
  caller: ApplicationCaller,
  group: string,
  user: string,
  nested: boolean,
): void {
  if (!viewOf(gateway, caller).isMember(group, user, nested)) throw notIn(group, user);
}

/** @throws GatehouseError `MEMBERSHIP_NOT_FOUND`, for unknown names as well. */
export function requireChildGroup(
  gateway: Gateway,
  caller: ApplicationCaller,
  group: string,
  child: string,
  nested: boolean,
): void {
  const key = nameKey(child);
  const children = viewOf(gateway, caller).childGroupsOf(group, nested, ALL).items;
  if (!children.some((entry) => entry.key === key)) throw notIn(group, child);
}

/** Groups that the group is in; `nested` adds those further above. @throws `NOT_FOUND`. */
export function parentGroupsOfGroup(
  gateway: Gateway,
  caller: ApplicationCaller,
  group: string,
  nested: boolean,
  query: ListQuery,
): FoundList<Group> {
  const index = viewOf(gateway, caller);
  if (!index.group(group)) throw noSuch('group', group);
  const entries = part(query, (page) => index.parentGroupsOf(group, nested, page));
  return present(gateway, GROUPS, entries, query);
}

function part<Entry>(
  { start, max }: ListQuery,
  read: (page: PageRequest<NameKey>) => Page<Entry>,
): readonly Entry[] {
  if (max === 0) return [];
  return read({ first: max === null ? ALL.first : start + max, after: null }).items.slice(start);
}

function notIn(group: string, member: string): GatehouseError {
  return new GatehouseError('MEMBERSHIP_NOT_FOUND', { group, member });
}

function noSuch(kind: 'user' | 'group', name: string): GatehouseError {
  return new GatehouseError('NOT_FOUND', { kind, name });
}
