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
import type { GroupEntry, UserEntry } from '../engine/index.js';
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

/** Members taken from the index at a time: it reaches for all of them anew for each page. */
const MEMBERS_AT_A_TIME = 50_000;

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
  const [user] = entry ? await gateway.store.reader.usersByIds([entry.id]) : [];
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
  const [group] = entry ? await gateway.store.reader.groupsByIds([entry.id]) : [];
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
  // A user is in far fewer groups than a group has users; both lists say the same.
  requireIn(viewOf(gateway, caller).groupsOf(user, nested, ALL).items, group, {
    group,
    member: user,
  });
}

/** @throws GatehouseError `MEMBERSHIP_NOT_FOUND`, for unknown names as well. */
export function requireChildGroup(
  gateway: Gateway,
  caller: ApplicationCaller,
  group: string,
  child: string,
  nested: boolean,
): void {
  const children = viewOf(gateway, caller).childGroupsOf(group, nested, ALL).items;
  requireIn(children, child, { group, member: child });
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

/** One group's direct members, as they are spelled; each list is worked out when it is walked. */
export interface DirectMembers {
  readonly group: string;
  readonly users: Iterable<string>;
  readonly childGroups: Iterable<string>;
}

/**
 * The direct members that count of every group the application sees, empty groups included.
 * Order, nesting switch and membership mode are applied. Like `findUsers` it is no snapshot.
 */
export async function* directMemberships(
  gateway: Gateway,
  caller: ApplicationCaller,
): AsyncGenerator<DirectMembers, void, void> {
  const view = () => viewOf(gateway, caller);
  const none = { start: 0, max: null, details: false, attributes: false };
  for await (const groups of search(gateway, view, GROUPS, null, none)) {
    for (const { name } of groups) {
      yield {
        group: name,
        users: { [Symbol.iterator]: () => walk((page) => view().membersOf(name, false, page)) },
        childGroups: {
          [Symbol.iterator]: () => walk((page) => view().childGroupsOf(name, false, page)),
        },
      };
    }
  }
}

type ReadPage<Entry> = (page: PageRequest<NameKey>) => Page<Entry>;

function* walk(read: ReadPage<UserEntry | GroupEntry>): Generator<string, void, void> {
  for (let after: NameKey | null = null; ; ) {
    const page: Page<UserEntry | GroupEntry> = read({ first: MEMBERS_AT_A_TIME, after });
    for (const { name } of page.items) yield name;
    if (!page.hasMore) return;
    after = page.items[page.items.length - 1].key;
  }
}

function part<Entry>({ start, max }: ListQuery, read: ReadPage<Entry>): readonly Entry[] {
  if (max === 0) return [];
  return read({ first: max === null ? ALL.first : start + max, after: null }).items.slice(start);
}

function requireIn(
  groups: readonly GroupEntry[],
  name: string,
  membership: { readonly group: string; readonly member: string },
): void {
  const key = nameKey(name);
  if (!groups.some((group) => group.key === key)) {
    throw new GatehouseError('MEMBERSHIP_NOT_FOUND', membership);
  }
}

function noSuch(kind: 'user' | 'group', name: string): GatehouseError {
  return new GatehouseError('NOT_FOUND', { kind, name });
}
