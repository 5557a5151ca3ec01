import type { Directory, DirectorySnapshot, GroupId, UserId } from '../domain/index.js';
import { pace } from '../pace/index.js';
import type { DirectoryDelta } from './compare.js';
import type { PictureRows } from './read-remote.js';
import type { RowDelta } from './row-comparison.js';

const LAST_INT32 = 0x7fffffff;

/** The ids of everybody a run would leave, by slot. */
export interface IdsBySlot {
  readonly users: readonly UserId[];
  readonly groups: readonly GroupId[];
}

/** The directory as a run would leave it. */
export async function snapshotAfter(
  directory: Directory,
  { users, groups, memberships, nestings }: PictureRows,
  { users: userIds, groups: groupIds }: IdsBySlot,
): Promise<DirectorySnapshot> {
  const names: string[] = [];
  const active: boolean[] = [];
  for (const slot of userIds.keys()) {
    if (pace.isTimeToLook()) await pace.standBack();
    const brief = users.briefAt(slot);
    names.push(brief.name);
    active.push(brief.active);
  }
  return {
    directory,
    users: { ids: userIds, names, active },
    groups: { ids: groupIds, names: groupIds.map((_, slot) => groups.briefAt(slot).name) },
    memberships: {
      groups: idsAt(memberships.groups, groupIds),
      users: idsAt(memberships.members, userIds),
    },
    nestings: {
      parents: idsAt(nestings.groups, groupIds),
      children: idsAt(nestings.members, groupIds),
    },
  };
}

/** Users and groups that are new have ids below zero, which no row ever has. */
export function idsBelowZero({
  users,
  groups,
}: Pick<DirectoryDelta, 'users' | 'groups'>): IdsBySlot {
  let last = 0;
  return { users: filledIds(users, () => --last), groups: filledIds(groups, () => --last) };
}

/** Users and groups that are new have those that are given to them. */
export function idsFrom(
  first: number,
  { users, groups }: Pick<DirectoryDelta, 'users' | 'groups'>,
): IdsBySlot {
  let next = first;
  return { users: filledIds(users, () => next++), groups: filledIds(groups, () => next++) };
}

function filledIds<Id extends UserId | GroupId>(
  { ids }: RowDelta<Id, unknown, unknown>,
  newId: () => number,
): Id[] {
  return ids.map((id) => id ?? (newId() as Id));
}

/** Ids by slot, in half the memory where none is beyond 32 bits. */
function idsAt<Id extends UserId | GroupId>(slots: Uint32Array, ids: readonly Id[]): ArrayLike<Id> {
  const Column = ids.some((id) => id > LAST_INT32) ? Float64Array : Int32Array;
  const column = new Column(slots.length);
  slots.forEach((slot, i) => {
    column[i] = ids[slot];
  });
  return column as ArrayLike<number> as ArrayLike<Id>;
}
