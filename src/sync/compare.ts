import {
  type Group,
  type GroupFacts,
  type GroupId,
  type NameKey,
  nameKey,
  sameGroupFacts,
  sameUserFacts,
  type User,
  type UserFacts,
  type UserId,
} from '../domain/index.js';
import type { DirectoryContents } from '../store/index.js';
import { compareEdges, type EdgeDifference } from './compare-edges.js';
import { EdgeColumns, type EdgeSlots } from './edges.js';
import { matchUsers } from './match-users.js';
import type { RemotePicture } from './read-remote.js';

/** What turns the copy of a directory into the picture read. Numbers are slots of the picture. */
export interface DirectoryDelta {
  readonly users: RowDelta<UserId, UserFacts, User>;
  readonly groups: RowDelta<GroupId, GroupFacts, Group>;
  /** Only edges between users and groups that stay or come. */
  readonly memberships: EdgeDifference;
  readonly nestings: EdgeDifference;
  /** Edges that go with a removed user or group, users in groups and groups in groups. */
  readonly edgesLost: number;
}

export interface RowDelta<Id, Facts, Row> {
  /** By slot: what will be kept. */
  readonly facts: readonly Facts[];
  /** By slot: the id of the row that stays the same one, or `null` for a new one. */
  readonly ids: readonly (Id | null)[];
  readonly added: readonly number[];
  readonly changed: readonly { readonly before: Row; readonly facts: Facts }[];
  readonly removed: readonly Id[];
}

export function compareDirectory(held: DirectoryContents, remote: RemotePicture): DirectoryDelta {
  const users = compareUsers(held.users, remote.users);
  const groups = compareGroups(held.groups, remote.groups);
  const userSlots = slotsById(users.ids);
  const groupSlots = slotsById(groups.ids);
  const memberships = staying(
    held.memberships.groups,
    groupSlots,
    held.memberships.users,
    userSlots,
  );
  const nestings = staying(held.nestings.parents, groupSlots, held.nestings.children, groupSlots);
  return {
    users,
    groups,
    memberships: compareEdges(
      remote.groups.length,
      remote.users.length,
      memberships,
      remote.memberships,
    ),
    nestings: compareEdges(remote.groups.length, remote.groups.length, nestings, remote.nestings),
    edgesLost:
      held.memberships.groups.length -
      memberships.groups.length +
      held.nestings.parents.length -
      nestings.groups.length,
  };
}

/** Rows that are added, changed or removed, of all four kinds. */
export function changedRows(delta: DirectoryDelta): number {
  return (
    [delta.users, delta.groups].reduce(
      (sum, rows) => sum + rows.added.length + rows.changed.length + rows.removed.length,
      0,
    ) +
    delta.memberships.added.groups.length +
    delta.memberships.removed.groups.length +
    delta.nestings.added.groups.length +
    delta.nestings.removed.groups.length +
    delta.edgesLost
  );
}

function compareUsers(
  held: readonly User[],
  remote: readonly UserFacts[],
): DirectoryDelta['users'] {
  const matched = matchUsers(held, remote);
  // The store gives a user without an external id one of its own; it stays as long as the server
  // has nothing to say about it.
  const facts = remote.map((user, slot) =>
    user.externalId === null
      ? { ...user, externalId: matched.held[slot]?.externalId ?? null }
      : user,
  );
  return rowDelta(matched.held, matched.gone, facts, sameUserFacts);
}

function compareGroups(
  held: readonly Group[],
  remote: readonly GroupFacts[],
): DirectoryDelta['groups'] {
  const byKey = new Map<NameKey, Group>(held.map((group) => [group.nameKey, group]));
  const matched = remote.map(({ name }) => {
    const group = byKey.get(nameKey(name)) ?? null;
    if (group) byKey.delete(group.nameKey);
    return group;
  });
  return rowDelta(matched, [...byKey.values()], remote, sameGroupFacts);
}

function rowDelta<Id, Facts, Row extends Facts & { readonly id: Id }>(
  matched: readonly (Row | null)[],
  gone: readonly Row[],
  facts: readonly Facts[],
  same: (before: Facts, after: Facts) => boolean,
): RowDelta<Id, Facts, Row> {
  const added: number[] = [];
  const changed: { before: Row; facts: Facts }[] = [];
  matched.forEach((before, slot) => {
    if (before === null) added.push(slot);
    else if (!same(before, facts[slot])) changed.push({ before, facts: facts[slot] });
  });
  return {
    facts,
    ids: matched.map((row) => row?.id ?? null),
    added,
    changed,
    removed: gone.map(({ id }) => id),
  };
}

function slotsById<Id>(ids: readonly (Id | null)[]): ReadonlyMap<Id, number> {
  const slots = new Map<Id, number>();
  ids.forEach((id, slot) => {
    if (id !== null) slots.set(id, slot);
  });
  return slots;
}

/** The held edges both ends of which stay. */
function staying<Parent, Member>(
  groups: ArrayLike<Parent>,
  groupSlots: ReadonlyMap<Parent, number>,
  members: ArrayLike<Member>,
  memberSlots: ReadonlyMap<Member, number>,
): EdgeSlots {
  const edges = new EdgeColumns();
  for (let i = 0; i < groups.length; i++) {
    const group = groupSlots.get(groups[i]);
    const member = memberSlots.get(members[i]);
    if (group !== undefined && member !== undefined) edges.push(group, member);
  }
  return edges.columns();
}
