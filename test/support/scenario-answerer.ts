import type { MembershipMode, SubjectType } from '../../src/domain/index.js';

/** What can be done to a gateway, in words that every way of doing it can follow. */
export type Action =
  /** Active, at the end of the order. */
  | { readonly type: 'addDirectory'; readonly directory: string; readonly nestedGroups: boolean }
  | {
      readonly type: 'activateDirectory' | 'deactivateDirectory' | 'removeDirectory';
      readonly directory: string;
    }
  | { readonly type: 'setNestedGroups'; readonly directory: string; readonly nestedGroups: boolean }
  | { readonly type: 'orderDirectories'; readonly order: readonly string[] }
  | {
      readonly type: 'addUser' | 'setUserActive';
      readonly directory: string;
      readonly user: string;
      readonly active: boolean;
    }
  | { readonly type: 'removeUser'; readonly directory: string; readonly user: string }
  /** All at once, so that names may be swapped. */
  | {
      readonly type: 'renameUsers' | 'renameGroups';
      readonly directory: string;
      readonly renames: readonly { readonly from: string; readonly to: string }[];
    }
  | {
      readonly type: 'addGroup' | 'removeGroup';
      readonly directory: string;
      readonly group: string;
    }
  | {
      readonly type: 'addMembership' | 'removeMembership';
      readonly directory: string;
      readonly group: string;
      readonly user: string;
    }
  | {
      readonly type: 'addNesting' | 'removeNesting';
      readonly directory: string;
      readonly parent: string;
      readonly child: string;
    }
  | {
      readonly type: 'grant' | 'revoke';
      readonly permission: string;
      readonly subjectType: SubjectType;
      readonly subject: string;
    }
  | { readonly type: 'setMembershipMode'; readonly mode: MembershipMode }
  | { readonly type: 'setLicenceLimit'; readonly limit: number | null }
  /** A bulk load: everything the directory holds is replaced; names that stay keep their identity. */
  | { readonly type: 'reloadDirectory'; readonly directory: string; readonly contents: Contents };

/** Everything one directory holds, by names. */
export interface Contents {
  readonly users: readonly { readonly name: string; readonly active: boolean }[];
  readonly groups: readonly string[];
  readonly memberships: readonly { readonly group: string; readonly user: string }[];
  readonly nestings: readonly { readonly parent: string; readonly child: string }[];
}

/** A user in a group, or a group beside another. */
export interface Relation {
  readonly name: string;
  readonly direct: boolean;
}

/** A way to a permission: groups from the user's own up to the granted one, with their directories. */
export interface DerivationAnswer {
  readonly groups: readonly string[];
  /** By group: the name of the directory that holds the edge leading to it. */
  readonly directories: readonly string[];
  readonly grant: GrantAnswer;
}

export interface GrantAnswer {
  readonly permission: string;
  readonly subjectType: SubjectType;
  readonly subject: string;
}

/** One reason of a *no*; directories by name. */
export type MissingAnswer =
  | { readonly reason: 'NO_SUCH_USER' | 'NOBODY_GRANTED' }
  | { readonly reason: 'DIRECTORY_INACTIVE'; readonly directories: readonly string[] }
  | {
      readonly reason: 'USER_INACTIVE';
      readonly directory: string;
      readonly hides: readonly string[];
    }
  | { readonly reason: 'MASKED'; readonly directory: string; readonly maskedBy: string }
  | {
      readonly reason: 'NESTING_OFF';
      readonly directory: string;
      readonly derivation: DerivationAnswer;
    }
  | { readonly reason: 'NO_SEAT'; readonly needs: string }
  | { readonly reason: 'NOT_IN_GRANTED_GROUP'; readonly grants: readonly GrantAnswer[] };

export interface ExplainAnswer {
  readonly allowed: boolean;
  /** All shortest ones, by group keys and then by the grant's permission. */
  readonly derivations: readonly DerivationAnswer[];
  readonly derivationCount: number;
  /** In any order. */
  readonly missing: readonly MissingAnswer[];
}

/** What changes do; names as keys, everything in order. */
export interface EffectAnswer {
  /** By permission; only those that somebody gains. */
  readonly gained: Readonly<Record<string, readonly string[]>>;
  readonly lost: Readonly<Record<string, readonly string[]>>;
  readonly seats: { readonly before: number; readonly after: number };
  /** Such as `90 UP`. */
  readonly crossings: readonly string[];
  /** Such as `ann: partners > staff`. */
  readonly masked: readonly string[];
  readonly unmasked: readonly string[];
  /** Such as `ADMIN to group admins`. */
  readonly grantsReachingNobody: readonly string[];
  readonly emptyGroups: readonly string[];
  /** Codes of what would have to be confirmed, where somebody is asked. */
  readonly refusals?: readonly string[];
}

/** Why a past state cannot be shown. */
export interface Unreachable {
  readonly unreachable: string;
}

/** Questions that are put only where a scenario has something to say about them. */
export interface DeepAnswers {
  whyNot(user: string, permission: string): Promise<readonly MissingAnswer[]>;
  /** All without a repeated group, in order. */
  derivations(user: string, permission: string): Promise<readonly DerivationAnswer[]>;
  holdersWhere(permission: string, where: HoldersWhere): Promise<readonly string[]>;
  /** A line for each node, from the roots down. */
  tree(group: string): Promise<readonly string[]>;
  /** A line for each, with its code. */
  findings(): Promise<readonly string[]>;
  preview(actions: readonly Action[]): Promise<EffectAnswer>;
  asOf(revision: number): Promise<Answerer | Unreachable>;
  diff(from: number, to: number): Promise<EffectAnswer>;
}

export interface HoldersWhere {
  readonly directory?: string;
  readonly onlyThroughNesting?: boolean;
}

/**
 * Anything that answers questions about permissions: the engine, the naive model, an interface of the
 * gateway. Names may be spelled as one pleases; lists are in code-point order of the names' keys.
 */
export interface Answerer {
  readonly name: string;
  check(user: string, permission: string): Promise<boolean>;
  effectivePermissions(user: string): Promise<readonly string[]>;
  holdersOf(permission: string): Promise<readonly string[]>;
  groupsOf(user: string, nested: boolean): Promise<readonly Relation[]>;
  membersOf(group: string, nested: boolean): Promise<readonly Relation[]>;
  parentGroupsOf(group: string, nested: boolean): Promise<readonly Relation[]>;
  childGroupsOf(group: string, nested: boolean): Promise<readonly Relation[]>;
  explain(user: string, permission: string): Promise<ExplainAnswer>;
  seats(): Promise<{ readonly used: number; readonly allowed: number | null }>;
  revision(): Promise<number>;
  readonly deep?: DeepAnswers;
}

/** A gateway, or a part of one, that can be acted on and then asked in one or several ways. */
export interface Installation {
  readonly answerers: readonly Answerer[];
  /**
   * Does the actions as one change, so that every answerer sees them.
   * @returns the licence thresholds crossed by it, such as `90 UP`, in order.
   */
  perform(actions: readonly Action[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Makes installations for scenarios and trials. */
export interface Installer {
  readonly name: string;
  /** A fresh installation after the actions of `setup`. */
  install(setup: readonly Action[]): Promise<Installation>;
}
