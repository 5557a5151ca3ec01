import { GatehouseError, type Group, nameKey } from '../domain/index.js';
import type { StoreTransaction } from '../store/index.js';

/** A user, or a group, to put into a group or to take out of it. */
export type MemberInput = { readonly user: string } | { readonly group: string };

/** The edge between a group and a direct member, there or not. */
export interface Edge {
  readonly exists: boolean;
  readonly names: { readonly group: string; readonly member: string };
  add(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Both ends are in the group's directory: edges never cross one.
 * @throws GatehouseError `NOT_FOUND` for a member that is not in it.
 */
export async function findEdge(
  transaction: StoreTransaction,
  group: Group,
  member: MemberInput,
): Promise<Edge> {
  const { directoryId } = group;
  if ('user' in member) {
    const user = await transaction.userByKey(directoryId, nameKey(member.user));
    if (!user) throw new GatehouseError('NOT_FOUND', { kind: 'user', name: member.user });
    const row = { groupId: group.id, userId: user.id };
    return {
      exists: await transaction.isMember(row),
      names: { group: group.name, member: user.name },
      add: () => transaction.addMemberships(directoryId, [row]),
      remove: () => transaction.removeMemberships(directoryId, [row]),
    };
  }
  const child = await transaction.groupByKey(directoryId, nameKey(member.group));
  if (!child) throw new GatehouseError('NOT_FOUND', { kind: 'group', name: member.group });
  const row = { parentId: group.id, childId: child.id };
  return {
    exists: await transaction.isNested(row),
    names: { group: group.name, member: child.name },
    add: () => transaction.addNestings(directoryId, [row]),
    remove: () => transaction.removeNestings(directoryId, [row]),
  };
}
