import type { Directory, DirectorySnapshot, GroupId, UserId } from '../domain/index.js';
import type { DirectoryDelta, RowDelta } from './compare.js';
import type { RemotePicture } from './read-remote.js';

/** The directory as a run would leave it. Users and groups that are new have ids below zero. */
export function snapshotAfter(
  directory: Directory,
  delta: Pick<DirectoryDelta, 'users' | 'groups'>,
  { memberships, nestings }: RemotePicture,
): DirectorySnapshot {
  const users = { ids: idsOf(delta.users), facts: delta.users.facts };
  const groups = { ids: idsOf(delta.groups), facts: delta.groups.facts };
  return {
    directory,
    users: {
      ids: users.ids,
      names: users.facts.map(({ name }) => name),
      active: users.facts.map(({ active }) => active),
    },
    groups: { ids: groups.ids, names: groups.facts.map(({ name }) => name) },
    memberships: {
      groups: Array.from(memberships.groups, (slot) => groups.ids[slot]),
      users: Array.from(memberships.members, (slot) => users.ids[slot]),
    },
    nestings: {
      parents: Array.from(nestings.groups, (slot) => groups.ids[slot]),
      children: Array.from(nestings.members, (slot) => groups.ids[slot]),
    },
  };
}

function idsOf<Id extends UserId | GroupId>({ ids }: RowDelta<Id, unknown, unknown>): Id[] {
  return ids.map((id, slot) => id ?? ((-1 - slot) as Id));
}
