import {
  type DirectoryId,
  GatehouseError,
  type PasswordReset,
  type ResetDigest,
  type User,
  type UserId,
} from '../../domain/index.js';
import type { StoredPassword } from '../password-store.js';
import { USERS } from './named-rows.js';
import { namedByIds } from './read-named.js';
import { requireDirectory } from './require-directory.js';
import type { Scope } from './scope.js';
import type { Session } from './session.js';

export async function readPassword(
  session: Session,
  userId: UserId,
): Promise<StoredPassword | null> {
  const row = await session.rows('user_password').findOneBy({ userId });
  return row && { hash: row.hash, expired: row.expired };
}

export function readPasswordReset(
  session: Session,
  digest: ResetDigest,
): Promise<PasswordReset | null> {
  return session.rows('password_reset').findOneBy({ digest });
}

/** The log tells that a password changed, never what it is. @throws GatehouseError `NOT_FOUND`. */
export async function setPasswordHash(scope: Scope, id: UserId, hash: string): Promise<void> {
  const user = await requireUser(scope, id);
  const rows = scope.session.rows('user_password');
  await rows.delete({ userId: id });
  await rows.insert({ userId: id, hash, expired: false });
  await spendResets(scope, id);
  scope.record({ kind: 'UserPasswordChanged', user });
}

/** Records nothing when there was none. @throws GatehouseError `NOT_FOUND`. */
export async function removePassword(scope: Scope, id: UserId): Promise<void> {
  const user = await requireUser(scope, id);
  await spendResets(scope, id);
  const rows = scope.session.rows('user_password');
  if (!(await rows.existsBy({ userId: id }))) return;
  await rows.delete({ userId: id });
  scope.record({ kind: 'UserPasswordChanged', user });
}

/** @throws GatehouseError `NOT_FOUND`. */
export async function expirePasswords(
  scope: Scope,
  directoryId: DirectoryId,
  except: readonly UserId[],
): Promise<void> {
  const { session } = scope;
  const { generation } = await requireDirectory(session, directoryId);
  const { inList, listParameter } = session.dialect;
  const spared = except.length > 0 ? [listParameter(except)] : [];
  await session.run(
    'UPDATE user_password SET expired = 1 WHERE user_id IN ' +
      '(SELECT id FROM directory_user WHERE generation = ?)' +
      `${spared.length > 0 ? ` AND NOT user_id ${inList}` : ''}`,
    [generation, ...spared],
  );
  scope.record({ kind: 'PasswordsExpired', directoryId });
}

async function spendResets({ session }: Scope, userId: UserId): Promise<void> {
  await session.rows('password_reset').delete({ userId });
}

async function requireUser({ session }: Scope, id: UserId): Promise<User> {
  const [user] = await namedByIds(session, USERS, [id]);
  if (!user) throw new GatehouseError('NOT_FOUND', { kind: 'user', name: String(id) });
  return user;
}
