import type { Change, DirectoryId, DirectorySnapshot } from '../domain/index.js';

/** Directories that were reloaded, as they are at the end of a list of changes. */
export type Reloads = ReadonlyMap<DirectoryId, DirectorySnapshot>;

/**
 * Leaves out what the snapshots hold already: a snapshot is of the *end* of the list, so its
 * directory's rows must not be changed a second time. Reloads of removed directories go too.
 */
export function withoutReloaded(changes: readonly Change[], reloads: Reloads): readonly Change[] {
  if (!changes.some((change) => change.kind === 'DirectoryReloaded')) return changes;
  return changes.filter((change) => {
    switch (change.kind) {
      case 'DirectoryReloaded':
        return reloads.has(change.directoryId);
      case 'UserAdded':
      case 'UserRemoved':
        return !reloads.has(change.user.directoryId);
      case 'UserChanged':
        return !reloads.has(change.after.directoryId);
      case 'GroupAdded':
      case 'GroupRemoved':
        return !reloads.has(change.group.directoryId);
      case 'GroupChanged':
        return !reloads.has(change.after.directoryId);
      case 'MembershipAdded':
      case 'MembershipRemoved':
      case 'NestingAdded':
      case 'NestingRemoved':
        return !reloads.has(change.directoryId);
      default:
        return true;
    }
  });
}
