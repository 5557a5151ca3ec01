import { createHash } from 'node:crypto';
import type { ConnectDirectory, RemoteDirectory } from './connector.js';

/** More directories than any gateway has; old ones go first. */
const MAX_KEPT = 100;

/**
 * Gives the same remote directory for the same settings and password, so that connections stay open
 * between sign-ins and the limit of connections holds for all callers together.
 */
export function reuseRemoteDirectories(connect: ConnectDirectory): ConnectDirectory {
  const kept = new Map<string, RemoteDirectory>();
  return (connection, password) => {
    const key = createHash('sha256')
      .update(JSON.stringify([connection, password]))
      .digest('base64');
    const remote = kept.get(key) ?? connect(connection, password);
    kept.delete(key);
    kept.set(key, remote);
    if (kept.size > MAX_KEPT) {
      for (const oldest of kept.keys()) {
        kept.delete(oldest);
        break;
      }
    }
    return remote;
  };
}
