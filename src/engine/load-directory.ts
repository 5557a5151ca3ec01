import { type DirectorySnapshot, nameKey } from '../domain/index.js';
import type { EdgeLists } from './edge-lists.js';
import type { EntryTable } from './entry-table.js';

/** Ids that lie closer together than this many times their number are looked up in an array. */
const DENSE = 4;

/** The tables a directory is loaded into. */
export interface Tables {
  readonly users: EntryTable;
  readonly groups: EntryTable;
  readonly userGroups: EdgeLists;
  readonly groupUsers: EdgeLists;
  readonly groupParents: EdgeLists;
  readonly groupChildren: EdgeLists;
}

/**
 * Adds everything a directory holds under a slot that nothing is in yet.
 * @param willBear is called with each user name before the name gets its entry, and `willHold`
 * with each new group entry.
 */
export function loadDirectory(
  tables: Tables,
  slot: number,
  snapshot: DirectorySnapshot,
  willBear: (userName: number) => void,
  holds: (groupEntry: number) => void,
): void {
  const { users, groups } = tables;
  const { ids: userIds, names: userNames, active } = snapshot.users;
  const { ids: groupIds, names: groupNames } = snapshot.groups;
  users.reserve(userIds.length, users.names.size + userIds.length);
  groups.reserve(groupIds.length, groups.names.size + groupIds.length);

  const userEntries = new Int32Array(userIds.length);
  for (let i = 0; i < userIds.length; i++) {
    const name = users.names.intern(nameKey(userNames[i]));
    willBear(name);
    userEntries[i] = users.add(name, slot, userIds[i], userNames[i], active[i]);
  }
  const groupEntries = new Int32Array(groupIds.length);
  for (let i = 0; i < groupIds.length; i++) {
    const name = groups.names.intern(nameKey(groupNames[i]));
    groupEntries[i] = groups.add(name, slot, groupIds[i], groupNames[i], true);
    holds(groupEntries[i]);
  }

  users.names.trim();
  groups.names.trim();
  const userOf = entryFinder(userIds, userEntries);
  const groupOf = entryFinder(groupIds, groupEntries);
  const memberGroup = entriesOf(snapshot.memberships.groups, groupOf);
  const memberUser = entriesOf(snapshot.memberships.users, userOf);
  const parent = entriesOf(snapshot.nestings.parents, groupOf);
  const child = entriesOf(snapshot.nestings.children, groupOf);
  tables.userGroups.addAll(users.limit, memberUser, memberGroup);
  tables.groupUsers.addAll(groups.limit, memberGroup, memberUser);
  tables.groupChildren.addAll(groups.limit, parent, child);
  tables.groupParents.addAll(groups.limit, child, parent);
}

type EntryFinder = (id: number) => number;

function entryFinder(ids: ArrayLike<number>, entries: Int32Array): EntryFinder {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] < low) low = ids[i];
    if (ids[i] > high) high = ids[i];
  }
  if (ids.length === 0) return () => -1;
  if (high - low < ids.length * DENSE + 1_024) {
    const byId = new Int32Array(high - low + 1);
    for (let i = 0; i < ids.length; i++) byId[ids[i] - low] = entries[i] + 1;
    return (id) => (id >= low && id <= high ? byId[id - low] - 1 : -1);
  }
  const byId = new Map<number, number>();
  for (let i = 0; i < ids.length; i++) byId.set(ids[i], entries[i]);
  return (id) => byId.get(id) ?? -1;
}

function entriesOf(ids: ArrayLike<number>, entryOf: EntryFinder): Int32Array {
  const entries = new Int32Array(ids.length);
  for (let i = 0; i < ids.length; i++) {
    const entry = entryOf(ids[i]);
    if (entry < 0) throw new Error('a snapshot names an edge of an entry it does not hold');
    entries[i] = entry;
  }
  return entries;
}
