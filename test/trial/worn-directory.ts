import {
  asId,
  type Change,
  type Directory,
  type DirectoryId,
  type DirectorySnapshot,
  type Group,
  type GroupId,
  nameKey,
  type User,
  type UserId,
} from '../../src/domain/index.js';
import { groupOf, userOf } from '../support/naive-facts.js';
import type { Random } from '../support/random.js';
import { Pool } from './pool.js';

interface Edge<Above, Below> {
  readonly above: Above;
  readonly below: Below;
}

/**
 * What one directory holds, so kept that a random change of it costs next to nothing however large
 * it is. Each method alters it and tells what the log would say; `[]` when there is nothing to do.
 */
export class WornDirectory {
  directory: Directory;
  private readonly users = new Pool<UserId, User>();
  private readonly groups = new Pool<GroupId, Group>();
  private readonly memberships = new Pool<string, Edge<GroupId, UserId>>();
  private readonly nestings = new Pool<string, Edge<GroupId, GroupId>>();
  private readonly userNames = new Set<string>();
  private readonly groupNames = new Set<string>();
  /** Memberships and nestings by what they hang on. */
  private readonly edgesOfUser = new Map<UserId, Set<string>>();
  private readonly edgesOfGroup = new Map<GroupId, Set<string>>();
  private readonly nestingsOfGroup = new Map<GroupId, Set<string>>();
  private readonly newId: () => number;

  constructor(directory: Directory, newId: () => number) {
    this.directory = directory;
    this.newId = newId;
  }

  get id(): DirectoryId {
    return this.directory.id;
  }

  get sizes() {
    return {
      users: this.users.size,
      groups: this.groups.size,
      memberships: this.memberships.size,
      nestings: this.nestings.size,
    };
  }

  addUser(name: string, active: boolean): Change[] {
    if (this.userNames.has(nameKey(name))) return [];
    const user = userOf(asId<UserId>(this.newId()), this.id, name, active);
    this.users.put(user.id, user);
    this.userNames.add(user.nameKey);
    return [{ kind: 'UserAdded', user }];
  }

  removeUser(random: Random): Change[] {
    const user = this.users.pick(random);
    if (!user) return [];
    const changes = [...(this.edgesOfUser.get(user.id) ?? [])].flatMap((edge) =>
      this.removeMembership(edge),
    );
    this.users.remove(user.id);
    this.userNames.delete(user.nameKey);
    this.edgesOfUser.delete(user.id);
    return [...changes, { kind: 'UserRemoved', user }];
  }

  switchUser(random: Random): Change[] {
    const before = this.users.pick(random);
    if (!before) return [];
    const after = { ...before, active: !before.active };
    this.users.put(after.id, after);
    return [{ kind: 'UserChanged', before, after }];
  }

  renameUser(random: Random, name: string): Change[] {
    const before = this.users.pick(random);
    if (!before || this.userNames.has(nameKey(name))) return [];
    const after = { ...before, name, nameKey: nameKey(name) };
    this.userNames.delete(before.nameKey);
    this.userNames.add(after.nameKey);
    this.users.put(after.id, after);
    return [{ kind: 'UserChanged', before, after }];
  }

  /** Two users change names. */
  swapUsers(random: Random): Change[] {
    const one = this.users.pick(random);
    const other = this.users.pick(random);
    if (!one || !other || one === other) return [];
    const swapped: [User, User][] = [
      [one, { ...one, name: other.name, nameKey: other.nameKey }],
      [other, { ...other, name: one.name, nameKey: one.nameKey }],
    ];
    return swapped.map(([before, after]) => {
      this.users.put(after.id, after);
      return { kind: 'UserChanged', before, after };
    });
  }

  addGroup(name: string): Change[] {
    if (this.groupNames.has(nameKey(name))) return [];
    const group = groupOf(asId<GroupId>(this.newId()), this.id, name);
    this.groups.put(group.id, group);
    this.groupNames.add(group.nameKey);
    return [{ kind: 'GroupAdded', group }];
  }

  removeGroup(random: Random): Change[] {
    const group = this.groups.pick(random);
    if (!group) return [];
    const changes = [
      ...[...(this.edgesOfGroup.get(group.id) ?? [])].flatMap((edge) =>
        this.removeMembership(edge),
      ),
      ...[...(this.nestingsOfGroup.get(group.id) ?? [])].flatMap((edge) =>
        this.removeNesting(edge),
      ),
    ];
    this.groups.remove(group.id);
    this.groupNames.delete(group.nameKey);
    this.edgesOfGroup.delete(group.id);
    this.nestingsOfGroup.delete(group.id);
    return [...changes, { kind: 'GroupRemoved', group }];
  }

  renameGroup(random: Random, name: string): Change[] {
    const before = this.groups.pick(random);
    if (!before || this.groupNames.has(nameKey(name))) return [];
    const after = { ...before, name, nameKey: nameKey(name) };
    this.groupNames.delete(before.nameKey);
    this.groupNames.add(after.nameKey);
    this.groups.put(after.id, after);
    return [{ kind: 'GroupChanged', before, after }];
  }

  addRandomMembership(random: Random): Change[] {
    const group = this.groups.pick(random);
    const user = this.users.pick(random);
    if (!group || !user) return [];
    const edge = `${group.id} ${user.id}`;
    if (this.memberships.has(edge)) return [];
    this.memberships.put(edge, { above: group.id, below: user.id });
    note(this.edgesOfGroup, group.id, edge);
    note(this.edgesOfUser, user.id, edge);
    const names = { group: group.name, user: user.name };
    return [{ kind: 'MembershipAdded', directoryId: this.id, ...names }];
  }

  removeRandomMembership(random: Random): Change[] {
    const edge = this.memberships.pickKey(random);
    return edge === undefined ? [] : this.removeMembership(edge);
  }

  addRandomNesting(random: Random): Change[] {
    const parent = this.groups.pick(random);
    const child = this.groups.pick(random);
    if (!parent || !child) return [];
    const edge = `${parent.id} ${child.id}`;
    if (this.nestings.has(edge)) return [];
    this.nestings.put(edge, { above: parent.id, below: child.id });
    note(this.nestingsOfGroup, parent.id, edge);
    note(this.nestingsOfGroup, child.id, edge);
    const names = { parent: parent.name, child: child.name };
    return [{ kind: 'NestingAdded', directoryId: this.id, ...names }];
  }

  removeRandomNesting(random: Random): Change[] {
    const edge = this.nestings.pickKey(random);
    return edge === undefined ? [] : this.removeNesting(edge);
  }

  patch(patch: Partial<Pick<Directory, 'active' | 'nestedGroups'>>): Change[] {
    const before = this.directory;
    this.directory = { ...before, ...patch };
    return [{ kind: 'DirectoryChanged', before, after: this.directory }];
  }

  snapshot(): DirectorySnapshot {
    const users = [...this.users.values()];
    const groups = [...this.groups.values()];
    const memberships = [...this.memberships.values()];
    const nestings = [...this.nestings.values()];
    return {
      directory: this.directory,
      users: {
        ids: users.map(({ id }) => id),
        names: users.map(({ name }) => name),
        active: users.map(({ active }) => active),
      },
      groups: { ids: groups.map(({ id }) => id), names: groups.map(({ name }) => name) },
      memberships: {
        groups: memberships.map(({ above }) => above),
        users: memberships.map(({ below }) => below),
      },
      nestings: {
        parents: nestings.map(({ above }) => above),
        children: nestings.map(({ below }) => below),
      },
    };
  }

  private removeMembership(edge: string): Change[] {
    const { above, below } = this.memberships.get(edge)!;
    this.memberships.remove(edge);
    this.edgesOfGroup.get(above)?.delete(edge);
    this.edgesOfUser.get(below)?.delete(edge);
    const names = { group: this.groups.get(above)!.name, user: this.users.get(below)!.name };
    return [{ kind: 'MembershipRemoved', directoryId: this.id, ...names }];
  }

  private removeNesting(edge: string): Change[] {
    const { above, below } = this.nestings.get(edge)!;
    this.nestings.remove(edge);
    this.nestingsOfGroup.get(above)?.delete(edge);
    this.nestingsOfGroup.get(below)?.delete(edge);
    const names = { parent: this.groups.get(above)!.name, child: this.groups.get(below)!.name };
    return [{ kind: 'NestingRemoved', directoryId: this.id, ...names }];
  }
}

function note<Key>(edges: Map<Key, Set<string>>, key: Key, edge: string): void {
  const known = edges.get(key);
  if (known) known.add(edge);
  else edges.set(key, new Set([edge]));
}
