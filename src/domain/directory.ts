import type { DirectoryId, GenerationId } from './ids.js';
import type { NameKey } from './name.js';
import type { RemovalPolicy } from './tombstone.js';

/** INTERNAL is kept here and may be changed here; JIRA and CROWD are copies of a remote server. */
export const DIRECTORY_TYPES = ['INTERNAL', 'JIRA', 'CROWD'] as const;
export type DirectoryType = (typeof DIRECTORY_TYPES)[number];

/** How a remote directory is reached. The application password is kept apart and is write-only. */
export interface DirectoryConnection {
  /** `http` or `https` URL without user, query or fragment, without a trailing slash. */
  readonly serverUrl: string;
  /** Case-sensitive, as registered at the server. */
  readonly applicationName: string;
  /** Whether events may be used instead of a full run when the server offers them. */
  readonly incremental: boolean;
  /** Minutes between two runs; 60 as in Bitbucket. */
  readonly intervalMinutes: number;
  /** Milliseconds to establish a connection. */
  readonly connectTimeoutMs: number;
  /** Milliseconds a server may be silent within one request before it counts as unreachable. */
  readonly requestTimeoutMs: number;
  /** A run that would remove more of the users than this share is held. */
  readonly mostRemovedPercent: number;
  /** A run that would remove more users than this is held. */
  readonly mostRemovedUsers: number;
  /** Patterns of user names with `*` for any characters: no others are copied. Empty: all are. */
  readonly onlyUsers: readonly string[];
  /** The same of group names. */
  readonly onlyGroups: readonly string[];
  /** What becomes of users whom the server has no more. */
  readonly onUserRemoved: RemovalPolicy;
  /** Days for which a deleted user's grants wait for a return; 7 as in Bitbucket, 0: not at all. */
  readonly tombstoneDays: number;
}

export interface Directory {
  readonly id: DirectoryId;
  readonly name: string;
  readonly nameKey: NameKey;
  readonly type: DirectoryType;
  /** Users and groups of an inactive directory are not recognised; its settings and rows stay. */
  readonly active: boolean;
  /** Whether a group in a group counts. Edges are kept while this is off, and ignored. */
  readonly nestedGroups: boolean;
  /** `null` for INTERNAL, present for all others. */
  readonly connection: DirectoryConnection | null;
  /** The set of rows that is in force. */
  readonly generation: GenerationId;
}

export const CONNECTION_DEFAULTS = {
  incremental: true,
  intervalMinutes: 60,
  connectTimeoutMs: 5_000,
  requestTimeoutMs: 30_000,
  mostRemovedPercent: 10,
  mostRemovedUsers: 500,
  onlyUsers: [],
  onlyGroups: [],
  onUserRemoved: 'DELETE',
  tombstoneDays: 7,
} as const satisfies Partial<DirectoryConnection>;

/** Jira-type and Crowd-type directories are changed at their server, never here (domain rule "write rule"). */
export function isWritable(directory: Directory): boolean {
  return directory.type === 'INTERNAL';
}

/** What is known about how old the copy of a remote directory is. Not part of the change log. */
export interface DirectoryFreshness {
  readonly directoryId: DirectoryId;
  /** End of the last run that succeeded. */
  readonly lastSucceededAt: Date | null;
  /** Since when the copy is known to be behind: the first failed run after the last success. */
  readonly staleSince: Date | null;
}
