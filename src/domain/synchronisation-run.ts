import type { ErrorCode } from './errors.js';
import type { DirectoryId, Revision, RunId } from './ids.js';

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
 * ABORTED: its process ended, or a later run of the same directory took over. HELD: it would have
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

export interface SynchronisationRun {
  readonly id: RunId;
  readonly directoryId: DirectoryId;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly outcome: RunOutcome;
  /** Why the run failed, was aborted or held. */
  readonly reason: ErrorCode | null;
  /** One sentence for an admin; never holds a secret. */
  readonly message: string | null;
  readonly counts: RunCounts;
  /** The revision the run made, or `null` when nothing had to be changed. */
  readonly revision: Revision | null;
}
