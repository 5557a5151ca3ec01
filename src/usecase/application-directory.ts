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
  type FoundList,
  GROUPS,
  type ListQuery,
  present,
  search,
  USERS,
} from './application-search.js';
import type { Gateway } from './gateway.js';

export type { Found, FoundList, ListQuery } from './application-search.js';

const ALL: PageRequest<NameKey> = { first: Number.MAX_SAFE_INTEGER, after: null };

/** Users of all active directories, one for each name: masked ones are never in it. */
export function findUsers(
  gateway: Gateway,
  _caller: ApplicationCaller,
  restriction: Restriction,
  query: ListQuery,
): FoundList<User> {
  return search(gateway, USERS, restriction, query);
}

/** Groups of all active directories, one for each name, as the first directory holds it. */
export function findGroups(
  gateway: Gateway,
  _caller: ApplicationCaller,
  restriction: Restriction,
  query: ListQuery,
): FoundList<Group> {
  return search(gateway, GROUPS, restriction, query);
}

/** The user a name means. @throws GatehouseError `NOT_FOUND`. */
export async function userByName(
  gateway: Gateway,
  _caller: ApplicationCaller,
  name: string,
): Promise<User> {
  const entry = gateway.live.index.user(name);
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
  _caller: ApplicationCaller,
  directoryId: DirectoryId,
  externalId: string,
): Promise<User> {
  const { items } = gateway.live.index.users(ALL, { directoryId });
  const seen = items.filter(({ directory, maskedBy }) => directory.active && maskedBy === null);
  for await (const part of present(gateway, USERS, seen, true)) {
    for (const { facts } of part) if (facts?.externalId === externalId) return facts;
  }
  throw noSuch('user', `${directoryId}:${externalId}`);
}

/** The group a name means. @throws GatehouseError `NOT_FOUND`. */
export async function groupByName(
  gateway: Gateway,
  _caller: ApplicationCaller,
  name: string,
): Promise<Group> {
  const entry = gateway.live.index.group(name);
  const group = entry && (await gateway.rows.group(entry.id));
  if (!group) throw noSuch('group', name);
  return group;
}

/** Groups the user is in; `nested` adds those above the direct ones. @throws `NOT_FOUND`. */
export function groupsOfUser(
  gateway: Gateway,
  _caller: ApplicationCaller,
  user: string,
  nested: boolean,
  query: ListQuery,
): FoundList<Group> {
  const { index } = gateway.live;
  if (!index.user(user)) throw noSuch('user', user);
  const entries = part(query, (page) => index.groupsOf(user, nested, page));
  return present(gateway, GROUPS, entries, query.details);
}

/** Users in the group; `nested` adds those of the groups below it. @throws `NOT_FOUND`. */
export function usersOfGroup(
  gateway: Gateway,
  _caller: ApplicationCaller,
  group: string,
  nested: boolean,
  query: ListQuery,
): FoundList<User> {
  const { index } = gateway.live;
  if (!index.group(group)) throw noSuch('group', group);
  const entries = part(query, (page) => index.membersOf(group, nested, page));
  return present(gateway, USERS, entries, query.details);
}

/** Groups in the group; `nested` adds those further below. @throws `NOT_FOUND`. */
export function childGroupsOfGroup(
  gateway: Gateway,
  _caller: ApplicationCaller,
  group: string,
  nested: boolean,
  query: ListQuery,
): FoundList<Group> {
  const { index } = gateway.live;
  if (!index.group(group)) throw noSuch('group', group);
  const entries = part(query, (page) => index.childGroupsOf(group, nested, page));
  return present(gateway, GROUPS, entries, query.details);
}

/** @throws GatehouseError `MEMBERSHIP_NOT_FOUND`, for unknown names as well. */
export function requireMember(
  gateway: Gateway,
  _caller: ApplicationCaller,
  group: string,
  user: string,
  nested: boolean,
): void {
  if (!gateway.live.index.isMember(group, user, nested)) throw notIn(group, user);
}

/** @throws GatehouseError `MEMBERSHIP_NOT_FOUND`, for unknown names as well. */
export function requireChildGroup(
  gateway: Gateway,
  _caller: ApplicationCaller,
  group: string,
  child: string,
  nested: boolean,
): void {
  const key = nameKey(child);
  const children = gateway.live.index.childGroupsOf(group, nested, ALL).items;
  if (!children.some((entry) => entry.key === key)) throw notIn(group, child);
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
