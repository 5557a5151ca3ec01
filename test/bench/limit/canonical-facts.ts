import { nameKey } from '../../../src/domain/index.js';
import type { DataSet, EdgeColumns } from '../dataset/data-set.js';
import { IntList } from '../dataset/int-list.js';
import { COMPILED } from '../dataset/scheme.js';

/**
 * The data after directory order has been worked out: each user name means one entry, and what
 * later directories say of it is left out. The ruler and the rivals are given this, so that none of
 * them spends time on what the engine has to keep for the day the order changes.
 *
 * A *node* is a group of one directory.
 */
export interface CanonicalFacts {
  /** By user: position of the directory whose entry the name means, -1: none. */
  readonly homes: Int8Array;
  /** By user: 1 when that entry is active. */
  readonly active: Uint8Array;
  /** By node: its group. */
  readonly nodeGroups: Int32Array;
  /** By directory and group: the node, -1: none. */
  readonly nodeOf: readonly Int32Array[];
  /** Groups are nodes, members are users. */
  readonly memberships: EdgeColumns;
  /** Both are nodes. */
  readonly nestings: EdgeColumns;
  /** By user and by node: bits of the grants to the name, implied ones included. */
  readonly userGrants: Uint8Array;
  readonly nodeGrants: Uint8Array;
}

export function canonicalFacts(data: DataSet): CanonicalFacts {
  const homes = new Int8Array(data.userNames.length).fill(-1);
  const active = new Uint8Array(data.userNames.length);
  const nodeGroups = new IntList();
  const nodeOf = data.directories.map((directory, at) => {
    directory.users.forEach((user, i) => {
      if (homes[user] >= 0) return;
      homes[user] = at;
      active[user] = directory.active[i];
    });
    const nodes = new Int32Array(data.groupNames.length).fill(-1);
    for (const group of directory.groups) {
      nodes[group] = nodeGroups.length;
      nodeGroups.push(group);
    }
    return nodes;
  });

  const memberships = { groups: new IntList(), members: new IntList() };
  const nestings = { groups: new IntList(), members: new IntList() };
  data.directories.forEach((directory, at) => {
    const node = nodeOf[at];
    directory.memberships.members.forEach((user, i) => {
      if (homes[user] !== at) return;
      memberships.groups.push(node[directory.memberships.groups[i]]);
      memberships.members.push(user);
    });
    directory.nestings.members.forEach((child, i) => {
      nestings.groups.push(node[directory.nestings.groups[i]]);
      nestings.members.push(node[child]);
    });
  });
  const toArrays = (edges: { groups: IntList; members: IntList }) => ({
    groups: edges.groups.toArray(),
    members: edges.members.toArray(),
  });
  const groups = nodeGroups.toArray();
  const groupGrants = grantsByName(data, 'GROUP', data.groupNames);
  return {
    homes,
    active,
    nodeGroups: groups,
    nodeOf,
    memberships: toArrays(memberships),
    nestings: toArrays(nestings),
    userGrants: grantsByName(data, 'USER', data.userNames),
    nodeGrants: Uint8Array.from(groups, (group) => groupGrants[group]),
  };
}

function grantsByName(
  data: DataSet,
  subjectType: 'USER' | 'GROUP',
  names: readonly string[],
): Uint8Array {
  const numbers = new Map<string, number>();
  const masks = new Uint8Array(names.length);
  const grants = data.grants.filter((grant) => grant.subjectType === subjectType);
  const granted = new Set(grants.map(({ subjectName }) => nameKey(subjectName)));
  names.forEach((name, i) => {
    const key = nameKey(name);
    if (granted.has(key)) numbers.set(key, i);
  });
  for (const { permission, subjectName } of grants) {
    const number = numbers.get(nameKey(subjectName));
    if (number !== undefined) masks[number] |= COMPILED.maskOf(permission);
  }
  return masks;
}
