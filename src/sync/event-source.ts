import { createHash } from 'node:crypto';
import type { DirectoryConnection } from '../domain/index.js';

/**
 * Tells one series of events from another: it is of a server and of what is wanted of it.
 * A copy that was made with other settings must not go on with their token.
 */
export function eventSource(connection: DirectoryConnection): string {
  const { serverUrl, applicationName, onlyUsers, onlyGroups } = connection;
  return createHash('sha256')
    .update(JSON.stringify([serverUrl, applicationName, onlyUsers, onlyGroups]))
    .digest('hex');
}
