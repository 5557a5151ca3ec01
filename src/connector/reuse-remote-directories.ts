import { createHash } from 'node:crypto';
import type { ConnectDirectory, OpenDirectory, OpenedDirectory } from './connector.js';

/** More directories than any gateway has; old ones go first. */
const MAX_KEPT = 100;

/**
 * Gives the same remote directory for the same settings and password, so that connections stay open
 * between sign-ins, and the limit of connections and what is known of the server hold for all callers together.
 */
export function reuseRemoteDirectories(open: OpenDirectory): ConnectDirectory {
  const kept = new Map<string, OpenedDirectory>();
  return (connection, password, caller = 'ordinary') => {
    // Settings read from a row and those of a change in the log differ in the order of their fields.
    const settings = Object.entries(connection).sort(([a], [b]) => (a < b ? -1 : 1));
    const key = createHash('sha256')
      .update(JSON.stringify([settings, password]))
      .digest('base64');
    const opened = kept.get(key) ?? open(connection, password);
    kept.delete(key);
    kept.set(key, opened);
    if (kept.size > MAX_KEPT) {
      for (const oldest of kept.keys()) {
        kept.delete(oldest);
        break;
      }
    }
    return opened[caller];
  };
}
