import {
  APPLICATION_PERMISSIONS,
  type Application,
  type ApplicationDirectory,
  type ApplicationId,
  type ApplicationPermission,
  GatehouseError,
  MAX_FACT_LENGTH,
  type MembershipMode,
  requireName,
} from '../domain/index.js';
import type { ApplicationFacts, ChangedPassword, StoreTransaction } from '../store/index.js';
import { administerSystem, type Confirmation, type Done, isConfirmed } from './administer.js';
import type { Gateway } from './gateway.js';
import { requireDirectory } from './manage-directories.js';
import { hashNewPassword, requireImportable } from './password-hash.js';
import { parseRemoteAddresses, rangeOfEverybody } from './remote-addresses.js';
import type { SystemAdministrator } from './viewer.js';

/** A password of before is good no longer than a week besides the new one. */
const MOST_OVERLAP_MINUTES = 7 * 24 * 60;
const MINUTE_MS = 60_000;

/** By name, in code-point order. Passwords are never told. */
export async function listApplications(
  gateway: Gateway,
  _viewer: SystemAdministrator,
): Promise<readonly Application[]> {
  return gateway.store.reader.applications();
}

/** What an application sees and may change; what is left out stays, or is as `APPLICATION_DEFAULTS` says. */
export interface ApplicationViewInput {
  /** For administrators. */
  readonly description?: string;
  /** These, in this order, each with what may be changed in it. */
  readonly directories?: readonly ApplicationDirectory[];
  /** Instead of `directories`: all of the gateway's in its order, with these permissions in each. */
  readonly everyDirectory?: readonly ApplicationPermission[];
  /** GATEWAY: as the gateway does. */
  readonly membershipMode?: MembershipMode | 'GATEWAY';
}

export interface AddApplicationInput extends ApplicationViewInput {
  readonly name: string;
  readonly password?: string;
  /** Instead of a password: its hash as Jira or Crowd keep it; it gives way to ours at the first login. */
  readonly passwordHash?: string;
  /** In any form that `parseRemoteAddresses` reads. An empty list admits nobody. */
  readonly remoteAddresses: readonly string[];
}

/**
 * @param confirm refusals that the caller overrides.
 * @throws GatehouseError `INPUT_INVALID`, `NAME_INVALID`, `NAME_TAKEN`, `NOT_FOUND` (a directory), and
 *   unless it is confirmed `ADMITS_EVERYBODY`.
 */
export async function addApplication(
  gateway: Gateway,
  viewer: SystemAdministrator,
  { name, password, passwordHash: imported, remoteAddresses, ...view }: AddApplicationInput,
  confirm: readonly Confirmation[] = [],
): Promise<Done<Application>> {
  requireApplicationName(name);
  const addresses = readAddresses(remoteAddresses, confirm);
  const seen = viewFacts(view);
  const passwordHash = await hashOf(password, imported);
  return administerSystem(gateway, viewer, {}, async (transaction) => {
    await requireDirectories(transaction, seen.directories);
    return transaction.addApplication({ ...seen, name, passwordHash, remoteAddresses: addresses });
  });
}

export interface ChangeApplicationInput extends ApplicationViewInput {
  readonly id: ApplicationId;
  readonly name?: string;
  readonly active?: boolean;
  /** Left out or empty: the old one stays, as in Jira's form. */
  readonly password?: string;
  /** Instead of a password: its hash as Jira or Crowd keep it. */
  readonly passwordHash?: string;
  /** With a new password: how long the one of before is good as well; 0 when left out. */
  readonly overlapMinutes?: number;
  /** The whole list anew. */
  readonly remoteAddresses?: readonly string[];
}

/**
 * Changes an application; what is left out stays. It counts from the next request on.
 * @param confirm refusals that the caller overrides.
 * @throws GatehouseError `INPUT_INVALID`, `NAME_INVALID`, `NAME_TAKEN`, `NOT_FOUND`, also of a directory,
 *   and unless it is confirmed `ADMITS_EVERYBODY`, also when the list of before admitted everybody.
 */
export async function changeApplication(
  gateway: Gateway,
  viewer: SystemAdministrator,
  input: ChangeApplicationInput,
  confirm: readonly Confirmation[] = [],
): Promise<Done<Application>> {
  const { id, name, active, password, passwordHash, overlapMinutes, ...rest } = input;
  const { remoteAddresses, ...view } = rest;
  if (name !== undefined) requireApplicationName(name);
  const patch: Partial<ApplicationFacts> = {
    ...viewFacts(view),
    ...(name !== undefined && { name }),
    ...(active !== undefined && { active }),
    ...(remoteAddresses && { remoteAddresses: readAddresses(remoteAddresses, confirm) }),
  };
  const previousUntil = endOfOverlap(gateway, overlapMinutes ?? 0);
  const isNew = Boolean(password) || passwordHash !== undefined;
  const changed: ChangedPassword | undefined = isNew
    ? { hash: await hashOf(password, passwordHash), previousUntil }
    : undefined;
  return administerSystem(gateway, viewer, {}, async (transaction) => {
    await requireDirectories(transaction, patch.directories);
    return transaction.changeApplication(id, { ...patch, ...(changed && { password: changed }) });
  });
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

/** @throws GatehouseError `INPUT_INVALID`. */
async function hashOf(password = '', imported: string | undefined): Promise<string> {
  if (imported === undefined) return hashNewPassword(password);
  if (password !== '') {
    throw new GatehouseError('INPUT_INVALID', {
      field: 'passwordHash',
      reason: 'cannot be given together with `password`',
    });
  }
  requireImportable(imported);
  return imported;
}

function requireApplicationName(name: string): void {
  requireName('application', name);
  // Basic credentials are split at the first colon (RFC 7617): with one it could never log in.
  if (!name.includes(':')) return;
  throw new GatehouseError('INPUT_INVALID', { field: 'name', reason: 'must hold no colon' });
}

function viewFacts({
  description,
  directories,
  everyDirectory,
  membershipMode,
}: ApplicationViewInput): Partial<ApplicationFacts> {
  if (directories && everyDirectory) {
    throw new GatehouseError('INPUT_INVALID', {
      field: 'everyDirectory',
      reason: 'cannot be given together with `directories`',
    });
  }
  if (description !== undefined) requireDescription(description);
  return {
    ...(description !== undefined && { description }),
    ...(directories && { directories: directories.map(inOrder), permissions: [] }),
    ...(everyDirectory && { directories: null, permissions: sorted(everyDirectory) }),
    ...(membershipMode !== undefined && {
      membershipMode: membershipMode === 'GATEWAY' ? null : membershipMode,
    }),
  };
}

function requireDescription(description: string): void {
  if (description.length <= MAX_FACT_LENGTH && description.isWellFormed()) return;
  throw new GatehouseError('INPUT_INVALID', {
    field: 'description',
    reason: `must be well-formed text of at most ${MAX_FACT_LENGTH} characters`,
  });
}

function inOrder({ directoryId, permissions }: ApplicationDirectory): ApplicationDirectory {
  return { directoryId, permissions: sorted(permissions) };
}

function sorted(permissions: readonly ApplicationPermission[]): ApplicationPermission[] {
  return APPLICATION_PERMISSIONS.filter((permission) => permissions.includes(permission));
}

/** Each of them is there, and none is named twice. */
async function requireDirectories(
  transaction: StoreTransaction,
  listed: readonly ApplicationDirectory[] | null | undefined,
): Promise<void> {
  if (!listed || listed.length === 0) return;
  const present = await transaction.directories();
  const seen = new Set<number>();
  for (const { directoryId } of listed) {
    const { name } = requireDirectory(present, directoryId);
    if (seen.has(directoryId)) {
      const reason = `names the directory \`${name}\` twice`;
      throw new GatehouseError('INPUT_INVALID', { field: 'directories', reason });
    }
    seen.add(directoryId);
  }
}

function endOfOverlap({ clock }: Gateway, minutes: number): Date | null {
  if (!Number.isInteger(minutes) || minutes < 0 || minutes > MOST_OVERLAP_MINUTES) {
    throw new GatehouseError('INPUT_INVALID', {
      field: 'overlapMinutes',
      reason: `must be a whole number from 0 to ${MOST_OVERLAP_MINUTES}`,
    });
  }
  return minutes === 0 ? null : new Date(clock.now().getTime() + minutes * MINUTE_MS);
}
