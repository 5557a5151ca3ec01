import type { ApplicationId, DirectoryId } from './ids.js';
import type { MembershipMode } from './settings.js';

/** What an application may be allowed to change in a directory. */
export const APPLICATION_PERMISSIONS = [
  'ADD_USER',
  'MODIFY_USER',
  'REMOVE_USER',
  'ADD_GROUP',
  'MODIFY_GROUP',
  'REMOVE_GROUP',
  'ADD_MEMBERSHIP',
  'REMOVE_MEMBERSHIP',
] as const;
export type ApplicationPermission = (typeof APPLICATION_PERMISSIONS)[number];

/** A directory that an application sees. */
export interface ApplicationDirectory {
  readonly directoryId: DirectoryId;
  /** In the order of `APPLICATION_PERMISSIONS`. */
  readonly permissions: readonly ApplicationPermission[];
}

/**
 * A downstream caller of the user server. Its password is kept as a hash and is write-only. Entries of
 * the log from before a field was there lack it.
 */
export interface Application {
  readonly id: ApplicationId;
  /** Case-sensitive, as Jira documents. */
  readonly name: string;
  /** For administrators. */
  readonly description: string;
  readonly active: boolean;
  /** Canonical single addresses and CIDR ranges, IPv4 and IPv6. An empty list admits nobody. */
  readonly remoteAddresses: readonly string[];
  /**
   * What it sees, in its own order. Of one that has been removed the entry stays and means nothing.
   * `null`: all that the gateway has, in the gateway's order.
   */
  readonly directories: readonly ApplicationDirectory[] | null;
  /** What it may change in each directory while `directories` is `null`. */
  readonly permissions: readonly ApplicationPermission[];
  /** How it sees memberships; `null`: as the gateway does. */
  readonly membershipMode: MembershipMode | null;
  /** Until when the password from before the last change is good as well, ISO 8601; `null`: not at all. */
  readonly previousPasswordUntil: string | null;
}

/** It sees what the gateway has, as the gateway does, and changes nothing. */
export const APPLICATION_DEFAULTS = {
  description: '',
  directories: null,
  permissions: [],
  membershipMode: null,
} as const satisfies Partial<Application>;
