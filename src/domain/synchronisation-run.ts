import type { ErrorCode } from './errors.js';
import type { DirectoryId, Revision, RunId } from './ids.js';
import type { NameFault } from './name-fault.js';

export const RUN_OUTCOMES = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'ABORTED',
  'HELD',
  'RELEASED',
  'DROPPED',
] as const;
/**
 * ABORTED: its process ended, a later run of the same directory took over, or it was cancelled. HELD: it would have
 * removed too much and waits for an administrator, who has another run do it (RELEASED) or not
 * (DROPPED). Only SUCCEEDED changed anything.
 */
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/** What a run read and changed. Everything counts rows, never requests. */
export interface RunCounts {
  readonly usersRead: number;
  readonly groupsRead: number;
  readonly membershipsRead: number;
  readonly usersAdded: number;
  readonly usersChanged: number;
  readonly usersRemoved: number;
  readonly groupsAdded: number;
  readonly groupsChanged: number;
  readonly groupsRemoved: number;
  readonly membershipsAdded: number;
  readonly membershipsRemoved: number;
  /** Records set aside because they could not be kept (bad name, unknown member, duplicate). */
  readonly setAside: number;
}

export const NO_COUNTS: RunCounts = {
  usersRead: 0,
  groupsRead: 0,
  membershipsRead: 0,
  usersAdded: 0,
  usersChanged: 0,
  usersRemoved: 0,
  groupsAdded: 0,
  groupsChanged: 0,
  groupsRemoved: 0,
  membershipsAdded: 0,
  membershipsRemoved: 0,
  setAside: 0,
};

/** FULL reads everything the server has, INCREMENTAL the events since the last run. */
export const RUN_KINDS = ['FULL', 'INCREMENTAL'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/**
 * Why a run is FULL. SETTINGS_CHANGED: the events since are those of another server or application.
 * NOT_SUPPORTED: the server has no events, or not now. TOKEN_EXPIRED: it does not know our place in
 * them any more; UPSTREAM_RESTARTED: because it began to count anew. UNKNOWN_EVENT and
 * INCONSISTENT_EVENT: they could not be followed; UNREADABLE_EVENTS: nor read. AMBIGUOUS_RECORDS: the
 * server has names that differ in letter case alone, or two users of one id, which no event tells
 * apart. TOO_MANY_EVENTS: they change more than reading everything would. SELF_AUDIT: everything is
 * compared once a day, should they not have told all.
 */
export const FULL_RUN_CAUSES = [
  'FIRST_RUN',
  'REQUESTED',
  'SWITCHED_OFF',
  'SETTINGS_CHANGED',
  'NOT_SUPPORTED',
  'TOKEN_EXPIRED',
  'UPSTREAM_RESTARTED',
  'UNKNOWN_EVENT',
  'INCONSISTENT_EVENT',
  'UNREADABLE_EVENTS',
  'TOO_MANY_EVENTS',
  'AMBIGUOUS_RECORDS',
  'SELF_AUDIT',
] as const;
export type FullRunCause = (typeof FULL_RUN_CAUSES)[number];

/** Why a record of a remote directory, or one value of it, could not be kept. */
export type SetAsideReason =
  | NameFault
  | 'DUPLICATE_NAME'
  | 'DUPLICATE_EXTERNAL_ID'
  | 'DUPLICATE_MEMBER'
  | 'FACT_TOO_LONG'
  | 'FACT_IS_NO_TEXT'
  | 'UNKNOWN_GROUP'
  | 'UNKNOWN_USER';

/** What of a remote directory was set aside, so that all else could be taken. Names cut to 255 characters. */
export interface SetAsideRecord {
  readonly kind: 'user' | 'group' | 'membership';
  /** The name it stands under; of a membership the group's. */
  readonly name: string;
  /** Of a membership: the member that could not be kept. */
  readonly member?: string;
  /** Of a user or group that stays: the value that was left out. */
  readonly fact?: string;
  readonly reason: SetAsideReason;
  /** Rows that were set aside with it; 1 unless told. */
  readonly rows?: number;
}

/** In the order in which a run comes through them; an incremental one has EVENTS alone before COMPARING. */
export const RUN_PHASES = [
  'CONNECTING',
  'EVENTS',
  'USERS',
  'GROUPS',
  'MEMBERSHIPS',
  'COMPARING',
  'WRITING',
] as const;
export type RunPhase = (typeof RUN_PHASES)[number];

/** How far a run has come. */
export interface RunProgress {
  readonly phase: RunPhase;
  readonly phaseStartedAt: Date;
  /** Milliseconds of the phase when this was noted, as the run's own process counted them. */
  readonly elapsedMs: number;
  /** Rows of this phase that are done. */
  readonly done: number;
  /** How many there probably are, from what the copy holds; `null` when nothing is known. */
  readonly total: number | null;
}

/** What a run tells of itself when it ends, however it ends. */
export interface RunReport {
  /** `null` when it ended before it knew. */
  readonly kind: RunKind | null;
  /** `null` of a run that is not FULL. */
  readonly fullCause: FullRunCause | null;
  /**
   * One sentence for an administrator, never with a secret: why the run changed nothing, or what was
   * wrong with the events that a FULL one could not follow.
   */
  readonly message: string | null;
  readonly counts: RunCounts;
  /** The first of what was set aside; `counts.setAside` counts all of it. */
  readonly setAside: readonly SetAsideRecord[];
  /** Requests sent to the server. */
  readonly requests: number;
  /** Bytes of answers received, bodies alone. */
  readonly bytes: number;
}

export const EMPTY_REPORT: RunReport = {
  kind: null,
  fullCause: null,
  message: null,
  counts: NO_COUNTS,
  setAside: [],
  requests: 0,
  bytes: 0,
};

/** Up to where the events of a server are in the copy. */
export interface EventPosition {
  /** The server's own, opaque. */
  readonly token: string;
  /** Tells which server and application it is of; another one means another series of events. */
  readonly source: string;
}

/** From where a run can go on by events, or why it has to be a full one. */
export type Continuation = EventPosition | FullRunCause;

export interface SynchronisationRun extends RunReport {
  readonly id: RunId;
  readonly directoryId: DirectoryId;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly outcome: RunOutcome;
  /** Why the run failed, was aborted or held. */
  readonly reason: ErrorCode | null;
  /** `null` once it has ended. */
  readonly progress: RunProgress | null;
  /** The revision the run made, or `null` when nothing had to be changed. */
  readonly revision: Revision | null;
}
