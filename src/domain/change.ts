import type { Application } from './application.js';
import type { Directory } from './directory.js';
import type { ErrorCode } from './errors.js';
import type { Grant } from './grant.js';
import type { Group } from './group.js';
import type { DirectoryId, GenerationId, Revision, RunId } from './ids.js';
import type { LicenceCrossing, LicenceState } from './licence.js';
import type { MembershipMode } from './settings.js';
import type { User } from './user.js';

/**
 * One entry of the change log. Everything that alters the truth is recorded as these, in the order
 * in which it happened: edges are removed before the user or group they hang on, and added after it.
 * Edges are told by *names* within their directory, as the protocol's events are.
 */
export type Change =
  | { readonly kind: 'DirectoryAdded'; readonly directory: Directory }
  | { readonly kind: 'DirectoryChanged'; readonly before: Directory; readonly after: Directory }
  | {
      readonly kind: 'DirectoriesReordered';
      readonly before: readonly DirectoryId[];
      readonly after: readonly DirectoryId[];
    }
  /** With all its users, groups and memberships. */
  | { readonly kind: 'DirectoryRemoved'; readonly directory: Directory }
  /** A bulk load: readers take the whole directory from the store, at this generation or a later one. */
  | {
      readonly kind: 'DirectoryReloaded';
      readonly directoryId: DirectoryId;
      readonly generation: GenerationId;
    }
  | { readonly kind: 'UserAdded'; readonly user: User }
  /** Same id; a different name is a rename, which keeps memberships. */
  | { readonly kind: 'UserChanged'; readonly before: User; readonly after: User }
  | { readonly kind: 'UserRemoved'; readonly user: User }
  | { readonly kind: 'UserPasswordChanged'; readonly user: User }
  /** Which attributes were stored and which deleted, in code-point order; their values are not told. */
  | {
      readonly kind: 'UserAttributesChanged';
      readonly user: User;
      readonly stored: readonly string[];
      readonly deleted: readonly string[];
    }
  /** Passwords of this internal directory are of no use until new ones are set. */
  | { readonly kind: 'PasswordsExpired'; readonly directoryId: DirectoryId }
  | { readonly kind: 'GroupAdded'; readonly group: Group }
  | { readonly kind: 'GroupChanged'; readonly before: Group; readonly after: Group }
  | { readonly kind: 'GroupRemoved'; readonly group: Group }
  | {
      readonly kind: 'GroupAttributesChanged';
      readonly group: Group;
      readonly stored: readonly string[];
      readonly deleted: readonly string[];
    }
  | {
      readonly kind: 'MembershipAdded' | 'MembershipRemoved';
      readonly directoryId: DirectoryId;
      readonly group: string;
      readonly user: string;
    }
  | {
      readonly kind: 'NestingAdded' | 'NestingRemoved';
      readonly directoryId: DirectoryId;
      readonly parent: string;
      readonly child: string;
    }
  | { readonly kind: 'GrantAdded' | 'GrantRemoved'; readonly grant: Grant }
  | {
      readonly kind: 'MembershipModeChanged';
      readonly before: MembershipMode;
      readonly after: MembershipMode;
    }
  | {
      readonly kind: 'LicenceLimitChanged';
      readonly before: number | null;
      readonly after: number | null;
    }
  | {
      readonly kind: 'ApplicationAdded' | 'ApplicationRemoved';
      readonly application: Application;
    }
  | {
      readonly kind: 'ApplicationChanged';
      readonly before: Application;
      readonly after: Application;
      readonly passwordChanged: boolean;
    }
  | LicenceChange
  | SynchronisationHeld;

/** What the log tells about the licence. */
export type LicenceChange = LicenceWarning | LicenceGraceEnded;

/**
 * Written in the transaction of the change that caused it: once per crossing. `before` and `after`
 * are the same in one that was found late.
 */
export interface LicenceWarning extends LicenceCrossing {
  readonly kind: 'LicenceWarning';
  readonly before: LicenceState;
  readonly after: LicenceState;
}

/** The limit is exceeded for as long as the grace period lasts: once, unless it is kept meanwhile. */
export interface LicenceGraceEnded {
  readonly kind: 'LicenceGraceEnded';
  /** ISO 8601. */
  readonly overSince: string;
  readonly state: LicenceState;
}

/** A run waits for an administrator: written together with its record. */
export interface SynchronisationHeld {
  readonly kind: 'SynchronisationHeld';
  readonly directoryId: DirectoryId;
  readonly runId: RunId;
  /** Why. */
  readonly code: ErrorCode;
  /** One sentence for an administrator. */
  readonly message: string;
}

/** The kinds of `LicenceChange`. */
export const LICENCE_CHANGE_KINDS = ['LicenceWarning', 'LicenceGraceEnded'] as const;

export function isLicenceChange(change: Change): change is LicenceChange {
  return (LICENCE_CHANGE_KINDS as readonly ChangeKind[]).includes(change.kind);
}

export type ChangeKind = Change['kind'];
export type ChangeOf<Kind extends ChangeKind> = Extract<Change, { readonly kind: Kind }>;

/** Who caused a transaction, for the log. */
export type Origin =
  | { readonly type: 'USER'; readonly name: string; readonly address: string | null }
  | { readonly type: 'BREAK_GLASS'; readonly name: string; readonly address: string | null }
  | { readonly type: 'APPLICATION'; readonly name: string; readonly address: string }
  | { readonly type: 'RUN'; readonly runId: RunId; readonly directoryName: string }
  /** The command line and first set-up. */
  | { readonly type: 'OPERATOR' }
  /** Nobody: time went by, or the gateway found something itself. */
  | { readonly type: 'GATEWAY' };

/** Where a change stands in the log. `ordinal` counts from 0 within its revision. */
export interface ChangeCursor {
  readonly revision: Revision;
  readonly ordinal: number;
}

export interface LoggedChange extends ChangeCursor {
  readonly at: Date;
  readonly origin: Origin;
  readonly change: Change;
}
