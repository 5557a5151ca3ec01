import { createHash } from 'node:crypto';
import type { DirectoryConnection } from '../domain/index.js';

/**
 * Tells one series of events from another: it is of a server and of what an application sees there.
 * A copy that was made with other settings must not go on with their token.
 */
export function eventSource({ serverUrl, applicationName }: DirectoryConnection): string {
  return createHash('sha256')
    .update(JSON.stringify([serverUrl, applicationName]))
    .digest('hex');
}
