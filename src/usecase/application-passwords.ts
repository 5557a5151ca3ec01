import { type User, type UserId } from '../domain/index.js';
import type { PermissionIndex } from '../engine/index.js';
import type { ApplicationCaller } from './application-access.js';
import {
  type ApplicationWrite,
  placesFor,
  requireNoAdministrator,
  userToChange,
  writeAs,
} from './application-write.js';
import type { Gateway } from './gateway.js';
import { hashNewPassword } from './password-hash.js';
import { credentialOwner } from './sign-in.js';

/**
 * Gives a user a new password, which is not expired. An administrator's is none of an application's.
 * @throws GatehouseError `INPUT_INVALID`, `TARGET_OUTRANKS_VIEWER`, and what `userToChange` throws.
 */
export async function updatePassword(
  gateway: Gateway,
  caller: ApplicationCaller,
  name: string,
  password: string,
): Promise<void> {
  const hash = await hashNewPassword(password);
  const user = await writeAs(gateway, caller, async (write) => {
    const found = await userWithPassword(write, name);
    await write.transaction.setPasswordHash(found.id, hash);
    return found;
  });
  gateway.credentials.forget(credentialOwner(user));
}

/** Takes a user's password away: nobody signs in as them until one is set. @throws as `updatePassword`. */
export async function deletePassword(
  gateway: Gateway,
  caller: ApplicationCaller,
  name: string,
): Promise<void> {
  const user = await writeAs(gateway, caller, async (write) => {
    const found = await userWithPassword(write, name);
    await write.transaction.removePassword(found.id);
    return found;
  });
  gateway.credentials.forget(credentialOwner(user));
}

/**
 * Marks the passwords of all users in the internal directories in which the application may change
 * users as expired. Those of administrators stay as they are.
 * @throws GatehouseError what `placesFor` throws.
 */
export async function expireAllPasswords(
  gateway: Gateway,
  caller: ApplicationCaller,
): Promise<void> {
  await writeAs(gateway, caller, async (write) => {
    const administrators = administratorsIn(write.index);
    for (const { id } of placesFor(write, 'MODIFY_USER')) {
      await write.transaction.expirePasswords(id, administrators);
    }
  });
  gateway.credentials.forgetAll();
}

async function userWithPassword(write: ApplicationWrite, name: string): Promise<User> {
  const user = await userToChange(write, name, 'MODIFY_USER');
  requireNoAdministrator(write.index, user.name);
  return user;
}

function administratorsIn(index: PermissionIndex): UserId[] {
  const { administration, systemAdministration } = index.scheme.scheme;
  const names = [administration, systemAdministration].flatMap((permission) =>
    index.holderNames(permission),
  );
  return [...new Set(names)].flatMap((name) => index.userEntries(name)).map(({ id }) => id);
}
