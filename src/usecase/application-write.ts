import {
  type ApplicationPermission,
  type Directory,
  GatehouseError,
  type Group,
  isWritable,
  type Origin,
  type User,
} from '../domain/index.js';
import type { PermissionIndex } from '../engine/index.js';
import type { StoreTransaction } from '../store/index.js';
import type { ApplicationCaller } from './application-access.js';
import { mayChange, requirePermission, viewOf } from './application-view.js';
import type { Gateway } from './gateway.js';
import { movedBeyond, movesRights } from './moved-rights.js';

/** What an application's write works with, under the lock. */
export interface ApplicationWrite {
  readonly caller: ApplicationCaller;
  readonly transaction: StoreTransaction;
  /** What names mean to the application. */
  readonly view: PermissionIndex;
  /** What permissions follow from. */
  readonly index: PermissionIndex;
}

/**
 * Makes an application's change in one transaction. An application is no administrator, whatever it
 * may do in its directories: nobody gains or loses a permission of administration by it, in whatever
 * way, and with that the last system administrator stays.
 * @throws GatehouseError `TARGET_OUTRANKS_VIEWER` with somebody who would.
 */
export async function writeAs<Result>(
  gateway: Gateway,
  caller: ApplicationCaller,
  work: (write: ApplicationWrite) => Promise<Result>,
): Promise<Result> {
  const { name } = caller.application;
  const origin: Origin = { type: 'APPLICATION', name, address: caller.address };
  const { value } = await gateway.store.transact(origin, async (transaction) => {
    const { index } = gateway.live;
    const view = viewOf(gateway, caller);
    const result = await work({ caller, transaction, view, index });
    const changes = [...transaction.changes];
    if (changes.some(movesRights)) {
      const target = movedBeyond(index.preview(changes), ~administrationMask(index));
      if (target !== null) throw new GatehouseError('TARGET_OUTRANKS_VIEWER', { target });
    }
    return result;
  });
  return value;
}

/**
 * The first active directory, in the application's order, that permits changes and in which the
 * application has the permission.
 * @throws GatehouseError `APPLICATION_PERMISSION_DENIED`, `NO_WRITABLE_DIRECTORY`.
 */
export function placeFor(write: ApplicationWrite, permission: ApplicationPermission): Directory {
  const [first] = placesFor(write, permission);
  return first;
}

/** All such directories, at least one. @throws GatehouseError as `placeFor`. */
export function placesFor(
  { caller, view }: ApplicationWrite,
  permission: ApplicationPermission,
): readonly Directory[] {
  const writable = view.directories().filter((each) => each.active && isWritable(each));
  if (writable.length === 0) throw new GatehouseError('NO_WRITABLE_DIRECTORY', {});
  const permitted = writable.filter(({ id }) => mayChange(caller.application, id, permission));
  if (permitted.length === 0) requirePermission(caller, writable[0], permission);
  return permitted;
}

/**
 * The user a name means to the application, if the application may do this to them.
 * @throws GatehouseError `NOT_FOUND`, `DIRECTORY_READ_ONLY`, `APPLICATION_PERMISSION_DENIED`.
 */
export async function userToChange(
  { caller, transaction, view }: ApplicationWrite,
  name: string,
  permission: ApplicationPermission,
): Promise<User> {
  const entry = view.user(name);
  const user = entry && (await transaction.userById(entry.id));
  if (!entry || !user) throw new GatehouseError('NOT_FOUND', { kind: 'user', name });
  requireChangeable(caller, entry.directory, permission);
  return user;
}

/** The same for a group. @throws GatehouseError as `userToChange`. */
export async function groupToChange(
  { caller, transaction, view }: ApplicationWrite,
  name: string,
  permission: ApplicationPermission,
): Promise<Group> {
  const entry = view.group(name);
  const group = entry && (await transaction.groupById(entry.id));
  if (!entry || !group) throw new GatehouseError('NOT_FOUND', { kind: 'group', name });
  requireChangeable(caller, entry.directory, permission);
  return group;
}

/**
 * Refuses to put somebody in the place of an administrator: a new user of the name, or a new password.
 * Grants are to names, so nobody would gain or lose anything by it.
 * @throws GatehouseError `TARGET_OUTRANKS_VIEWER`.
 */
export function requireNoAdministrator(index: PermissionIndex, name: string): void {
  if (holdsAdministration(index, name)) {
    throw new GatehouseError('TARGET_OUTRANKS_VIEWER', { target: name });
  }
}

/**
 * Refuses members to a group that gives administration, even if they do not count now: whoever is
 * switched off or masked would have it later, when nobody looks.
 * @throws GatehouseError `TARGET_OUTRANKS_VIEWER`.
 */
export function requireNoAdministrationBy(index: PermissionIndex, group: string): void {
  if (index.rankOfGroup(group) & administrationMask(index)) {
    throw new GatehouseError('TARGET_OUTRANKS_VIEWER', { target: group });
  }
}

/** Whether a user has administration, or would have it if they were active. */
export function holdsAdministration(index: PermissionIndex, name: string): boolean {
  return (index.rankOfUser(name) & administrationMask(index)) !== 0;
}

/** The permissions by which somebody administers this gateway. */
function administrationMask({ scheme }: PermissionIndex): number {
  const { administration, systemAdministration } = scheme.scheme;
  return (1 << scheme.bitOf(administration)) | (1 << scheme.bitOf(systemAdministration));
}

function requireChangeable(
  caller: ApplicationCaller,
  directory: Directory,
  permission: ApplicationPermission,
): void {
  if (!isWritable(directory)) {
    throw new GatehouseError('DIRECTORY_READ_ONLY', { directory: directory.name });
  }
  requirePermission(caller, directory, permission);
}
