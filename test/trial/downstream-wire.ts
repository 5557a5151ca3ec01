import { type NameKey, nameKey } from '../../src/domain/index.js';
import type { RemoteMembership } from '../support/following-client.js';
import { membershipsIn } from '../userserver/follower.js';
import { BASE, loginHeader } from '../userserver/served.js';
import type { Login } from './downstream-writes.js';

interface WireUser {
  readonly name: string;
  readonly key: string;
  readonly active: boolean;
  readonly email?: string;
  readonly 'display-name'?: string;
  readonly 'first-name'?: string;
  readonly 'last-name'?: string;
}

interface WireGroup {
  readonly name: string;
  readonly description?: string;
  readonly active: boolean;
}

/** What a user server shows an application of who is there and who is directly in which group, as lines. */
export interface WireFacts {
  readonly lines: readonly string[];
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly memberships: readonly RemoteMembership[];
}

/** Who bears which name: the key of each user whom a user server shows an application, by name. */
export async function readBearers(
  url: string,
  login: Login,
): Promise<ReadonlyMap<NameKey, string>> {
  const users = await listAt<WireUser>(url, login, '/search?entity-type=user&expand=user', 'users');
  return new Map(users.map(({ name, key }) => [nameKey(name), key]));
}

/** @param identityOf what identifies a user, from the key. */
export async function readFacts(
  url: string,
  login: Login,
  identityOf: (key: string) => string,
): Promise<WireFacts> {
  const search = <Entry>(type: 'user' | 'group') =>
    listAt<Entry>(url, login, `/search?entity-type=${type}&expand=${type}`, `${type}s`);
  const users = await search<WireUser>('user');
  const groups = await search<WireGroup>('group');
  const memberships = membershipsIn(await askAt(url, login, '/group/membership'));
  const lines = [
    ...users.map(({ key, ...user }) => `user ${userText(user)} ${identityOf(key)}`),
    ...groups.map((group) => `group ${groupText(group)}`),
    ...memberships.flatMap(({ group, users: members, childGroups }) => [
      ...members.map((name) => `${group} has the user ${name}`),
      ...childGroups.map((name) => `${group} has the group ${name}`),
    ]),
  ];
  const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name);
  return { lines, users: names(users), groups: names(groups), memberships };
}

/** Who is in which group by groups in groups, asked for from either end, as lines. */
export async function readNested(
  url: string,
  login: Login,
  { users, groups }: Pick<WireFacts, 'users' | 'groups'>,
): Promise<readonly string[]> {
  const lines = new Set<string>();
  const namesAt = async (path: string, part: 'users' | 'groups') =>
    (await listAt<{ readonly name: string }>(url, login, path, part)).map(({ name }) => name);
  const ofUser = async (user: string) => {
    const above = await namesAt(
      `/user/group/nested?username=${encodeURIComponent(user)}`,
      'groups',
    );
    for (const group of above) lines.add(nestedUser(group, user));
  };
  const ofGroup = async (group: string) => {
    const at = `nested?groupname=${encodeURIComponent(group)}`;
    const members = await namesAt(`/group/user/${at}`, 'users');
    const below = await namesAt(`/group/child-group/${at}`, 'groups');
    const above = await namesAt(`/group/parent-group/${at}`, 'groups');
    for (const user of members) lines.add(nestedUser(group, user));
    for (const child of below) lines.add(nestedGroup(group, child));
    for (const parent of above) lines.add(nestedGroup(parent, group));
  };
  await Promise.all([...users.map(ofUser), ...groups.map(ofGroup)]);
  return [...lines];
}

/**
 * Everything that follows from direct memberships, whatever directory they are from. A group is below
 * itself where groups form a ring.
 */
export function nestedOf(memberships: readonly RemoteMembership[]): string[] {
  const childrenOf = new Map(memberships.map(({ group, childGroups }) => [group, childGroups]));
  return memberships.flatMap(({ group }) => {
    const below = new Set(childrenOf.get(group));
    for (const each of below) for (const child of childrenOf.get(each) ?? []) below.add(child);
    const members = memberships.filter((each) => each.group === group || below.has(each.group));
    const users = new Set(members.flatMap((each) => each.users));
    return [
      ...[...users].map((user) => nestedUser(group, user)),
      ...[...below].map((each) => nestedGroup(group, each)),
    ];
  });
}

function nestedUser(group: string, user: string): string {
  return `nested: ${group} > the user ${user}`;
}

function nestedGroup(above: string, below: string): string {
  return `nested: ${above} > the group ${below}`;
}

async function listAt<Entry>(
  url: string,
  login: Login,
  path: string,
  part: 'users' | 'groups',
): Promise<readonly Entry[]> {
  return JSON.parse(await askAt(url, login, `${path}&max-results=-1`))[part];
}

async function askAt(url: string, login: Login, path: string): Promise<string> {
  const headers = { ...loginHeader(login), accept: 'application/json' };
  const response = await fetch(`${url}${BASE}${path}`, { headers });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path} was answered ${response.status}: ${text}`);
  return text;
}

function userText(user: Omit<WireUser, 'key'>): string {
  const { name, active, email } = user;
  const [display, first, last] = ['display-name', 'first-name', 'last-name'] as const;
  return JSON.stringify([
    name,
    user[display] ?? '',
    user[first] ?? '',
    user[last] ?? '',
    email ?? '',
    active,
  ]);
}

function groupText({ name, description, active }: WireGroup): string {
  return JSON.stringify([name, description ?? '', active]);
}
