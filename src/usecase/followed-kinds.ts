import type { ChangeKind } from '../domain/index.js';

/**
 * Whether a follower of `/event` may be told something of a change, be it that all has to be read anew. A
 * follower who is called for nothing loses little; one who is not called misses it.
 */
const MAY_BE_TOLD: Readonly<Record<ChangeKind, boolean>> = {
  DirectoryAdded: true,
  DirectoryChanged: true,
  DirectoriesReordered: true,
  DirectoryRemoved: true,
  DirectoryReloaded: true,
  UserAdded: true,
  UserChanged: true,
  UserRemoved: true,
  UserPasswordChanged: false,
  UserAttributesChanged: true,
  PasswordsExpired: false,
  GroupAdded: true,
  GroupChanged: true,
  GroupRemoved: true,
  GroupAttributesChanged: true,
  MembershipAdded: true,
  MembershipRemoved: true,
  NestingAdded: true,
  NestingRemoved: true,
  GrantAdded: false,
  GrantRemoved: false,
  MembershipModeChanged: true,
  LicenceLimitChanged: false,
  ApplicationAdded: false,
  ApplicationRemoved: false,
  // It may see other directories from now on.
  ApplicationChanged: true,
  LicenceWarning: false,
  LicenceGraceEnded: false,
  SynchronisationHeld: false,
};

/** The kinds of changes that webhooks are called for. */
export const FOLLOWED_KINDS = (Object.keys(MAY_BE_TOLD) as ChangeKind[]).filter(
  (kind) => MAY_BE_TOLD[kind],
);

export function isFollowed({ kind }: { readonly kind: ChangeKind }): boolean {
  return MAY_BE_TOLD[kind];
}
