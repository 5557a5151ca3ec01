import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIRECTORY_TYPES, type DirectoryType, nameKey } from '../../../src/domain/index.js';
import { rowsOf } from './csv-rows.js';
import type { DataSet, DirectoryData, EdgeChange, GrantData, Questions } from './data-set.js';
import { EdgeFinder } from './edge-finder.js';
import { freshCopy } from './fresh-names.js';
import { IntList } from './int-list.js';
import { COMPILED } from './scheme.js';

/**
 * Reads a folder of `directories.jsonl`, `users.csv`, `groups.csv`, `memberships.csv`, `grants.csv`,
 * `checks.csv`, `sample-users.csv`, `changes-user.csv` and `changes-group.csv` (see the README).
 */
export function readFolder(folder: string): DataSet {
  const rows = (file: string) => rowsOf(join(folder, file));
  const directories = readFileSync(join(folder, 'directories.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => new DirectoryRows(JSON.parse(line)))
    .sort((a, b) => a.order - b.order);
  const directoryOf = new Map(directories.map((directory, i) => [String(directory.id), i]));
  const holder = (id: string): DirectoryRows => {
    const at = directoryOf.get(id);
    if (at === undefined)
      throw new Error(`${folder} names a directory ${id} that it does not hold`);
    return directories[at];
  };

  const users = new Names(`a user in ${folder}`);
  for (const [directory, name, active] of rows('users.csv')) {
    holder(directory).addUser(users.intern(name), active === '1');
  }
  const groups = new Names(`a group in ${folder}`);
  for (const [directory, name] of rows('groups.csv')) {
    holder(directory).addGroup(groups.intern(name));
  }
  for (const [directory, kind, group, member] of rows('memberships.csv')) {
    const above = groups.find(group);
    if (kind === 'U') holder(directory).addMembership(above, users.find(member));
    else holder(directory).addNesting(above, groups.find(member));
  }
  const grants = [...rows('grants.csv')].map(
    ([permission, kind, subjectName]): GrantData => ({
      permission,
      subjectType: kind === 'U' ? 'USER' : 'GROUP',
      subjectName,
    }),
  );
  const data = directories.map((directory) => directory.toData());
  return {
    label: `the data in ${folder}`,
    userNames: users.all,
    groupNames: groups.all,
    directories: data,
    grants,
    questions: readQuestions(rows, users, groups, data),
  };
}

function readQuestions(
  rows: (file: string) => Iterable<string[]>,
  users: Names,
  groups: Names,
  directories: readonly DirectoryData[],
): Questions {
  const checks = [...rows('checks.csv')];
  const holds = new EdgeFinder(directories, users.all.length, groups.all.length);
  const changes = (file: string, kind: 'memberships' | 'nestings', members: Names) =>
    [...rows(file)].flatMap(([sign, groupName, memberName, ...rest]): EdgeChange[] => {
      const [user, permission] = kind === 'memberships' ? [memberName, rest[0]] : rest;
      const group = groups.find(groupName);
      const member = members.find(memberName);
      const added = sign === '+';
      // The file names no directory: an edge is removed where it is, and added where both ends are.
      const directory = added
        ? holds.bothEnds(kind, group, member)
        : holds.edge(kind, group, member);
      const bit = COMPILED.bitOf(permission);
      return directory < 0
        ? []
        : [{ added, directory, group, member, user: users.find(user), bit }];
    });
  return {
    checks: {
      users: Int32Array.from(checks, ([user]) => users.find(user)),
      bits: Uint8Array.from(checks, ([, permission]) => COMPILED.bitOf(permission)),
    },
    sampleUsers: Int32Array.from([...rows('sample-users.csv')], ([user]) => users.find(user)),
    membershipChanges: changes('changes-user.csv', 'memberships', users),
    nestingChanges: changes('changes-group.csv', 'nestings', groups),
  };
}

/** Numbers for names, by key. */
class Names {
  readonly all: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly what: string;

  constructor(what: string) {
    this.what = what;
  }

  intern(name: string): number {
    const key = nameKey(name);
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.all.push(freshCopy(name)) - 1;
      this.numbers.set(freshCopy(key), number);
    }
    return number;
  }

  find(name: string): number {
    const number = this.numbers.get(nameKey(name));
    if (number === undefined) throw new Error(`${name} is not ${this.what}`);
    return number;
  }
}

/**
 * A directory while its rows are read. Whoever an edge names is in it, though the lists of users and
 * groups may have passed them over; a user who comes in that way is active.
 */
class DirectoryRows {
  readonly id: number;
  readonly order: number;
  private readonly name: string;
  private readonly type: DirectoryType;
  private readonly users = new IntList();
  private readonly active = new IntList();
  private readonly groups = new IntList();
  private readonly memberships = { groups: new IntList(), members: new IntList() };
  private readonly nestings = { groups: new IntList(), members: new IntList() };
  private readonly knownUsers = new Set<number>();
  private readonly knownGroups = new Set<number>();

  constructor(line: { id: number; order: number; name: string; type: string }) {
    this.id = line.id;
    this.order = line.order;
    this.name = line.name;
    const type = DIRECTORY_TYPES.find((known) => known === line.type.toUpperCase());
    if (!type) throw new Error(`${line.type} is no type of directory`);
    this.type = type;
  }

  addUser(user: number, active: boolean): void {
    if (this.knownUsers.has(user)) return;
    this.knownUsers.add(user);
    this.users.push(user);
    this.active.push(Number(active));
  }

  addGroup(group: number): void {
    if (this.knownGroups.has(group)) return;
    this.knownGroups.add(group);
    this.groups.push(group);
  }

  addMembership(group: number, user: number): void {
    this.addGroup(group);
    this.addUser(user, true);
    this.memberships.groups.push(group);
    this.memberships.members.push(user);
  }

  addNesting(parent: number, child: number): void {
    this.addGroup(parent);
    this.addGroup(child);
    this.nestings.groups.push(parent);
    this.nestings.members.push(child);
  }

  toData(): DirectoryData {
    const columns = (edges: { groups: IntList; members: IntList }) => ({
      groups: edges.groups.toArray(),
      members: edges.members.toArray(),
    });
    return {
      name: this.name,
      type: this.type,
      users: this.users.toArray(),
      active: Uint8Array.from(this.active.toArray()),
      groups: this.groups.toArray(),
      memberships: columns(this.memberships),
      nestings: columns(this.nestings),
    };
  }
}
