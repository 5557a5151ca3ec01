import { GatehouseError } from '../domain/index.js';
import type { DirectoryContents } from '../store/index.js';
import type { RemotePicture } from './read-remote.js';

/**
 * Refuses a picture that no working server gives. A truncated or empty list with status 200 would
 * otherwise remove everybody: the original has no guard against it, and people were hurt
 * (Atlassian's knowledge base, incremental synchronisation that deletes users).
 * @throws GatehouseError `PROTOCOL` about `users`.
 */
export function requirePlausible(
  server: string,
  usersRead: number,
  remote: RemotePicture,
  held: DirectoryContents,
): void {
  const refuse = (reason: string) =>
    new GatehouseError('PROTOCOL', { server, field: 'users', reason });
  if (usersRead === 0 && held.users.length > 0) {
    throw refuse(
      `were none, although the copy holds ${held.users.length}; nothing was changed, check which directories the application may see`,
    );
  }
  const bad = usersRead - remote.users.length;
  if (bad * 2 > usersRead) {
    throw refuse(
      `were unusable: ${bad} of ${usersRead} have a bad name or one that came before; nothing was changed, look into the log for the first of them`,
    );
  }
}
