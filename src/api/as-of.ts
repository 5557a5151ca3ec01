import { GatehouseError, type Revision } from '../domain/index.js';

/** The argument by which a question is put to a past state, the same on every field that has it. */
export const AS_OF = {
  nullable: true,
  description:
    "The revision to answer as of; now when left out. Directories, names, memberships and grants are then those of that revision, also in everything asked below the answer; display names, e-mail addresses, descriptions and the age of copies are always today's. What a directory held before it was loaded anew or removed is kept nowhere, and the log is cut off at the age that the operator chose: the answer is then `REVISION_NOT_REACHABLE` with the oldest revision that can be shown.",
} as const;

/** The servers tell only how things are now. @throws GatehouseError `INPUT_INVALID`. */
export function requireNoRevision(asOf: Revision | null | undefined): void {
  if (asOf === null || asOf === undefined) return;
  throw new GatehouseError('INPUT_INVALID', {
    field: 'asOf',
    reason: 'cannot be given together with `freshness: LIVE`; servers tell only how things are now',
  });
}
