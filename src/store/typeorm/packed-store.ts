import type { PackedStore } from '../packed-store.js';
import { readPacked, readPackedHead } from './read-packed.js';
import type { StoreParts } from './scope.js';
import { discardPacked, writePacked } from './write-packed.js';

export function packedStore(parts: StoreParts): PackedStore {
  const { database } = parts;
  return {
    read: () => database.readConsistently(readPacked),
    newest: () => database.readConsistently(readPackedHead),
    discard: ({ id }) => discardPacked(database, id),
    write: (revision, bytes, signal) => writePacked(parts, revision, bytes, signal),
  };
}
