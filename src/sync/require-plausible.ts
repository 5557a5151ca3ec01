import { GatehouseError } from '../domain/index.js';
import type { RemotePicture } from './read-remote.js';

/**
 * Refuses a picture that no working server gives.
 * @throws GatehouseError `PROTOCOL` about `users`.
 */
export function requirePlausible(server: string, usersRead: number, remote: RemotePicture): void {
  const bad = usersRead - remote.users.length;
  if (bad * 2 <= usersRead) return;
  throw new GatehouseError('PROTOCOL', {
    server,
    field: 'users',
    reason: `were unusable: ${bad} of ${usersRead} have a bad name or one that came before; nothing was changed, look into the log for the first of them`,
  });
}
