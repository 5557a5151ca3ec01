import {
  asId,
  type Change,
  type Directory,
  type GatewaySnapshot,
  type Grant,
  type Group,
  type GroupId,
  nameKey,
  type User,
  type UserId,
} from '../../../src/domain/index.js';
import { GrowableLists } from '../limit/growable-lists.js';
import type { DataSet, EdgeColumns } from './data-set.js';
import { MovingEntries } from './moving-entries.js';
import { SCHEME } from './scheme.js';
import { directoryAt, snapshotOf } from './snapshot.js';

/** Room for entries that are added; removed ones make room, too. */
const ROOM = 1.25;

/** The facts of a data set, to be changed: each change is made and told as the log would tell it. */
export class MovingFacts {
  readonly users = new MovingEntries();
  readonly groups = new MovingEntries();
  readonly userGroups: GrowableLists;
  readonly groupUsers: GrowableLists;
  readonly parents: GrowableLists;
  readonly children: GrowableLists;
  /** In order. */
  directories: readonly Directory[];
  readonly grants: Grant[];
  private readonly settings: GatewaySnapshot['settings'];

  constructor(data: DataSet) {
    const snapshot = snapshotOf(data);
    this.settings = snapshot.settings;
    this.directories = snapshot.directories.map((_, i) => directoryAt(data, i));
    this.grants = [...snapshot.grants];
    const memberships = { above: [] as Int32Array[], below: [] as Int32Array[] };
    const nestings = { above: [] as Int32Array[], below: [] as Int32Array[] };
    data.directories.forEach((directory, at) => {
      const { users, groups } = snapshot.directories[at];
      const userEntry = new Int32Array(data.userNames.length);
      directory.users.forEach((name, i) => {
        userEntry[name] = this.users.add({
          id: users.ids[i],
          directory: at,
          name: users.names[i],
          active: users.active[i],
        });
      });
      const groupEntry = new Int32Array(data.groupNames.length);
      directory.groups.forEach((name, i) => {
        const entry = { id: groups.ids[i], directory: at, name: groups.names[i], active: true };
        groupEntry[name] = this.groups.add(entry);
      });
      const collect = (into: typeof memberships, edges: EdgeColumns, members: Int32Array) => {
        into.above.push(edges.groups.map((name) => groupEntry[name]));
        into.below.push(edges.members.map((name) => members[name]));
      };
      collect(memberships, directory.memberships, userEntry);
      collect(nestings, directory.nestings, groupEntry);
    });
    const userRoom = Math.ceil(this.users.count * ROOM);
    const groupRoom = Math.ceil(this.groups.count * ROOM);
    const [above, below] = [joined(memberships.above), joined(memberships.below)];
    this.userGroups = new GrowableLists(userRoom, below, above);
    this.groupUsers = new GrowableLists(groupRoom, above, below);
    const [parents, children] = [joined(nestings.above), joined(nestings.below)];
    this.parents = new GrowableLists(groupRoom, children, parents);
    this.children = new GrowableLists(groupRoom, parents, children);
  }

  /** Whether another user, or another group, finds room. */
  hasRoomForUser(): boolean {
    return this.users.count < this.userGroups.lengths.length;
  }

  hasRoomForGroup(): boolean {
    return this.groups.count < this.groupUsers.lengths.length;
  }

  /** The facts as they are now. */
  snapshot(revision: number): GatewaySnapshot {
    return {
      revision: asId(revision),
      settings: this.settings,
      scheme: SCHEME,
      directories: this.directories.map((directory) => {
        const at = directory.id - 1;
        const users = this.users.of(at);
        const groups = this.groups.of(at);
        const memberships = this.edges(groups, this.groupUsers, this.users);
        const nestings = this.edges(groups, this.children, this.groups);
        return {
          directory,
          users: {
            ids: users.map((entry): UserId => asId(this.users.at(entry).id)),
            names: users.map((entry) => this.users.at(entry).name),
            active: users.map((entry) => this.users.at(entry).active),
          },
          groups: {
            ids: groups.map((entry): GroupId => asId(this.groups.at(entry).id)),
            names: groups.map((entry) => this.groups.at(entry).name),
          },
          memberships: {
            groups: memberships.above.map((id): GroupId => asId(id)),
            users: memberships.below.map((id): UserId => asId(id)),
          },
          nestings: {
            parents: nestings.above.map((id): GroupId => asId(id)),
            children: nestings.below.map((id): GroupId => asId(id)),
          },
        };
      }),
      grants: this.grants,
    };
  }

  membership(added: boolean, group: number, user: number): Change {
    if (added) {
      this.userGroups.add(user, group);
      this.groupUsers.add(group, user);
    } else {
      this.userGroups.remove(user, group);
      this.groupUsers.remove(group, user);
    }
    return {
      kind: added ? 'MembershipAdded' : 'MembershipRemoved',
      directoryId: asId(this.groups.at(group).directory + 1),
      group: this.groups.at(group).name,
      user: this.users.at(user).name,
    };
  }

  nesting(added: boolean, parent: number, child: number): Change {
    if (added) {
      this.children.add(parent, child);
      this.parents.add(child, parent);
    } else {
      this.children.remove(parent, child);
      this.parents.remove(child, parent);
    }
    return {
      kind: added ? 'NestingAdded' : 'NestingRemoved',
      directoryId: asId(this.groups.at(parent).directory + 1),
      parent: this.groups.at(parent).name,
      child: this.groups.at(child).name,
    };
  }

  user(entry: number): User {
    const { id, directory, name, active } = this.users.at(entry);
    return {
      id: asId(id),
      directoryId: asId(directory + 1),
      name,
      nameKey: nameKey(name),
      active,
      displayName: name,
      firstName: '',
      lastName: '',
      email: '',
      externalId: String(id),
    };
  }

  group(entry: number): Group {
    const { id, directory, name, active } = this.groups.at(entry);
    return {
      id: asId(id),
      directoryId: asId(directory + 1),
      name,
      nameKey: nameKey(name),
      active,
      description: '',
    };
  }

  private edges(groups: readonly number[], lists: GrowableLists, members: MovingEntries) {
    const above: number[] = [];
    const below: number[] = [];
    for (const group of groups) {
      const start = lists.starts[group];
      for (let at = start; at < start + lists.lengths[group]; at++) {
        above.push(this.groups.at(group).id);
        below.push(members.at(lists.pool[at]).id);
      }
    }
    return { above, below };
  }
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
