import type { LicenceChange } from './change.js';
import type { Revision } from './ids.js';
import { crossingsBetween, isPassed, type LicenceState } from './licence.js';

/** How long a licence may be exceeded before its product may act on it (Bitbucket: 24 hours). */
const GRACE_MS = 24 * 60 * 60_000;

/** What the log has told about the licence so far. */
export interface LicenceWatch {
  /** Of the newest entry that told something; 0 when none has. */
  readonly revision: Revision;
  /** Since when 90 % are passed; `null` while they are not. */
  readonly nearSince: Date | null;
  /** Since when the limit is exceeded; `null` while it is not. */
  readonly overSince: Date | null;
  /** When it was told that the grace period is over; `null` until then. */
  readonly graceEndedAt: Date | null;
}

/** When the grace period of a licence ends that is exceeded since `overSince`. */
export function graceEndsAt(overSince: Date): Date {
  return new Date(overSince.getTime() + GRACE_MS);
}

/** What is told after an entry of the log that was written at `at`. */
export function watchAfter(
  watch: LicenceWatch,
  change: LicenceChange,
  { revision, at }: { readonly revision: Revision; readonly at: Date },
): LicenceWatch {
  if (change.kind === 'LicenceGraceEnded') return { ...watch, revision, graceEndedAt: at };
  const since = change.direction === 'UP' ? at : null;
  return change.threshold === 90
    ? { ...watch, revision, nearSince: since }
    : { ...watch, revision, overSince: since, graceEndedAt: null };
}

/**
 * What is to be told of a licence and has not been: crossings that nobody saw, then the end of the
 * grace period. Nothing when the log has told all. A crossing found late begins its grace period when
 * it is told, because nobody knows since when it was.
 */
export function untold(watch: LicenceWatch, state: LicenceState, now: Date): LicenceChange[] {
  const was = { 90: watch.nearSince !== null, 100: watch.overSince !== null };
  const crossings = crossingsBetween(
    (threshold) => was[threshold],
    (threshold) => isPassed(threshold, state),
  );
  if (crossings.length > 0) {
    return crossings.map((crossing) => {
      return { kind: 'LicenceWarning', ...crossing, before: state, after: state };
    });
  }
  const { overSince, graceEndedAt } = watch;
  if (overSince === null || graceEndedAt !== null || graceEndsAt(overSince) > now) return [];
  return [{ kind: 'LicenceGraceEnded', overSince: overSince.toISOString(), state }];
}
