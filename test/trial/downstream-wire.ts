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

/** What a user server shows an application, one line for each fact, in order. */
export interface WirePicture {
  readonly lines: readonly string[];
  readonly users: number;
  readonly memberships: number;
}

/** Who bears which name: the key of each user whom a user server shows an application, by name. */
export async function readBearers(url: string, login: Login): Promise<ReadonlyMap<string, string>> {
  const users = await listAt<WireUser>(url, login, '/search?entity-type=user&expand=user', 'users');
  return new Map(users.map(({ name, key }) => [name.toLowerCase(), key]));
}

/**
 * Reads everything that a user server shows an application, nested answers included.
 * @param identityOf what identifies a user, from the key.
 */
export async function readWire(
  url: string,
  login: Login,
  identityOf: (key: string) => string,
): Promise<WirePicture> {
  const list = <Entry>(path: string, part: 'users' | 'groups') =>
    listAt<Entry>(url, login, path, part);
  const namesAt = async (path: string, part: 'users' | 'groups') =>
    (await list<{ readonly name: string }>(path, part)).map(({ name }) => name);
  const users = await list<WireUser>('/search?entity-type=user&expand=user', 'users');
  const groups = await list<WireGroup>('/search?entity-type=group&expand=group', 'groups');
  const memberships = membershipsIn(await askAt(url, login, '/group/membership'));
  const lines = [
    ...users.map(({ key, ...user }) => `user ${userText(user)} ${identityOf(key)}`),
    ...groups.map((group) => `group ${groupText(group)}`),
    ...memberships.flatMap(({ group, users: members, childGroups }) => [
      ...members.map((name) => `${group} has the user ${name}`),
      ...childGroups.map((name) => `${group} has the group ${name}`),
    ]),
  ];
  for (const { name } of users) {
    const above = await namesAt(
      `/user/group/nested?username=${encodeURIComponent(name)}`,
      'groups',
    );
    lines.push(`the user ${name} is below ${above.join(', ')}`);
  }
  for (const { name } of groups) {
    const at = `nested?groupname=${encodeURIComponent(name)}`;
    const members = await namesAt(`/group/user/${at}`, 'users');
    const below = await namesAt(`/group/child-group/${at}`, 'groups');
    const above = await namesAt(`/group/parent-group/${at}`, 'groups');
    lines.push(
      `above ${name} are ${above.join(', ')}, below ${members.join(', ')} and ${below.join(', ')}`,
    );
  }
  const edges = memberships.reduce((sum, each) => sum + each.users.length, 0);
  return { lines: lines.sort(), users: users.length, memberships: edges };
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
