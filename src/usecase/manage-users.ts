import {
  type Directory,
  type DirectoryId,
  GatehouseError,
  isWritable,
  type User,
  type UserFacts,
  type UserId,
} from '../domain/index.js';
import type { StoreTransaction } from '../store/index.js';
import { administer, type Done, type Manner, requireNotOutranked } from './administer.js';
import { requireUserFacts } from './entry-facts.js';
import type { Gateway } from './gateway.js';
import { requireDirectory } from './manage-directories.js';
import { hashNewPassword, requireNewPassword } from './password-hash.js';
import { credentialOwner } from './sign-in.js';
import type { Administrator } from './viewer.js';

export interface CreateUserInput {
  readonly name: string;
  readonly displayName?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  readonly active?: boolean;
  /** Without one the user cannot sign in until one is set. */
  readonly password?: string;
  /** Default: the first directory in which changes are permitted. */
  readonly directoryId?: DirectoryId;
}

/**
 * Creates a user in the first directory in which there is permission to make changes, or in the one
 * named.
 */
export async function createUser(
  gateway: Gateway,
  viewer: Administrator,
  input: CreateUserInput,
  manner: Manner = {},
): Promise<Done<User>> {
  const { password, directoryId, ...facts } = input;
  const hash = await hashToSet(password, manner);
  return administer(gateway, viewer, manner, async (transaction, index) => {
    const directory = await writableDirectory(transaction, directoryId);
    // Whoever comes to bear a name holds what was granted to it, and signs in with a new password.
    requireNotOutranked(index, viewer, { name: facts.name, mask: index.rankOfUser(facts.name) });
    const full: UserFacts = {
      name: facts.name,
      displayName: facts.displayName ?? facts.name,
      firstName: facts.firstName ?? '',
      lastName: facts.lastName ?? '',
      email: facts.email ?? '',
      active: facts.active ?? true,
      externalId: null,
    };
    requireUserFacts(full);
    const [user] = await transaction.addUsers(directory.id, [full]);
    if (hash !== null) await transaction.setPasswordHash(user.id, hash);
    return user;
  });
}

export type UserPatch = Partial<Omit<UserFacts, 'externalId'>> & { readonly password?: string };

/** Changes a user of an internal directory; fields left out stay. A new name is a rename. */
export async function changeUser(
  gateway: Gateway,
  viewer: Administrator,
  id: UserId,
  patch: UserPatch,
  manner: Manner = {},
): Promise<Done<User>> {
  const { password, ...facts } = patch;
  const hash = await hashToSet(password, manner);
  const done = await administer(gateway, viewer, manner, async (transaction, index) => {
    const before = await requireUser(transaction, id);
    await requireWritable(transaction, before.directoryId);
    requireNotOutranked(index, viewer, { name: before.name, mask: index.rankOfUser(before.name) });
    const after: UserFacts = { ...before, ...facts };
    requireUserFacts(after);
    requireNotOutranked(index, viewer, { name: after.name, mask: index.rankOfUser(after.name) });
    const [user] = await transaction.changeUsers([{ id, facts: after }]);
    if (hash !== null) await transaction.setPasswordHash(id, hash);
    return user ?? before;
  });
  if (hash !== null) gateway.credentials.forget(credentialOwner(done.value));
  return done;
}

/** Removes a user of an internal directory with the memberships; an entry further down shines through. */
export async function removeUser(
  gateway: Gateway,
  viewer: Administrator,
  id: UserId,
  manner: Manner = {},
): Promise<Done<User>> {
  return administer(gateway, viewer, manner, async (transaction, index) => {
    const user = await requireUser(transaction, id);
    await requireWritable(transaction, user.directoryId);
    requireNotOutranked(index, viewer, { name: user.name, mask: index.rankOfUser(user.name) });
    if (viewer.type === 'USER' && index.user(viewer.name)?.id === id) {
      throw new GatehouseError('WOULD_REMOVE_SELF', {});
    }
    await transaction.removeUsers([id]);
    return user;
  });
}

/** @throws GatehouseError `NOT_FOUND`. */
export async function requireUser(transaction: StoreTransaction, id: UserId): Promise<User> {
  const user = await transaction.userById(id);
  if (!user) throw new GatehouseError('NOT_FOUND', { kind: 'user', name: String(id) });
  return user;
}

/**
 * The directory named, or the first active one that permits changes.
 * @throws GatehouseError `DIRECTORY_READ_ONLY`, `NO_WRITABLE_DIRECTORY`, `NOT_FOUND`.
 */
export async function writableDirectory(
  transaction: StoreTransaction,
  id: DirectoryId | undefined,
): Promise<Directory> {
  if (id !== undefined) return requireWritable(transaction, id);
  const first = (await transaction.directories()).find(
    (directory) => directory.active && isWritable(directory),
  );
  if (!first) throw new GatehouseError('NO_WRITABLE_DIRECTORY', {});
  return first;
}

/** @throws GatehouseError `DIRECTORY_READ_ONLY`, `NOT_FOUND`. */
export async function requireWritable(
  transaction: StoreTransaction,
  id: DirectoryId,
): Promise<Directory> {
  const directory = requireDirectory(await transaction.directories(), id);
  if (!isWritable(directory)) {
    throw new GatehouseError('DIRECTORY_READ_ONLY', { directory: directory.name });
  }
  return directory;
}

/** `null` when no password is to be set; hashing is slow, and a dry run has no use for the hash. */
async function hashToSet(password: string | undefined, manner: Manner): Promise<string | null> {
  if (password === undefined) return null;
  if (!manner.dryRun) return hashNewPassword(password);
  requireNewPassword(password);
  return null;
}
