import type { ApplicationId } from './ids.js';

/** Why a call in the name of an application that is there was refused. */
export const APPLICATION_REFUSALS = ['INACTIVE', 'ADDRESS_REFUSED', 'WRONG_PASSWORD'] as const;
export type ApplicationRefusal = (typeof APPLICATION_REFUSALS)[number];

/** What was made of a call. */
export type CallOutcome = 'ADMITTED' | ApplicationRefusal;

/** Calls of one application with one outcome. */
export interface CallCount {
  readonly applicationId: ApplicationId;
  readonly outcome: CallOutcome;
  readonly times: number;
  readonly lastAt: Date;
}

/** Calls of one application from one address that were refused for one reason. */
export interface RefusedCalls {
  readonly applicationId: ApplicationId;
  readonly reason: ApplicationRefusal;
  /** As it was judged; `null` when it could not be told. */
  readonly address: string | null;
  /** The entry of the application's list that came closest to the address, the last time. */
  readonly nearestRule: string | null;
  readonly times: number;
  readonly lastAt: Date;
}

/** Kept of one application, each of another address or for another reason. */
export const MOST_REFUSED_CALLS = 50;
