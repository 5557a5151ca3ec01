import {
  asId,
  CONNECTION_DEFAULTS,
  type Directory,
  type DirectorySnapshot,
  type GatewaySnapshot,
  type Grant,
  type GroupId,
  nameKey,
  type UserId,
} from '../../../src/domain/index.js';
import type { DataSet, DirectoryData, EdgeColumns } from './data-set.js';
import { freshCopy } from './fresh-names.js';
import { SCHEME } from './scheme.js';

/** Ids of users start at 1, those of groups and of everything else above them. */
const FIRST_GROUP_ID = 1 << 28;

/**
 * The data as a store would give it at revision 1: each row has a string of its own for its name.
 * Directories have the ids 1, 2, … in order.
 */
export function snapshotOf(data: DataSet): GatewaySnapshot {
  let userId = 1;
  let groupId = FIRST_GROUP_ID;
  const directories = data.directories.map((directory, i) => {
    const snapshot = directorySnapshot(data, directory, i, userId, groupId);
    userId += directory.users.length;
    groupId += directory.groups.length;
    return snapshot;
  });
  return {
    revision: asId(1),
    settings: { membershipMode: 'FIRST_DIRECTORY', licenceLimit: data.userNames.length },
    scheme: SCHEME,
    directories,
    grants: data.grants.map((grant, i): Grant => {
      return { ...grant, id: asId(i + 1), subjectKey: nameKey(grant.subjectName) };
    }),
  };
}

export function directoryAt(data: DataSet, position: number): Directory {
  const { name, type } = data.directories[position];
  return {
    id: asId(position + 1),
    name,
    nameKey: nameKey(name),
    type,
    active: true,
    nestedGroups: true,
    connection:
      type === 'INTERNAL'
        ? null
        : {
            ...CONNECTION_DEFAULTS,
            serverUrl: 'https://jira.example.test',
            applicationName: 'gatehouse',
          },
    generation: asId(position + 1),
  };
}

function directorySnapshot(
  data: DataSet,
  directory: DirectoryData,
  position: number,
  firstUser: number,
  firstGroup: number,
): DirectorySnapshot {
  const userIds = idsByName(data.userNames.length, directory.users, firstUser);
  const groupIds = idsByName(data.groupNames.length, directory.groups, firstGroup);
  const memberships = idEdges(directory.memberships, groupIds, userIds);
  const nestings = idEdges(directory.nestings, groupIds, groupIds);
  return {
    directory: directoryAt(data, position),
    users: {
      ids: asIds<UserId>(directory.users.map((name) => userIds[name])),
      names: Array.from(directory.users, (name) => freshCopy(data.userNames[name])),
      active: Array.from(directory.active, (flag) => flag === 1),
    },
    groups: {
      ids: asIds<GroupId>(directory.groups.map((name) => groupIds[name])),
      names: Array.from(directory.groups, (name) => freshCopy(data.groupNames[name])),
    },
    memberships: {
      groups: asIds<GroupId>(memberships.groups),
      users: asIds<UserId>(memberships.members),
    },
    nestings: {
      parents: asIds<GroupId>(nestings.groups),
      children: asIds<GroupId>(nestings.members),
    },
  };
}

function idsByName(nameCount: number, names: Int32Array, first: number): Int32Array {
  const ids = new Int32Array(nameCount);
  names.forEach((name, i) => {
    ids[name] = first + i;
  });
  return ids;
}

function idEdges(edges: EdgeColumns, groupIds: Int32Array, memberIds: Int32Array): EdgeColumns {
  return {
    groups: edges.groups.map((name) => groupIds[name]),
    members: edges.members.map((name) => memberIds[name]),
  };
}

/** Numbers that are ids of the kind asked for. */
function asIds<Id extends UserId | GroupId>(numbers: ArrayLike<number>): ArrayLike<Id> {
  return numbers as ArrayLike<Id>;
}
