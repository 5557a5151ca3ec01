import { createHash } from 'node:crypto';
import type { DirectoryConnection } from '../domain/index.js';
import type { OpenDirectory, OpenedDirectory, SharedDirectories } from './connector.js';

/** More directories than any gateway has; old ones go first. */
const MAX_KEPT = 100;

/**
 * Gives the same remote directory for the same settings and password, so that connections stay open
 * between sign-ins, and the limit of connections and what is known of the server hold for all callers together.
 */
export function reuseRemoteDirectories(open: OpenDirectory): SharedDirectories {
  /** The one that was asked for last is the last. */
  const kept = new Map<string, { readonly settings: string; readonly opened: OpenedDirectory }>();
  return {
    connect: (connection, password, caller = 'ordinary') => {
      const settings = settingsOf(connection);
      const key = createHash('sha256')
        .update(JSON.stringify([settings, password]))
        .digest('base64');
      const entry = kept.get(key) ?? { settings, opened: open(connection, password) };
      kept.delete(key);
      kept.set(key, entry);
      if (kept.size > MAX_KEPT) {
        for (const oldest of kept.keys()) {
          kept.delete(oldest);
          break;
        }
      }
      return entry.opened[caller];
    },
    isLeftAlone: (connection) => {
      const settings = settingsOf(connection);
      // One with an older password is asked no more, and would stay what it was.
      const latest = [...kept.values()].filter((entry) => entry.settings === settings).at(-1);
      return latest?.opened.isLeftAlone() ?? false;
    },
  };
}

/** Settings read from a row and those of a change in the log differ in the order of their fields. */
function settingsOf(connection: DirectoryConnection): string {
  return JSON.stringify(Object.entries(connection).sort(([a], [b]) => (a < b ? -1 : 1)));
}
