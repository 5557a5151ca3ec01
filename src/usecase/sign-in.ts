import type { RemoteCaller } from '../connector/index.js';
import {
  type Directory,
  type DirectoryId,
  GatehouseError,
  isGatehouseError,
  nameKey,
} from '../domain/index.js';
import type { PermissionIndex, UserEntry } from '../engine/index.js';
import type { Gateway } from './gateway.js';
import { MAX_PASSWORD_LENGTH, verifyPassword } from './password-hash.js';

/** How long a right password is remembered: shorter where another server may change it unseen. */
const REMEMBER_INTERNAL_MS = 5 * 60_000;
const REMEMBER_REMOTE_MS = 60_000;

export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** The caller's address, for the log. */
  readonly address: string | null;
}

export type SignInRefusal =
  | 'UNKNOWN'
  | 'WRONG_PASSWORD'
  | 'INACTIVE'
  | 'CREDENTIAL_EXPIRED'
  | 'ACCESS_DENIED'
  | 'UNREACHABLE';

export type SignInResult =
  | { readonly outcome: 'SIGNED_IN'; readonly user: UserEntry }
  | { readonly outcome: 'REFUSED'; readonly reason: SignInRefusal };

/**
 * Checks a user's password at the directory that the name lives in: the first active one that knows
 * it. Its word is final: a wrong password, an inactive account or a server that cannot be reached
 * does not let a masked account further down in (Jira: the first occurrence's credentials count).
 * Each refusal is logged with its reason; a caller at the edge is told one neutral sentence.
 * @param look gives what the name is looked up in: the live index, or an application's view of it.
 * @throws GatehouseError `TOO_MANY_ATTEMPTS` when too many passwords of the name were not right.
 */
export async function signIn(
  gateway: Gateway,
  credentials: Credentials,
  look: () => PermissionIndex = () => gateway.live.index,
): Promise<SignInResult> {
  return gateway.throttle.attempt(
    nameKey(credentials.name),
    () => signInOnce(gateway, credentials, look()),
    // Nobody has looked at the password then.
    (result) => result.outcome === 'REFUSED' && result.reason !== 'UNREACHABLE',
  );
}

/** Who remembers what: an entry's password is forgotten with the entry. */
export function credentialOwner(user: { id: number; directoryId: DirectoryId }): string {
  return `user:${user.directoryId}:${user.id}`;
}

async function signInOnce(
  gateway: Gateway,
  credentials: Credentials,
  index: PermissionIndex,
): Promise<SignInResult> {
  const user = index.user(credentials.name);
  const result = await walk(gateway, user, credentials);
  if (result.outcome === 'REFUSED') {
    gateway.log.warn(
      {
        user: credentials.name.slice(0, 255),
        address: credentials.address,
        directory: user?.directory.name ?? null,
        reason: result.reason,
      },
      'sign-in refused',
    );
  }
  return result;
}

async function walk(
  gateway: Gateway,
  user: UserEntry | null,
  { password }: Credentials,
): Promise<SignInResult> {
  if (!user) {
    // As costly as a wrong password, so that names cannot be probed by time.
    await verifyPassword(password, null);
    return { outcome: 'REFUSED', reason: 'UNKNOWN' };
  }
  if (!user.active) {
    await verifyPassword(password, null);
    return { outcome: 'REFUSED', reason: 'INACTIVE' };
  }
  const { directory } = user;
  const owner = credentialOwner({ id: user.id, directoryId: directory.id });
  if (password.length > MAX_PASSWORD_LENGTH)
    return { outcome: 'REFUSED', reason: 'WRONG_PASSWORD' };
  if (gateway.credentials.isRemembered(owner, password)) return { outcome: 'SIGNED_IN', user };

  const refusal =
    directory.type === 'INTERNAL'
      ? await checkHere(gateway, user, password)
      : await checkThere(gateway, directory, user, password);
  if (refusal) return { outcome: 'REFUSED', reason: refusal };
  gateway.credentials.remember(
    owner,
    password,
    directory.type === 'INTERNAL' ? REMEMBER_INTERNAL_MS : REMEMBER_REMOTE_MS,
  );
  return { outcome: 'SIGNED_IN', user };
}

async function checkHere(
  gateway: Gateway,
  user: UserEntry,
  password: string,
): Promise<SignInRefusal | null> {
  const stored = await gateway.store.reader.password(user.id);
  if (!(await verifyPassword(password, stored?.hash ?? null))) return 'WRONG_PASSWORD';
  return stored?.expired ? 'CREDENTIAL_EXPIRED' : null;
}

async function checkThere(
  gateway: Gateway,
  directory: Directory,
  user: UserEntry,
  password: string,
): Promise<SignInRefusal | null> {
  try {
    const remote = await remoteDirectory(gateway, directory);
    const answer = await remote.authenticate(user.name, password);
    if (answer.outcome !== 'SIGNED_IN') return answer.outcome;
    if (nameKey(answer.user.name) !== user.key) return 'UNKNOWN';
    return answer.user.active ? null : 'INACTIVE';
  } catch (error) {
    if (!isGatehouseError(error)) throw error;
    gateway.log.error(
      { directory: directory.name, code: error.code, reason: error.message },
      'a directory could not check a password',
    );
    return 'UNREACHABLE';
  }
}

/** The remote side of a directory with its stored password. @throws GatehouseError `NOT_SYNCHRONISABLE`. */
export async function remoteDirectory(
  gateway: Gateway,
  directory: Directory,
  caller: RemoteCaller = 'ordinary',
) {
  if (!directory.connection) {
    throw new GatehouseError('NOT_SYNCHRONISABLE', { directory: directory.name });
  }
  const password = await gateway.store.reader.directoryPassword(directory.id);
  return gateway.connect(directory.connection, password, caller);
}
