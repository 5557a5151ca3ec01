import { type Attribute, GatehouseError, nameKey, type User } from '../domain/index.js';
import type { ApplicationCaller } from './application-access.js';
import {
  type ApplicationWrite,
  placeFor,
  requireNoAdministrator,
  userToChange,
  writeAs,
} from './application-write.js';
import { requireUserFacts } from './entry-facts.js';
import type { Gateway } from './gateway.js';
import { hashNewPassword } from './password-hash.js';
import { credentialOwner } from './sign-in.js';

/** All that an application says of a user; what is empty is not known. */
export interface UserDetails {
  readonly firstName: string;
  readonly lastName: string;
  /** Empty: made of the other names, as Crowd does. */
  readonly displayName: string;
  readonly email: string;
  readonly active: boolean;
}

export interface NewUser extends UserDetails {
  readonly name: string;
  readonly password: string;
  readonly attributes: readonly Attribute[];
}

/**
 * Adds a user in the first directory in which the application may add users.
 * @throws GatehouseError `NAME_INVALID`, `NAME_TAKEN` when the name means somebody to the application
 *   in any directory, `INPUT_INVALID`, and what `placeFor` and `writeAs` throw.
 */
export async function addUser(
  gateway: Gateway,
  caller: ApplicationCaller,
  { password, attributes, ...given }: NewUser,
): Promise<User> {
  const facts = { ...given, ...withDisplayName(given, given.name), externalId: null };
  requireUserFacts(facts);
  const hash = await hashNewPassword(password);
  return writeAs(gateway, caller, async (write) => {
    const { transaction, index } = write;
    const directory = placeFor(write, 'ADD_USER');
    requireFree(write, facts.name);
    requireNoAdministrator(index, facts.name);
    const [user] = await transaction.addUsers(directory.id, [facts]);
    await transaction.setPasswordHash(user.id, hash);
    await transaction.attributes.setOfUser(user.id, attributes);
    return user;
  });
}

/**
 * Puts details in the place of all a user had; name and password stay.
 * @throws GatehouseError `INPUT_INVALID`, and what `userToChange` and `writeAs` throw.
 */
export async function updateUser(
  gateway: Gateway,
  caller: ApplicationCaller,
  name: string,
  details: UserDetails,
): Promise<void> {
  await writeAs(gateway, caller, async (write) => {
    const before = await userToChange(write, name, 'MODIFY_USER');
    const facts = { ...before, ...withDisplayName(details, before.name) };
    requireUserFacts(facts);
    await write.transaction.changeUsers([{ id: before.id, facts }]);
  });
}

/**
 * Gives a user another name; memberships, password and attributes stay.
 * @throws GatehouseError `NAME_INVALID`, `NAME_TAKEN` as `addUser`, and what `userToChange` and
 *   `writeAs` throw.
 */
export async function renameUser(
  gateway: Gateway,
  caller: ApplicationCaller,
  name: string,
  newName: string,
): Promise<User> {
  return writeAs(gateway, caller, async (write) => {
    const { transaction, index } = write;
    const before = await userToChange(write, name, 'MODIFY_USER');
    const facts = { ...before, name: newName };
    requireUserFacts(facts);
    if (nameKey(newName) !== before.nameKey) {
      requireFree(write, newName);
      requireNoAdministrator(index, before.name);
      requireNoAdministrator(index, newName);
    }
    const [user] = await transaction.changeUsers([{ id: before.id, facts }]);
    return user;
  });
}

/**
 * Removes a user with memberships, password and attributes.
 * @throws GatehouseError what `userToChange` and `writeAs` throw.
 */
export async function deleteUser(
  gateway: Gateway,
  caller: ApplicationCaller,
  name: string,
): Promise<void> {
  const user = await writeAs(gateway, caller, async (write) => {
    const found = await userToChange(write, name, 'REMOVE_USER');
    requireNoAdministrator(write.index, found.name);
    await write.transaction.removeUsers([found.id]);
    return found;
  });
  gateway.credentials.forget(credentialOwner(user));
}

/** Crowd lets no application make a name mean somebody else that means somebody already. */
function requireFree({ view }: ApplicationWrite, name: string): void {
  if (view.user(name)) throw new GatehouseError('NAME_TAKEN', { kind: 'user', name });
}

function withDisplayName(details: UserDetails, name: string): UserDetails {
  const { firstName, lastName } = details;
  const made = [firstName, lastName].filter((part) => part !== '').join(' ');
  return { ...details, displayName: details.displayName || made || name };
}
