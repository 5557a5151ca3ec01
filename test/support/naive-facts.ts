import {
  asId,
  type Change,
  type Directory,
  type DirectoryId,
  type DirectorySnapshot,
  type GatewaySnapshot,
  type Grant,
  type Group,
  type GroupId,
  type MembershipMode,
  type NameKey,
  nameKey,
  type PermissionScheme,
  type Revision,
  type User,
  type UserId,
} from '../../src/domain/index.js';
import type { GrantAnswer } from './scenario-answerer.js';
import { BITBUCKET_SCHEME } from './scenario-scheme.js';

/** One directory as plain lists; edges name users and groups by id, so a rename leaves them alone. */
export interface NaiveDirectory {
  directory: Directory;
  readonly users: Map<UserId, User>;
  readonly groups: Map<GroupId, Group>;
  memberships: { readonly group: GroupId; readonly user: UserId }[];
  nestings: { readonly parent: GroupId; readonly child: GroupId }[];
}

export type Reloads = ReadonlyMap<DirectoryId, DirectorySnapshot>;

/**
 * The facts that changes tell, kept as simply as can be. A change that does not fit is an error:
 * whoever wrote it got the order or a name wrong.
 */
export class NaiveFacts {
  directories: NaiveDirectory[] = [];
  grants: Grant[] = [];
  mode: MembershipMode = 'FIRST_DIRECTORY';
  licenceLimit: number | null = null;
  revision = 0;
  readonly scheme: PermissionScheme;

  constructor(scheme: PermissionScheme = BITBUCKET_SCHEME) {
    this.scheme = scheme;
  }

  directory(id: DirectoryId): NaiveDirectory {
    return found(
      this.directories.find(({ directory }) => directory.id === id),
      `directory ${id}`,
    );
  }

  user(holder: NaiveDirectory, name: string): User {
    return found(entryNamed(holder.users.values(), name), `user ${name}`);
  }

  group(holder: NaiveDirectory, name: string): Group {
    return found(entryNamed(holder.groups.values(), name), `group ${name}`);
  }

  apply(changes: readonly Change[], reloads: Reloads = new Map()): void {
    for (const change of changes) this.applyOne(change, reloads);
  }

  private applyOne(change: Change, reloads: Reloads): void {
    switch (change.kind) {
      case 'DirectoryAdded':
        this.directories.push(empty(change.directory));
        return;
      case 'DirectoryChanged':
        this.directory(change.after.id).directory = change.after;
        return;
      case 'DirectoriesReordered':
        this.directories = change.after.map((id) => this.directory(id));
        return;
      case 'DirectoryRemoved':
        this.directories.splice(this.directories.indexOf(this.directory(change.directory.id)), 1);
        return;
      case 'DirectoryReloaded': {
        const at = this.directories.indexOf(this.directory(change.directoryId));
        this.directories[at] = loaded(found(reloads.get(change.directoryId), 'a reload'));
        return;
      }
      case 'UserAdded':
        this.directory(change.user.directoryId).users.set(change.user.id, change.user);
        return;
      case 'UserChanged':
        this.directory(change.after.directoryId).users.set(change.after.id, change.after);
        return;
      case 'UserRemoved': {
        const { users, memberships } = this.directory(change.user.directoryId);
        expectNoEdge(memberships.some(({ user }) => user === change.user.id));
        remove(users, change.user.id);
        return;
      }
      case 'GroupAdded':
        this.directory(change.group.directoryId).groups.set(change.group.id, change.group);
        return;
      case 'GroupChanged':
        this.directory(change.after.directoryId).groups.set(change.after.id, change.after);
        return;
      case 'GroupRemoved': {
        const { id } = change.group;
        const { groups, memberships, nestings } = this.directory(change.group.directoryId);
        expectNoEdge(memberships.some(({ group }) => group === id));
        expectNoEdge(nestings.some(({ parent, child }) => parent === id || child === id));
        remove(groups, id);
        return;
      }
      case 'MembershipAdded':
      case 'MembershipRemoved': {
        const holder = this.directory(change.directoryId);
        const group = this.group(holder, change.group).id;
        const user = this.user(holder, change.user).id;
        const others = holder.memberships.filter((m) => m.group !== group || m.user !== user);
        expectAbsence(others.length === holder.memberships.length, change.kind);
        holder.memberships =
          change.kind === 'MembershipAdded' ? [...others, { group, user }] : others;
        return;
      }
      case 'NestingAdded':
      case 'NestingRemoved': {
        const holder = this.directory(change.directoryId);
        const parent = this.group(holder, change.parent).id;
        const child = this.group(holder, change.child).id;
        const others = holder.nestings.filter((n) => n.parent !== parent || n.child !== child);
        expectAbsence(others.length === holder.nestings.length, change.kind);
        holder.nestings = change.kind === 'NestingAdded' ? [...others, { parent, child }] : others;
        return;
      }
      case 'GrantAdded':
        this.grants.push(change.grant);
        return;
      case 'GrantRemoved':
        this.grants = this.grants.filter(({ id }) => id !== change.grant.id);
        return;
      case 'MembershipModeChanged':
        this.mode = change.after;
        return;
      case 'LicenceLimitChanged':
        this.licenceLimit = change.after;
        return;
      default: // Applications, passwords and warnings move no right.
        return;
    }
  }

  snapshot(): GatewaySnapshot {
    return {
      revision: asId<Revision>(this.revision),
      settings: { membershipMode: this.mode, licenceLimit: this.licenceLimit },
      scheme: this.scheme,
      directories: this.directories.map(directorySnapshot),
      grants: [...this.grants],
    };
  }
}

export function directorySnapshot(held: NaiveDirectory): DirectorySnapshot {
  const users = [...held.users.values()];
  const groups = [...held.groups.values()];
  return {
    directory: held.directory,
    users: {
      ids: users.map(({ id }) => id),
      names: users.map(({ name }) => name),
      active: users.map(({ active }) => active),
    },
    groups: { ids: groups.map(({ id }) => id), names: groups.map(({ name }) => name) },
    memberships: {
      groups: held.memberships.map(({ group }) => group),
      users: held.memberships.map(({ user }) => user),
    },
    nestings: {
      parents: held.nestings.map(({ parent }) => parent),
      children: held.nestings.map(({ child }) => child),
    },
  };
}

export function entryNamed<Entry extends { readonly nameKey: NameKey }>(
  entries: Iterable<Entry>,
  name: string,
): Entry | undefined {
  const key = nameKey(name);
  for (const entry of entries) if (entry.nameKey === key) return entry;
  return undefined;
}

export function groupKey(holder: NaiveDirectory, group: GroupId): NameKey {
  return found(holder.groups.get(group), `group ${group}`).nameKey;
}

export function holdsNesting(holder: NaiveDirectory, parent: NameKey, child: NameKey): boolean {
  return holder.nestings.some(
    (nesting) =>
      groupKey(holder, nesting.parent) === parent && groupKey(holder, nesting.child) === child,
  );
}

export function grantAnswer({ permission, subjectType, subjectKey }: Grant): GrantAnswer {
  return { permission, subjectType, subject: subjectKey };
}

function empty(directory: Directory): NaiveDirectory {
  return { directory, users: new Map(), groups: new Map(), memberships: [], nestings: [] };
}

function loaded({
  directory,
  users,
  groups,
  memberships,
  nestings,
}: DirectorySnapshot): NaiveDirectory {
  const held = empty(directory);
  const directoryId = directory.id;
  Array.from(users.ids).forEach((id, i) => {
    held.users.set(id, userOf(id, directoryId, users.names[i], users.active[i]));
  });
  Array.from(groups.ids).forEach((id, i) => {
    held.groups.set(id, groupOf(id, directoryId, groups.names[i]));
  });
  held.memberships = Array.from(memberships.groups, (group, i) => {
    return { group, user: memberships.users[i] };
  });
  held.nestings = Array.from(nestings.parents, (parent, i) => {
    return { parent, child: nestings.children[i] };
  });
  return held;
}

/** A user with nothing to say but a name. */
export function userOf(id: UserId, directoryId: DirectoryId, name: string, active: boolean): User {
  return { id, directoryId, nameKey: nameKey(name), ...userFactsOf(name, active) };
}

export function userFactsOf(name: string, active: boolean) {
  return {
    name,
    displayName: name,
    firstName: '',
    lastName: name,
    email: '',
    active,
    externalId: null,
  };
}

export function groupOf(id: GroupId, directoryId: DirectoryId, name: string): Group {
  return { id, directoryId, nameKey: nameKey(name), name, description: '', active: true };
}

function remove<Id>(entries: Map<Id, unknown>, id: Id): void {
  if (!entries.delete(id)) throw new Error(`there is no entry ${id} to remove`);
}

/** The log promises that edges go before the user or group they hang on. */
function expectNoEdge(hangsOn: boolean): void {
  if (hangsOn) throw new Error('an entry is removed before its edges');
}

function expectAbsence(absent: boolean, kind: string): void {
  if (absent !== kind.endsWith('Added')) throw new Error(`${kind} does not fit the facts`);
}

function found<Thing>(thing: Thing | undefined, what: string): Thing {
  if (thing === undefined) throw new Error(`a change names ${what}, which is not there`);
  return thing;
}
