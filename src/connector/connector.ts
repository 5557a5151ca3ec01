import type { DirectoryConnection, GroupFacts, NameKey, UserFacts } from '../domain/index.js';

/** Which server answered, from its version header. */
export interface RemoteServer {
  /** As the server names itself, such as `JIRA` or `Crowd`. */
  readonly product: string;
  readonly version: string;
}

/** One group's *direct* members, by name as the server spells them. */
export interface RemoteMembership {
  readonly group: string;
  readonly users: readonly string[];
  readonly childGroups: readonly string[];
}

export type EventOperation = 'CREATED' | 'UPDATED' | 'DELETED';

/**
 * One entry of a server's event log. It tells a state rather than a step and may be told again:
 * CREATED may name what exists and DELETED what is gone. Parents and children are names of groups;
 * of UPDATED edges the lists are all there are.
 */
export type RemoteEvent =
  | { readonly subject: 'USER'; readonly operation: EventOperation; readonly user: UserFacts }
  | { readonly subject: 'GROUP'; readonly operation: EventOperation; readonly group: GroupFacts }
  | {
      readonly subject: 'MEMBERSHIP';
      readonly operation: EventOperation;
      readonly user: string;
      readonly parents: readonly string[];
    }
  | {
      readonly subject: 'NESTING';
      readonly operation: EventOperation;
      readonly group: string;
      readonly parents: readonly string[];
      readonly children: readonly string[];
    }
  /** Of a kind that no user, group or membership is told by; `element` as the server names it. */
  | { readonly subject: 'OTHER'; readonly element: string };

/**
 * What happened since a token, oldest first. EXPIRED: the server does not know the token any more.
 * NOT_SUPPORTED: it keeps no events, or not at present.
 */
export type RemoteEvents =
  | {
      readonly outcome: 'READ';
      readonly events: readonly RemoteEvent[];
      /** Where the log stood when this was told. */
      readonly token: string;
    }
  | { readonly outcome: 'EXPIRED' | 'NOT_SUPPORTED' };

/** What a remote directory says to a name and a password. */
export type RemoteAuthentication =
  | { readonly outcome: 'SIGNED_IN'; readonly user: UserFacts }
  | {
      readonly outcome:
        | 'UNKNOWN'
        | 'WRONG_PASSWORD'
        | 'INACTIVE'
        | 'CREDENTIAL_EXPIRED'
        | 'ACCESS_DENIED';
    };

/**
 * A directory kept by another server. Every call is bounded in time and size and fails with
 * `UNREACHABLE`, `TLS`, `AUTH`, `ADDRESS_REFUSED` or `PROTOCOL` (with the field that was wrong).
 * Names come as the server spells them and are *not* yet checked: a bad one is the reader's to set aside.
 */
export interface RemoteDirectory {
  /** Asks for the smallest page there is; says who answered. */
  identify(): Promise<RemoteServer>;
  /** All users, page by page, until the server has no more. Their texts hold on to nothing of the document. */
  readUsers(): AsyncIterable<readonly UserFacts[]>;
  /** All groups, likewise. */
  readGroups(): AsyncIterable<readonly GroupFacts[]>;
  /** All direct memberships, one group at a time, read as a stream: the document is never held whole. */
  readMemberships(): AsyncIterable<RemoteMembership>;
  /** Many names in one search; those the server does not know are absent. */
  findUsers(names: readonly string[]): Promise<ReadonlyMap<NameKey, UserFacts>>;
  findGroups(names: readonly string[]): Promise<ReadonlyMap<NameKey, GroupFacts>>;
  authenticate(name: string, password: string): Promise<RemoteAuthentication>;
  /** Where the server's event log stands, or `null` when it offers no events. */
  currentEventToken(): Promise<string | null>;
  /** Everything in the server's event log after the token. */
  readEvents(token: string): Promise<RemoteEvents>;
  /** Requests sent and body bytes received so far. */
  usage(): { readonly requests: number; readonly bytes: number };
}

/**
 * One remote directory over the same connections, for two kinds of callers. A server that does not work is left alone
 * for some seconds, and `ordinary` callers are refused with `UNREACHABLE` at once meanwhile. An `insistent` one has it
 * asked in any case: an administrator who has just mended it must not be told an old result.
 */
export interface OpenedDirectory {
  readonly ordinary: RemoteDirectory;
  readonly insistent: RemoteDirectory;
  /** From when it was found not to work until it works again for somebody. */
  isLeftAlone(): boolean;
}

export type RemoteCaller = 'ordinary' | 'insistent';

/** Makes a remote directory of its settings. Sends nothing yet. */
export type OpenDirectory = (connection: DirectoryConnection, password: string) => OpenedDirectory;

/** Gives a remote directory for its settings, by default to an ordinary caller. Sends nothing yet. */
export type ConnectDirectory = (
  connection: DirectoryConnection,
  password: string,
  caller?: RemoteCaller,
) => RemoteDirectory;

/** Remote directories that all callers in this process share. */
export interface SharedDirectories {
  readonly connect: ConnectDirectory;
  /** As of the directory that was connected last by these settings; `false` when none was. */
  isLeftAlone(connection: DirectoryConnection): boolean;
}
