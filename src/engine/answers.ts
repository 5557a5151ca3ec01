import type {
  Directory,
  DirectoryId,
  Grant,
  GrantId,
  GroupId,
  NameKey,
  PermissionKey,
  UserId,
} from '../domain/index.js';

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

/**
 * A place in the list of all derivations of a user and a permission: in front of everything that
 * begins with `groups` when `grant` is null, and otherwise right behind that one derivation. It
 * holds names and no number of the index, so it stays good when the index moves on; the list then
 * goes on at the first derivation behind that place.
 */
export interface DerivationCursor {
  /** Groups of the derivations at this place; `groups` may be shorter when `grant` is null. */
  readonly length: number;
  readonly groups: readonly NameKey[];
  readonly grant: { readonly permission: PermissionKey; readonly id: GrantId } | null;
}

export interface DerivationPage {
  /** Fewer groups first, then by group keys, then by grant, weakest first. No group comes twice in one. */
  readonly items: readonly Derivation[];
  /** Where to go on; `null` when there are no more. */
  readonly next: DerivationCursor | null;
  /**
   * False when the search ended because it had cost enough: the page may then hold fewer than were
   * asked for, even none, and going on from `next` continues the search.
   */
  readonly complete: boolean;
}

/** A way from a group down to one below it, or to itself, in the view of one directory. */
export interface ExpansionPath {
  /** In ALL_DIRECTORIES the directory of the first group's entry; the view then joins them all. */
  readonly directoryId: DirectoryId;
  /** Root first; each group holds the next one. */
  readonly groups: readonly NameKey[];
}

/** One group in the tree below a group. */
export interface ExpansionNode {
  readonly path: ExpansionPath;
  readonly group: GroupEntry;
  /** Whether the group is above itself on this way; the tree ends here. */
  readonly cycle: boolean;
  /** Names that hold through this group what it gives: direct members whose entry counts and is active. */
  readonly userCount: number;
  /** Groups one step below; none where the tree ends because of a cycle. */
  readonly groupCount: number;
}

/** What the engine cannot know by itself, for advice that rests on it. */
export interface FindingFacts {
  /** Whether an entry was never seen signing in. Without it nothing is said about that. */
  readonly neverSeen?: (user: UserId) => boolean;
  /** Whether the other side of a directory honours nested groups; a directory may be missing. */
  readonly remoteNesting?: ReadonlyMap<DirectoryId, boolean>;
}

/** What a piece of advice is about, in the order of the list of findings. */
export const FINDING_CODES = [
  'NO_HOLDER',
  'LAST_HOLDER',
  'NESTING_ONLY_HERE',
  'GRANT_TO_UNKNOWN_NAME',
  'GRANT_TO_EMPTY_GROUP',
  'GRANT_TO_SINGLE_USER',
  'SEAT_OF_INACTIVE',
  'NESTED_CYCLE',
  'SEVERAL_PATHS',
  'MASKED_NAME_DIFFERS',
  'SEAT_NEVER_SEEN',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** One piece of advice: nothing is wrong, but an administrator may want to know. */
export type Finding =
  /** Nobody holds the permission that system administration needs. */
  | { readonly code: 'NO_HOLDER'; readonly permission: PermissionKey }
  /** Only one name holds it: one accident away from nobody. */
  | { readonly code: 'LAST_HOLDER'; readonly permission: PermissionKey; readonly user: UserEntry }
  /** Nested groups count here and not on the other side, so people have more rights here than there. */
  | { readonly code: 'NESTING_ONLY_HERE'; readonly directory: Directory }
  /** No active directory holds the name; whoever comes to bear it gets the permission. */
  | {
      readonly code: 'GRANT_TO_UNKNOWN_NAME';
      readonly grant: Grant;
      /** Inactive directories that hold it, in order. Empty: no directory does. */
      readonly inactiveDirectories: readonly Directory[];
    }
  /** No member's entry counts, neither in the group nor below it. */
  | { readonly code: 'GRANT_TO_EMPTY_GROUP'; readonly grant: Grant; readonly group: GroupEntry }
  /** Granted to a user, where a group would stay right when people come and go. */
  | {
      readonly code: 'GRANT_TO_SINGLE_USER';
      readonly grant: Grant;
      readonly user: UserEntry;
      /** Whether groups give the user the permission as well, so that the grant does nothing. */
      readonly heldByGroup: boolean;
    }
  /** The grant gives a seat, there are members (or the user is there), and none of them is active. */
  | { readonly code: 'SEAT_OF_INACTIVE'; readonly grant: Grant }
  /** Groups that contain each other, or one that contains itself; all of them give the same. */
  | {
      readonly code: 'NESTED_CYCLE';
      /** By key; all that are connected with each other both ways. */
      readonly groups: readonly GroupEntry[];
      /** Those that hold a nesting between them which counts, in order. */
      readonly directories: readonly Directory[];
    }
  /** A group gives its members a permission in several ways, so removing one way takes nothing away. */
  | {
      readonly code: 'SEVERAL_PATHS';
      readonly group: GroupEntry;
      /** Left out where a permission that includes it would say the same. */
      readonly permission: PermissionKey;
      /** Granted groups at the ends of the ways, by key; the first few. */
      readonly grantedTo: readonly GroupEntry[];
      /** Whether there are more of them. */
      readonly moreGrantedTo: boolean;
      /** Ways up to them that repeat no group, itself included when it is granted; at least two. */
      readonly ways: number;
      /** Whether there may be more: counting stops early. */
      readonly moreWays: boolean;
    }
  /** An entry that is masked by another of its name which differs from it. */
  | {
      readonly code: 'MASKED_NAME_DIFFERS';
      readonly user: UserEntry;
      readonly maskedBy: UserEntry;
      readonly spellingDiffers: boolean;
      readonly activeDiffers: boolean;
      /** What the masked entry would hold if it counted and the other does not hold, in the scheme's order. */
      readonly wouldGain: readonly PermissionKey[];
      readonly wouldLose: readonly PermissionKey[];
    }
  /** Takes a seat and was never seen. */
  | { readonly code: 'SEAT_NEVER_SEEN'; readonly user: UserEntry };
