import { type DirectoryId, type GroupId, nameKey, type UserId } from '../domain/index.js';
import type { MembershipRow, NestingRow, StoreTransaction } from '../store/index.js';
import type { DirectoryDelta } from './compare.js';
import type { EdgeSlots } from './edges.js';

/** What of a transaction is needed here. */
export type DeltaTransaction = Pick<
  StoreTransaction,
  | 'removeMemberships'
  | 'removeNestings'
  | 'removeUsers'
  | 'removeGroups'
  | 'changeGroups'
  | 'addGroups'
  | 'changeUsers'
  | 'addUsers'
  | 'addNestings'
  | 'addMemberships'
>;

/**
 * Writes a difference within one transaction: removals, then groups, then users, then new edges.
 * It is the order of Crowd's own events, and no call gives away a name that is not free by then.
 */
export async function applyDelta(
  transaction: DeltaTransaction,
  directoryId: DirectoryId,
  delta: DirectoryDelta,
): Promise<void> {
  const { users, groups, memberships, nestings } = delta;
  const userIds = [...users.ids];
  const groupIds = [...groups.ids];
  if (memberships.removed.groups.length > 0) {
    const rows = [...membershipRows(memberships.removed, groupIds, userIds)];
    await transaction.removeMemberships(directoryId, rows);
  }
  if (nestings.removed.groups.length > 0) {
    await transaction.removeNestings(directoryId, [...nestingRows(nestings.removed, groupIds)]);
  }
  if (users.removed.length > 0) await transaction.removeUsers(users.removed);
  if (groups.removed.length > 0) await transaction.removeGroups(groups.removed);
  if (groups.changed.length > 0) {
    await transaction.changeGroups(
      groups.changed.map(({ before, facts }) => ({ id: before.id, facts })),
    );
  }
  if (groups.added.length > 0) {
    const facts = groups.added.map((slot) => groups.facts(slot));
    const rows = await transaction.addGroups(directoryId, facts);
    groups.added.forEach((slot, i) => {
      groupIds[slot] = rows[i].id;
    });
  }
  if (users.changed.length > 0) {
    await transaction.changeUsers(
      renamesLast(users.changed).map(({ before, facts }) => ({ id: before.id, facts })),
    );
  }
  if (users.added.length > 0) {
    const facts = users.added.map((slot) => users.facts(slot));
    const rows = await transaction.addUsers(directoryId, facts);
    users.added.forEach((slot, i) => {
      userIds[slot] = rows[i].id;
    });
  }
  if (nestings.added.groups.length > 0) {
    await transaction.addNestings(directoryId, [...nestingRows(nestings.added, groupIds)]);
  }
  if (memberships.added.groups.length > 0) {
    const rows = [...membershipRows(memberships.added, groupIds, userIds)];
    await transaction.addMemberships(directoryId, rows);
  }
}

/**
 * Names may change hands in a circle. One call gives all of them at once, and readers of the log
 * take an unbroken row of renames as one step, so no other change may stand between them.
 */
function renamesLast<Change extends DirectoryDelta['users']['changed'][number]>(
  changes: readonly Change[],
): Change[] {
  const isRename = ({ before, facts }: Change) => nameKey(facts.name) !== before.nameKey;
  return [...changes.filter((change) => !isRename(change)), ...changes.filter(isRename)];
}

/** Made one after another, as they are asked for. Every slot that the edges name must have its id. */
export function* membershipRows(
  { groups, members }: EdgeSlots,
  groupIds: readonly (GroupId | null)[],
  userIds: readonly (UserId | null)[],
): Generator<MembershipRow, void, void> {
  for (const [i, group] of groups.entries()) {
    yield { groupId: groupIds[group] as GroupId, userId: userIds[members[i]] as UserId };
  }
}

export function* nestingRows(
  { groups, members }: EdgeSlots,
  groupIds: readonly (GroupId | null)[],
): Generator<NestingRow, void, void> {
  for (const [i, parent] of groups.entries()) {
    yield { parentId: groupIds[parent] as GroupId, childId: groupIds[members[i]] as GroupId };
  }
}
