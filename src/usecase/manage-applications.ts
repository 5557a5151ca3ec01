import {
  type Application,
  type ApplicationId,
  GatehouseError,
  requireName,
} from '../domain/index.js';
import { administerSystem, type Confirmation, type Done, isConfirmed } from './administer.js';
import type { Gateway } from './gateway.js';
import { hashNewPassword } from './password-hash.js';
import { parseRemoteAddresses, rangeOfEverybody } from './remote-addresses.js';
import type { SystemAdministrator } from './viewer.js';

/** By name, in code-point order. Passwords are never told. */
export async function listApplications(
  gateway: Gateway,
  _viewer: SystemAdministrator,
): Promise<readonly Application[]> {
  return gateway.store.reader.applications();
}

export interface AddApplicationInput {
  readonly name: string;
  readonly password: string;
  /** In any form that `parseRemoteAddresses` reads. An empty list admits nobody. */
  readonly remoteAddresses: readonly string[];
}

/**
 * @param confirm refusals that the caller overrides.
 * @throws GatehouseError `INPUT_INVALID`, `NAME_INVALID`, `NAME_TAKEN`, and unless it is confirmed
 *   `ADMITS_EVERYBODY`.
 */
export async function addApplication(
  gateway: Gateway,
  viewer: SystemAdministrator,
  { name, password, remoteAddresses }: AddApplicationInput,
  confirm: readonly Confirmation[] = [],
): Promise<Done<Application>> {
  requireApplicationName(name);
  const addresses = readAddresses(remoteAddresses, confirm);
  const passwordHash = await hashNewPassword(password);
  return administerSystem(gateway, viewer, {}, (transaction) =>
    transaction.addApplication({ name, passwordHash, remoteAddresses: addresses }),
  );
}

export interface ChangeApplicationInput {
  readonly id: ApplicationId;
  readonly name?: string;
  readonly active?: boolean;
  /** Left out or empty: the old one stays, as in Jira's form. */
  readonly password?: string;
  /** The whole list anew. */
  readonly remoteAddresses?: readonly string[];
}

/**
 * Changes an application; what is left out stays. It counts from the next request on.
 * @param confirm refusals that the caller overrides.
 * @throws GatehouseError `INPUT_INVALID`, `NAME_INVALID`, `NAME_TAKEN`, `NOT_FOUND`, and unless it is
 *   confirmed `ADMITS_EVERYBODY`, also when the list of before admitted everybody already.
 */
export async function changeApplication(
  gateway: Gateway,
  viewer: SystemAdministrator,
  { id, name, active, password, remoteAddresses }: ChangeApplicationInput,
  confirm: readonly Confirmation[] = [],
): Promise<Done<Application>> {
  if (name !== undefined) requireApplicationName(name);
  const addresses = remoteAddresses && readAddresses(remoteAddresses, confirm);
  const passwordHash = password ? await hashNewPassword(password) : undefined;
  return administerSystem(gateway, viewer, {}, (transaction) =>
    transaction.changeApplication(id, { name, active, passwordHash, remoteAddresses: addresses }),
  );
}

/** @throws GatehouseError `NOT_FOUND`. */
export async function removeApplication(
  gateway: Gateway,
  viewer: SystemAdministrator,
  id: ApplicationId,
): Promise<Done<ApplicationId>> {
  return administerSystem(gateway, viewer, {}, async (transaction) => {
    await transaction.removeApplication(id);
    return id;
  });
}

/** A list without a bound protects nothing, and is more often a slip of the pen than meant. */
function readAddresses(
  remoteAddresses: readonly string[],
  confirm: readonly Confirmation[],
): string[] {
  const addresses = parseRemoteAddresses(remoteAddresses);
  const range = rangeOfEverybody(addresses);
  if (range === null) return addresses;
  const refusal = new GatehouseError('ADMITS_EVERYBODY', { range });
  if (!isConfirmed(refusal, confirm)) throw refusal;
  return addresses;
}

function requireApplicationName(name: string): void {
  requireName('application', name);
  // Basic credentials are split at the first colon (RFC 7617): with one it could never log in.
  if (!name.includes(':')) return;
  throw new GatehouseError('INPUT_INVALID', { field: 'name', reason: 'must hold no colon' });
}
