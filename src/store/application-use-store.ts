import type { ApplicationId, CallCount, RefusedCalls } from '../domain/index.js';

/** How applications call. It is no part of the truth that the log tells, and is written without it. */
export interface ApplicationUseStore {
  /** Adds to what is kept; of applications that are gone nothing is. */
  note(counts: readonly CallCount[], refused: readonly RefusedCalls[]): Promise<void>;
  counts(id: ApplicationId): Promise<CallCount[]>;
  /** The latest first; of each application so many are kept as `MOST_REFUSED_CALLS` says. */
  refused(id: ApplicationId, atMost: number): Promise<RefusedCalls[]>;
}
