import type { Directory, DirectorySnapshot, GroupId, UserId } from '../domain/index.js';
import type { DirectoryDelta } from './compare.js';
import { giveWay, isTimeToLook } from './give-way.js';
import type { RemotePicture } from './read-remote.js';
import type { RowDelta } from './row-comparison.js';

const LAST_INT32 = 0x7fffffff;

/** The directory as a run would leave it. Users and groups that are new have ids below zero. */
export async function snapshotAfter(
  directory: Directory,
  delta: Pick<DirectoryDelta, 'users' | 'groups'>,
  { memberships, nestings }: RemotePicture,
): Promise<DirectorySnapshot> {
  const userIds = idsOf(delta.users);
  const groupIds = idsOf(delta.groups);
  const names: string[] = [];
  const active: boolean[] = [];
  for (const slot of userIds.keys()) {
    if (isTimeToLook()) await giveWay();
    const facts = delta.users.facts(slot);
    names.push(facts.name);
    active.push(facts.active);
  }
  return {
    directory,
    users: { ids: userIds, names, active },
    groups: { ids: groupIds, names: groupIds.map((_, slot) => delta.groups.facts(slot).name) },
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

function idsOf<Id extends UserId | GroupId>({ ids }: RowDelta<Id, unknown, unknown>): Id[] {
  return ids.map((id, slot) => id ?? ((-1 - slot) as Id));
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
