import type { Change, DirectoryId, DirectorySnapshot } from '../domain/index.js';

/** Directories that were reloaded, as they are at the end of a list of changes. */
export type Reloads = ReadonlyMap<DirectoryId, DirectorySnapshot>;

/**
 * Leaves out what the snapshots hold already: a snapshot is of the *end* of the list, so its
 * directory's rows must not be changed a second time. Reloads of removed directories go too.
 */
export function withoutReloaded(changes: readonly Change[], reloads: Reloads): readonly Change[] {
  if (!changes.some((change) => change.kind === 'DirectoryReloaded')) return changes;
  const isReloaded = (id: DirectoryId) => reloads.has(id);
  return changes.filter((change) =>
    change.kind === 'DirectoryReloaded'
      ? isReloaded(change.directoryId)
      : !isOfRowsOf(change, isReloaded),
  );
}

/** Whether a change is of a user, group or edge of such a directory. */
export function isOfRowsOf(change: Change, isSuch: (id: DirectoryId) => boolean): boolean {
  switch (change.kind) {
    case 'UserAdded':
    case 'UserRemoved':
      return isSuch(change.user.directoryId);
    case 'UserChanged':
      return isSuch(change.after.directoryId);
    case 'GroupAdded':
    case 'GroupRemoved':
      return isSuch(change.group.directoryId);
    case 'GroupChanged':
      return isSuch(change.after.directoryId);
    case 'MembershipAdded':
    case 'MembershipRemoved':
    case 'NestingAdded':
    case 'NestingRemoved':
      return isSuch(change.directoryId);
    default:
      return false;
  }
}
