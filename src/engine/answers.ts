import type { Directory, Grant, GroupId, NameKey, PermissionKey, UserId } from '../domain/index.js';

/** A user as one directory holds it. */
export interface UserEntry {
  readonly id: UserId;
  readonly key: NameKey;
  /** As this directory spells it. */
  readonly name: string;
  readonly active: boolean;
  readonly directory: Directory;
  /** The directory whose entry the name means instead of this one; `null` when it is this one. */
  readonly maskedBy: Directory | null;
}

/** A group name, with the first active directory that holds it. */
export interface GroupEntry {
  readonly id: GroupId;
  readonly key: NameKey;
  readonly name: string;
  readonly directory: Directory;
}

/** A user in a group, or a group of a user. */
export interface MemberEntry extends UserEntry {
  /** False when only a group in between makes the member one. */
  readonly direct: boolean;
}

export interface MemberGroupEntry extends GroupEntry {
  readonly direct: boolean;
}

/** One step of a derivation: a group, and the directory that holds the edge leading to it. */
export interface DerivationStep {
  readonly group: string;
  readonly directory: Directory;
}

/**
 * One way in which a user comes to a permission: the user is a direct member of the first group,
 * each group is nested in the next, the grant is to the last. Without groups it is to the user.
 */
export interface Derivation {
  readonly steps: readonly DerivationStep[];
  readonly grant: Grant;
}

/** What stands between a user and a permission; several may hold at once. */
export type Missing =
  | { readonly reason: 'NO_SUCH_USER' }
  /** The name is known, but only in directories that are switched off. */
  | { readonly reason: 'DIRECTORY_INACTIVE'; readonly directories: readonly Directory[] }
  /** The entry that counts is inactive; `hides` hold an active one further down. */
  | {
      readonly reason: 'USER_INACTIVE';
      readonly directory: Directory;
      readonly hides: readonly Directory[];
    }
  /** An entry further down would have the permission if `maskedBy` did not come first. */
  | { readonly reason: 'MASKED'; readonly directory: Directory; readonly maskedBy: Directory }
  /** A chain of groups leads to the grant, but `directory` does not honour nested groups. */
  | {
      readonly reason: 'NESTING_OFF';
      readonly directory: Directory;
      readonly derivation: Derivation;
    }
  /** Not even the permission that a seat comes with. */
  | { readonly reason: 'NO_SEAT'; readonly needs: PermissionKey }
  /** Nobody has been granted the permission, or one that includes it. */
  | { readonly reason: 'NOBODY_GRANTED' }
  /** It has been granted, but neither to the user nor to a group that the user is in. */
  | { readonly reason: 'NOT_IN_GRANTED_GROUP'; readonly grants: readonly Grant[] };

export interface Explanation {
  readonly permission: PermissionKey;
  readonly allowed: boolean;
  /** The entry the name means; `null` when no active directory knows it. */
  readonly user: UserEntry | null;
  /** Shortest derivations, by group keys and then by grant; as many as were asked for. */
  readonly derivations: readonly Derivation[];
  /** How many shortest derivations there are. */
  readonly derivationCount: number;
  /** Empty when allowed. */
  readonly missing: readonly Missing[];
}
