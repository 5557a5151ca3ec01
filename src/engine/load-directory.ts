import { type DirectorySnapshot, nameKey } from '../domain/index.js';
import type { EdgeLists } from './edge-lists.js';
import type { EntryTable } from './entry-table.js';
import { Slice } from './slice.js';

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
 * Adds everything a directory holds under a slot that nothing is in yet. Pauses now and then.
 * @param willBear is called with each user name before the name gets its entry.
 * @param holds is called with each new group entry.
 */
export function* loadDirectory(
  tables: Tables,
  slot: number,
  snapshot: DirectorySnapshot,
  willBear: (userName: number) => void,
  holds: (groupEntry: number) => void,
): Generator<void, void> {
  const { users, groups } = tables;
  const { ids: userIds, names: userNames, active } = snapshot.users;
  const { ids: groupIds, names: groupNames } = snapshot.groups;
  users.reserve(userIds.length, users.names.size + userIds.length);
  groups.reserve(groupIds.length, groups.names.size + groupIds.length);

  const slice = new Slice();
  const userEntries = new Int32Array(userIds.length);
  for (let i = 0; i < userIds.length; i++) {
    if (slice.spend()) yield;
    const name = users.names.intern(nameKey(userNames[i]));
    willBear(name);
    userEntries[i] = users.add(name, slot, userIds[i], userNames[i], active[i]);
  }
  const groupEntries = new Int32Array(groupIds.length);
  for (let i = 0; i < groupIds.length; i++) {
    if (slice.spend()) yield;
    const name = groups.names.intern(nameKey(groupNames[i]));
    groupEntries[i] = groups.add(name, slot, groupIds[i], groupNames[i], true);
    holds(groupEntries[i]);
  }

  users.names.trim();
  groups.names.trim();
  const userOf = new EntriesById(userIds, userEntries);
  const groupOf = new EntriesById(groupIds, groupEntries);
  const memberGroup = groupOf.entriesOf(snapshot.memberships.groups);
  yield;
  const memberUser = userOf.entriesOf(snapshot.memberships.users);
  yield;
  const parent = groupOf.entriesOf(snapshot.nestings.parents);
  const child = groupOf.entriesOf(snapshot.nestings.children);
  const inOrder = isAscending(memberGroup, memberUser);
  const { groupUsers, userGroups, groupChildren, groupParents } = tables;
  yield* groupUsers.addAll(
    groups.limit,
    memberGroup,
    memberUser,
    inOrder ? 'ASCENDING' : 'NOTHING',
  );
  yield* userGroups.addAll(users.limit, memberUser, memberGroup, inOrder ? 'DISTINCT' : 'NOTHING');
  yield* groupChildren.addAll(groups.limit, parent, child, 'NOTHING');
  yield* groupParents.addAll(groups.limit, child, parent, 'NOTHING');
}

/** Whether every pair is greater than the one before it, as rows of a table in key order are. */
function isAscending(first: Int32Array, second: Int32Array): boolean {
  for (let i = 1; i < first.length; i++) {
    if (first[i] < first[i - 1]) return false;
    if (first[i] === first[i - 1] && second[i] <= second[i - 1]) return false;
  }
  return true;
}

/** The entries of one kind that a directory has, by their ids. */
class EntriesById {
  private readonly low: number;
  private readonly high: number;
  /** Entry minus id, where both were given in one go and without gaps. */
  private readonly shift: number | null;
  /** By id from `low` on: the entry plus one. Ids that lie far apart are in `sparse`. */
  private readonly dense: Int32Array;
  private readonly sparse = new Map<number, number>();

  constructor(ids: ArrayLike<number>, entries: Int32Array) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let isShifted = ids.length > 0;
    for (let i = 0; i < ids.length; i++) {
      if (ids[i] < low) low = ids[i];
      if (ids[i] > high) high = ids[i];
      isShifted &&= entries[i] - ids[i] === entries[0] - ids[0];
    }
    this.low = low;
    this.high = high;
    this.shift = isShifted && high - low + 1 === ids.length ? entries[0] - ids[0] : null;
    const isDense =
      this.shift === null && ids.length > 0 && high - low < ids.length * DENSE + 1_024;
    this.dense = new Int32Array(isDense ? high - low + 1 : 0);
    for (let i = 0; i < ids.length && this.shift === null; i++) {
      if (isDense) this.dense[ids[i] - low] = entries[i] + 1;
      else this.sparse.set(ids[i], entries[i]);
    }
  }

  /** @throws Error for an id that no entry has. */
  entriesOf(ids: ArrayLike<number>): Int32Array {
    return this.shift === null ? this.found(ids) : this.shifted(ids, this.shift);
  }

  private shifted(ids: ArrayLike<number>, shift: number): Int32Array {
    const { low, high } = this;
    const entries = new Int32Array(ids.length);
    for (let i = 0; i < ids.length; i++) {
      if (ids[i] < low || ids[i] > high) throw unknownEntry();
      entries[i] = ids[i] + shift;
    }
    return entries;
  }

  private found(ids: ArrayLike<number>): Int32Array {
    const { low, dense, sparse } = this;
    const entries = new Int32Array(ids.length);
    for (let i = 0; i < ids.length; i++) {
      const at = ids[i] - low;
      const entry = at >= 0 && at < dense.length ? dense[at] - 1 : (sparse.get(ids[i]) ?? -1);
      if (entry < 0) throw unknownEntry();
      entries[i] = entry;
    }
    return entries;
  }
}

function unknownEntry(): Error {
  return new Error('a snapshot names an edge of an entry it does not hold');
}
