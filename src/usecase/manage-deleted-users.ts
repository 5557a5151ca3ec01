import {
  type DirectoryId,
  GatehouseError,
  type Page,
  type PageRequest,
  type Tombstone,
  type TombstoneId,
  type User,
} from '../domain/index.js';
import type { StoreTransaction } from '../store/index.js';
import { settleRestored } from '../sync/index.js';
import { administerSystem, type Done, type Manner } from './administer.js';
import type { Gateway } from './gateway.js';
import { requireDirectory } from './manage-directories.js';
import { purge } from './purge-deleted.js';
import type { Administrator, SystemAdministrator } from './viewer.js';

/**
 * The users of a directory whom its server has no more, newest first.
 * @throws GatehouseError `NOT_FOUND`, `PAGE_INVALID`.
 */
export async function deletedUsers(
  { live, store }: Gateway,
  _viewer: Administrator,
  directoryId: DirectoryId,
  page: PageRequest<TombstoneId>,
): Promise<Page<Tombstone>> {
  requireDirectory(live.index.directories(), directoryId);
  return store.tombstones.page(directoryId, page);
}

/** `null` when the user has come back or was purged. */
export function deletedUser(
  { store }: Gateway,
  _viewer: Administrator,
  id: TombstoneId,
): Promise<Tombstone | null> {
  return store.tombstones.byId(id);
}

/**
 * Brings a deleted user back with the groups they were in, as far as these are still there. The row
 * stays although the server does not have the user, until the server names them again or they are
 * purged. If somebody else has borne the name since, the grants to it are set aside.
 * @throws GatehouseError `NOT_FOUND`; `NAME_TAKEN` when another user bears the name by now;
 *   `SYNCHRONISATION_RUNNING`; `INPUT_INVALID` (`deletedUser`) for one whose row has stayed.
 */
export async function restoreUser(
  gateway: Gateway,
  viewer: SystemAdministrator,
  id: TombstoneId,
  manner: Manner = {},
): Promise<Done<User>> {
  return administerSystem(gateway, viewer, manner, async (transaction) => {
    const tombstone = await requireSettled(transaction, id);
    const { userId, directoryId, facts, groups } = tombstone;
    if (userId !== null) {
      const reason = `\`${facts.name}\` has stayed; whether users stay is a setting of the directory`;
      throw new GatehouseError('INPUT_INVALID', { field: 'deletedUser', reason });
    }
    await settleRestored(transaction, tombstone);
    const [user] = await transaction.addUsers(directoryId, [facts]);
    const found = await transaction.tombstones.groupsNamed(directoryId, groups);
    const rows = found.map((group) => ({ groupId: group.id, userId: user.id }));
    await transaction.addMemberships(directoryId, rows);
    await transaction.tombstones.restored(id, user.id);
    return user;
  });
}

/**
 * Deletes what is left of a deleted user now: the tombstone, the row if one has stayed, and the grants
 * to the name unless somebody bears it in another directory or may come back to it.
 * @throws GatehouseError `NOT_FOUND`, `SYNCHRONISATION_RUNNING`.
 */
export async function purgeDeletedUser(
  gateway: Gateway,
  viewer: SystemAdministrator,
  id: TombstoneId,
  manner: Manner = {},
): Promise<Done<Tombstone>> {
  return administerSystem(gateway, viewer, manner, async (transaction) => {
    const tombstone = await requireSettled(transaction, id);
    await purge(transaction, [tombstone]);
    return tombstone;
  });
}

/** A tombstone of a directory whose copy no run is about to write: it would not know of the row. */
async function requireSettled(transaction: StoreTransaction, id: TombstoneId): Promise<Tombstone> {
  const tombstone = await transaction.tombstones.byId(id);
  if (!tombstone) throw new GatehouseError('NOT_FOUND', { kind: 'deleted user', name: String(id) });
  await transaction.tombstones.requireNoRun(tombstone.directoryId);
  return tombstone;
}
