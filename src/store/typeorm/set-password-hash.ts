import { GatehouseError, type UserId } from '../../domain/index.js';
import { USERS } from './named-rows.js';
import { namedByIds } from './read-named.js';
import type { Scope } from './scope.js';

/**
 * The log tells that a password changed, never what it is. Tokens to set one are of no use afterwards.
 * @throws GatehouseError `NOT_FOUND`.
 */
export async function setPasswordHash(scope: Scope, id: UserId, hash: string): Promise<void> {
  const [user] = await namedByIds(scope.session, USERS, [id]);
  if (!user) throw new GatehouseError('NOT_FOUND', { kind: 'user', name: String(id) });
  const rows = scope.session.rows('user_password');
  await rows.delete({ userId: id });
  await rows.insert({ userId: id, hash });
  await scope.session.rows('password_reset').delete({ userId: id });
  scope.record({ kind: 'UserPasswordChanged', user });
}
