import { type Attribute, GatehouseError, type GroupId, type UserId } from '../domain/index.js';
import type { ApplicationCaller } from './application-access.js';
import { viewOf } from './application-view.js';
import { groupToChange, userToChange, writeAs } from './application-write.js';
import type { Gateway } from './gateway.js';

/** In code-point order of the names. @throws GatehouseError `NOT_FOUND`. */
export async function userAttributes(
  gateway: Gateway,
  caller: ApplicationCaller,
  name: string,
): Promise<readonly Attribute[]> {
  const user = viewOf(gateway, caller).user(name);
  if (!user) throw new GatehouseError('NOT_FOUND', { kind: 'user', name });
  return attributesOfUser(gateway, user.id);
}

/** In code-point order of the names. @throws GatehouseError `NOT_FOUND`. */
export async function groupAttributes(
  gateway: Gateway,
  caller: ApplicationCaller,
  name: string,
): Promise<readonly Attribute[]> {
  const group = viewOf(gateway, caller).group(name);
  if (!group) throw new GatehouseError('NOT_FOUND', { kind: 'group', name });
  return attributesOfGroup(gateway, group.id);
}

/** Of a user who has been found already. */
export async function attributesOfUser(
  { store }: Gateway,
  id: UserId,
): Promise<readonly Attribute[]> {
  return (await store.reader.attributes.ofUsers([id])).get(id) ?? [];
}

export async function attributesOfGroup(
  { store }: Gateway,
  id: GroupId,
): Promise<readonly Attribute[]> {
  return (await store.reader.attributes.ofGroups([id])).get(id) ?? [];
}

/**
 * Puts attributes in the place of those of the same names; others stay. One without values goes.
 * @throws GatehouseError `INPUT_INVALID`, and what `userToChange` throws.
 */
export async function storeUserAttributes(
  gateway: Gateway,
  caller: ApplicationCaller,
  name: string,
  attributes: readonly Attribute[],
): Promise<void> {
  await writeAs(gateway, caller, async (write) => {
    const { id } = await userToChange(write, name, 'MODIFY_USER');
    await write.transaction.attributes.setOfUser(id, attributes);
  });
}

/** The same for a group. @throws GatehouseError `INPUT_INVALID`, and what `groupToChange` throws. */
export async function storeGroupAttributes(
  gateway: Gateway,
  caller: ApplicationCaller,
  name: string,
  attributes: readonly Attribute[],
): Promise<void> {
  await writeAs(gateway, caller, async (write) => {
    const { id } = await groupToChange(write, name, 'MODIFY_GROUP');
    await write.transaction.attributes.setOfGroup(id, attributes);
  });
}
