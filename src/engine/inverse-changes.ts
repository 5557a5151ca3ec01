import { type Change, GatehouseError, type LoggedChange, type Revision } from '../domain/index.js';

/**
 * The changes that take back what was logged, to be applied in the order given.
 * @param to the revision they lead back to.
 * @param since what was logged after it, oldest first.
 * @throws GatehouseError `REVISION_NOT_REACHABLE` when one cannot be taken back, with the oldest
 * revision that can still be reached: the log does not hold what a directory held before it was
 * loaded anew or removed.
 */
export function inverseChanges(to: Revision, since: readonly LoggedChange[]): Change[] {
  const inverse: Change[] = [];
  for (let i = since.length - 1; i >= 0; i--) {
    const { change, revision } = since[i];
    if (change.kind === 'DirectoryReloaded' || change.kind === 'DirectoryRemoved') {
      const reason =
        change.kind === 'DirectoryRemoved' ? 'DIRECTORY_REMOVED' : 'DIRECTORY_RELOADED';
      throw new GatehouseError('REVISION_NOT_REACHABLE', {
        revision: to,
        oldest: revision,
        reason,
      });
    }
    const back = inverseOf(change);
    if (back) inverse.push(back);
  }
  return inverse;
}

type Reversible = Exclude<Change, { readonly kind: 'DirectoryReloaded' | 'DirectoryRemoved' }>;

function inverseOf(change: Reversible): Change | null {
  switch (change.kind) {
    case 'DirectoryAdded':
      return { ...change, kind: 'DirectoryRemoved' };
    case 'DirectoryChanged':
      return { ...change, before: change.after, after: change.before };
    case 'DirectoriesReordered':
      return { ...change, before: change.after, after: change.before };
    case 'UserAdded':
      return { ...change, kind: 'UserRemoved' };
    case 'UserRemoved':
      return { ...change, kind: 'UserAdded' };
    case 'UserChanged':
      return { ...change, before: change.after, after: change.before };
    case 'GroupAdded':
      return { ...change, kind: 'GroupRemoved' };
    case 'GroupRemoved':
      return { ...change, kind: 'GroupAdded' };
    case 'GroupChanged':
      return { ...change, before: change.after, after: change.before };
    case 'MembershipAdded':
      return { ...change, kind: 'MembershipRemoved' };
    case 'MembershipRemoved':
      return { ...change, kind: 'MembershipAdded' };
    case 'NestingAdded':
      return { ...change, kind: 'NestingRemoved' };
    case 'NestingRemoved':
      return { ...change, kind: 'NestingAdded' };
    case 'GrantAdded':
      return { ...change, kind: 'GrantRemoved' };
    case 'GrantRemoved':
      return { ...change, kind: 'GrantAdded' };
    case 'MembershipModeChanged':
      return { ...change, before: change.after, after: change.before };
    case 'LicenceLimitChanged':
      return { ...change, before: change.after, after: change.before };
    case 'UserPasswordChanged':
    case 'UserAttributesChanged':
    case 'GroupAttributesChanged':
    case 'PasswordsExpired':
    case 'ApplicationAdded':
    case 'ApplicationChanged':
    case 'ApplicationRemoved':
    case 'LicenceWarning':
    case 'LicenceGraceEnded':
    case 'SynchronisationHeld':
      return null;
    default:
      change satisfies never;
      return null;
  }
}
