import { GatehouseError, type Group, type GroupFacts } from '../domain/index.js';
import type { ApplicationCaller } from './application-access.js';
import { groupToChange, placeFor, writeAs } from './application-write.js';
import { requireGroupFacts } from './entry-facts.js';
import type { Gateway } from './gateway.js';

/**
 * Adds a group in the first directory in which the application may add groups.
 * @throws GatehouseError `NAME_INVALID`, `NAME_TAKEN` when the name means a group to the application in
 *   any directory, `INPUT_INVALID`, and what `placeFor` and `writeAs` throw.
 */
export async function addGroup(
  gateway: Gateway,
  caller: ApplicationCaller,
  facts: GroupFacts,
): Promise<Group> {
  requireGroupFacts(facts);
  return writeAs(gateway, caller, async (write) => {
    const { transaction, view } = write;
    const directory = placeFor(write, 'ADD_GROUP');
    const { name } = facts;
    if (view.group(name)) throw new GatehouseError('NAME_TAKEN', { kind: 'group', name });
    const [group] = await transaction.addGroups(directory.id, [facts]);
    return group;
  });
}

/**
 * Changes all of a group but its name.
 * @throws GatehouseError `INPUT_INVALID`, and what `groupToChange` and `writeAs` throw.
 */
export async function updateGroup(
  gateway: Gateway,
  caller: ApplicationCaller,
  name: string,
  details: Omit<GroupFacts, 'name'>,
): Promise<Group> {
  return writeAs(gateway, caller, async (write) => {
    const before = await groupToChange(write, name, 'MODIFY_GROUP');
    const facts = { ...before, ...details };
    requireGroupFacts(facts);
    const [group] = await write.transaction.changeGroups([{ id: before.id, facts }]);
    return group;
  });
}

/**
 * Removes a group with its memberships, nestings and attributes.
 * @throws GatehouseError what `groupToChange` and `writeAs` throw.
 */
export async function deleteGroup(
  gateway: Gateway,
  caller: ApplicationCaller,
  name: string,
): Promise<void> {
  await writeAs(gateway, caller, async (write) => {
    const { id } = await groupToChange(write, name, 'REMOVE_GROUP');
    await write.transaction.removeGroups([id]);
  });
}
