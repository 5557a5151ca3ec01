import {
  type DirectoryId,
  GatehouseError,
  type Group,
  type GroupFacts,
  type GroupId,
} from '../domain/index.js';
import type { PermissionIndex } from '../engine/index.js';
import type { StoreTransaction } from '../store/index.js';
import { administer, type Done, type Manner, requireNotOutranked } from './administer.js';
import { requireGroupFacts } from './entry-facts.js';
import { findEdge, type MemberInput } from './find-edge.js';
import type { Gateway } from './gateway.js';
import { requireWritable, writableDirectory } from './manage-users.js';
import type { Administrator } from './viewer.js';

export type { MemberInput } from './find-edge.js';

export interface CreateGroupInput {
  readonly name: string;
  readonly description?: string;
  readonly directoryId?: DirectoryId;
}

/** Creates a group in the first directory in which there is permission, or in the one named. */
export async function createGroup(
  gateway: Gateway,
  viewer: Administrator,
  input: CreateGroupInput,
  manner: Manner = {},
): Promise<Done<Group>> {
  return administer(gateway, viewer, manner, async (transaction, index) => {
    const directory = await writableDirectory(transaction, input.directoryId);
    const facts = { name: input.name, description: input.description ?? '', active: true };
    requireGroupFacts(facts);
    requireGroupNotOutranked(index, viewer, input.name);
    const [group] = await transaction.addGroups(directory.id, [facts]);
    return group;
  });
}

export async function changeGroup(
  gateway: Gateway,
  viewer: Administrator,
  id: GroupId,
  patch: Partial<Pick<GroupFacts, 'name' | 'description'>>,
  manner: Manner = {},
): Promise<Done<Group>> {
  return administer(gateway, viewer, manner, async (transaction, index) => {
    const before = await requireWritableGroup(transaction, id);
    requireGroupNotOutranked(index, viewer, before.name);
    const after: GroupFacts = { ...before, ...patch };
    requireGroupFacts(after);
    requireGroupNotOutranked(index, viewer, after.name);
    const [group] = await transaction.changeGroups([{ id, facts: after }]);
    return group ?? before;
  });
}

/** Removes a group with its memberships and nestings. */
export async function removeGroup(
  gateway: Gateway,
  viewer: Administrator,
  id: GroupId,
  manner: Manner = {},
): Promise<Done<Group>> {
  return administer(gateway, viewer, manner, async (transaction, index) => {
    const group = await requireWritableGroup(transaction, id);
    requireGroupNotOutranked(index, viewer, group.name);
    await transaction.removeGroups([id]);
    return group;
  });
}

/** Puts a user or a group into a group. Both sit in the group's directory: edges never cross one. */
export async function addMember(
  gateway: Gateway,
  viewer: Administrator,
  groupId: GroupId,
  member: MemberInput,
  manner: Manner = {},
): Promise<Done<Group>> {
  return administer(gateway, viewer, manner, async (transaction, index) => {
    const group = await requireWritableGroup(transaction, groupId);
    requireGroupNotOutranked(index, viewer, group.name);
    const edge = await findEdge(transaction, group, member);
    if (edge.exists) throw new GatehouseError('MEMBERSHIP_EXISTS', edge.names);
    await edge.add();
    return group;
  });
}

/** Takes a direct member out of a group. */
export async function removeMember(
  gateway: Gateway,
  viewer: Administrator,
  groupId: GroupId,
  member: MemberInput,
  manner: Manner = {},
): Promise<Done<Group>> {
  return administer(gateway, viewer, manner, async (transaction, index) => {
    const group = await requireWritableGroup(transaction, groupId);
    requireGroupNotOutranked(index, viewer, group.name);
    const edge = await findEdge(transaction, group, member);
    if (!edge.exists) throw new GatehouseError('MEMBERSHIP_NOT_FOUND', edge.names);
    await edge.remove();
    return group;
  });
}

async function requireWritableGroup(transaction: StoreTransaction, id: GroupId): Promise<Group> {
  const group = await transaction.groupById(id);
  if (!group) throw new GatehouseError('NOT_FOUND', { kind: 'group', name: String(id) });
  await requireWritable(transaction, group.directoryId);
  return group;
}

function requireGroupNotOutranked(
  index: PermissionIndex,
  viewer: Administrator,
  name: string,
): void {
  requireNotOutranked(index, viewer, { name, mask: index.rankOfGroup(name) });
}
