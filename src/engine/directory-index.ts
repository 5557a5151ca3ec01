import {
  type Directory,
  type DirectorySnapshot,
  type GroupId,
  nameKey,
  type UserId,
} from '../domain/index.js';
import { EdgeLists } from './edge-lists.js';
import type { NameTable } from './name-table.js';
import { RowTable } from './row-table.js';

/** The two name tables that all directories of one index share. */
export interface SharedNames {
  readonly users: NameTable;
  readonly groups: NameTable;
}

/**
 * One directory in memory. Lists are found by row and hold name numbers, so that a walk can step
 * from one directory to the next (ALL_DIRECTORIES) without translating.
 */
export class DirectoryIndex {
  directory: Directory;
  readonly users = new RowTable();
  readonly groups = new RowTable();
  /** By user row: 1 when active. */
  readonly userActive: number[] = [];
  private userGroups = new EdgeLists();
  private groupUsers = new EdgeLists();
  private groupParents = new EdgeLists();
  private groupChildren = new EdgeLists();

  constructor(directory: Directory) {
    this.directory = directory;
  }

  static fromSnapshot(snapshot: DirectorySnapshot, names: SharedNames): DirectoryIndex {
    const index = new DirectoryIndex(snapshot.directory);
    const userRows = new Map<UserId, number>();
    snapshot.users.ids.forEach((id, i) => {
      const name = names.users.intern(nameKey(snapshot.users.names[i]));
      const row = index.users.add(name, id, snapshot.users.names[i]);
      index.userActive[row] = snapshot.users.active[i] ? 1 : 0;
      userRows.set(id, row);
    });
    const groupRows = new Map<GroupId, number>();
    snapshot.groups.ids.forEach((id, i) => {
      const name = names.groups.intern(nameKey(snapshot.groups.names[i]));
      groupRows.set(id, index.groups.add(name, id, snapshot.groups.names[i]));
    });

    const { memberships, nestings } = snapshot;
    const memberGroup = rowsOf(memberships.groups, groupRows);
    const memberUser = rowsOf(memberships.users, userRows);
    const parent = rowsOf(nestings.parents, groupRows);
    const child = rowsOf(nestings.children, groupRows);
    const groupName = (rows: Int32Array) => rows.map((row) => index.groups.names[row]);
    const userName = (rows: Int32Array) => rows.map((row) => index.users.names[row]);
    const userCount = index.users.capacity;
    const groupCount = index.groups.capacity;
    index.userGroups = EdgeLists.fromPairs(userCount, memberUser, groupName(memberGroup));
    index.groupUsers = EdgeLists.fromPairs(groupCount, memberGroup, userName(memberUser));
    index.groupChildren = EdgeLists.fromPairs(groupCount, parent, groupName(child));
    index.groupParents = EdgeLists.fromPairs(groupCount, child, groupName(parent));
    return index;
  }

  groupsOfUser(user: number): Int32Array {
    return this.userGroups.of(this.users.rowOf(user));
  }

  usersOfGroup(group: number): Int32Array {
    return this.groupUsers.of(this.groups.rowOf(group));
  }

  /** As kept; whether they count is the directory's `nestedGroups`. */
  parentsOfGroup(group: number): Int32Array {
    return this.groupParents.of(this.groups.rowOf(group));
  }

  childrenOfGroup(group: number): Int32Array {
    return this.groupChildren.of(this.groups.rowOf(group));
  }

  addUser(user: number, id: UserId, spelling: string, active: boolean): void {
    const row = this.users.add(user, id, spelling);
    this.userActive[row] = active ? 1 : 0;
    this.userGroups.clear(row);
  }

  addGroup(group: number, id: GroupId, spelling: string): void {
    const row = this.groups.add(group, id, spelling);
    this.groupUsers.clear(row);
    this.groupParents.clear(row);
    this.groupChildren.clear(row);
  }

  isActiveUser(user: number): boolean {
    return this.userActive[this.users.rowOf(user)] === 1;
  }

  addMembership(group: number, user: number): boolean {
    const groupRow = this.groups.rowOf(group);
    const userRow = this.users.rowOf(user);
    if (groupRow < 0 || userRow < 0 || !this.userGroups.add(userRow, group)) return false;
    return this.groupUsers.add(groupRow, user);
  }

  removeMembership(group: number, user: number): boolean {
    if (!this.userGroups.remove(this.users.rowOf(user), group)) return false;
    return this.groupUsers.remove(this.groups.rowOf(group), user);
  }

  addNesting(parent: number, child: number): boolean {
    const parentRow = this.groups.rowOf(parent);
    const childRow = this.groups.rowOf(child);
    if (parentRow < 0 || childRow < 0 || !this.groupParents.add(childRow, parent)) return false;
    return this.groupChildren.add(parentRow, child);
  }

  removeNesting(parent: number, child: number): boolean {
    if (!this.groupParents.remove(this.groups.rowOf(child), parent)) return false;
    return this.groupChildren.remove(this.groups.rowOf(parent), child);
  }
}

function rowsOf<Id>(ids: readonly Id[], rows: ReadonlyMap<Id, number>): Int32Array {
  const found = new Int32Array(ids.length);
  for (let i = 0; i < ids.length; i++) {
    const row = rows.get(ids[i]);
    if (row === undefined) throw new Error('a snapshot names an edge of an entry it does not hold');
    found[i] = row;
  }
  return found;
}
