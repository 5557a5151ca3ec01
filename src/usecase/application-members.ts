import { GatehouseError, type Group, nameKey } from '../domain/index.js';
import type { ApplicationCaller } from './application-access.js';
import {
  type ApplicationWrite,
  groupToChange,
  requireNoAdministrationBy,
  writeAs,
} from './application-write.js';
import { findEdge, type MemberInput } from './find-edge.js';
import type { Gateway } from './gateway.js';

/**
 * Puts a user or a group directly into the group that a name means to the application. The member is
 * the one in that group's directory: edges never cross one.
 * @throws GatehouseError `NOT_FOUND` for the group, and for a member that is not in its directory;
 *   `MEMBERSHIP_EXISTS`, `MEMBERSHIP_CYCLE`, `NESTED_GROUPS_OFF`, and what `groupToChange` and
 *   `writeAs` throw.
 */
export async function putIntoGroup(
  gateway: Gateway,
  caller: ApplicationCaller,
  groupName: string,
  member: MemberInput,
): Promise<void> {
  await writeAs(gateway, caller, async (write) => {
    const group = await groupToChange(write, groupName, 'ADD_MEMBERSHIP');
    const edge = await findEdge(write.transaction, group, member);
    if (edge.exists) throw new GatehouseError('MEMBERSHIP_EXISTS', edge.names);
    if ('group' in member) await requireNestable(write, group, member.group);
    requireNoAdministrationBy(write.index, group.name);
    await edge.add();
  });
}

/**
 * Takes a direct member out of a group.
 * @throws GatehouseError `NOT_FOUND` as `putIntoGroup`, `MEMBERSHIP_NOT_FOUND`, and what
 *   `groupToChange` and `writeAs` throw.
 */
export async function takeOutOfGroup(
  gateway: Gateway,
  caller: ApplicationCaller,
  groupName: string,
  member: MemberInput,
): Promise<void> {
  await writeAs(gateway, caller, async (write) => {
    const group = await groupToChange(write, groupName, 'REMOVE_MEMBERSHIP');
    const edge = await findEdge(write.transaction, group, member);
    if (!edge.exists) throw new GatehouseError('MEMBERSHIP_NOT_FOUND', edge.names);
    await edge.remove();
  });
}

/** Crowd puts no group into itself, directly or through others, and none where nesting is off. */
async function requireNestable(
  { transaction, view }: ApplicationWrite,
  group: Group,
  child: string,
): Promise<void> {
  const directories = await transaction.directories();
  const directory = directories.find(({ id }) => id === group.directoryId);
  if (directory?.nestedGroups === false) {
    throw new GatehouseError('NESTED_GROUPS_OFF', { directory: directory.name });
  }
  const all = { first: Number.MAX_SAFE_INTEGER, after: null };
  const below = view.childGroupsOf(child, true, all).items.map(({ key }) => key);
  if ([nameKey(child), ...below].includes(group.nameKey)) {
    throw new GatehouseError('MEMBERSHIP_CYCLE', { group: group.name, member: child });
  }
}
