import { type Change, nameKey } from '../domain/index.js';

/**
 * Whether a change can take no permission from anybody, whatever else holds: memberships only add
 * up, and of users and groups nothing counts but their names and whether users are active. Somebody
 * who is added may hide another of the same name, so that is not for sure.
 */
export function takesNothing(change: Change): boolean {
  switch (change.kind) {
    case 'MembershipAdded':
    case 'NestingAdded':
      return true;
    case 'UserChanged':
      return isSameName(change) && change.before.active === change.after.active;
    case 'GroupChanged':
      return isSameName(change);
    default:
      return false;
  }
}

function isSameName({ before, after }: Change & { kind: 'UserChanged' | 'GroupChanged' }): boolean {
  return nameKey(before.name) === nameKey(after.name);
}
