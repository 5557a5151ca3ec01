/** Per cent of the licence limit at which a warning is due. */
export const LICENCE_THRESHOLDS = [90, 100] as const;
export type LicenceThreshold = (typeof LICENCE_THRESHOLDS)[number];

export interface LicenceState {
  readonly seatsUsed: number;
  /** `null` when unlimited: then no threshold is ever passed. */
  readonly seatsAllowed: number | null;
}

export interface LicenceCrossing {
  readonly threshold: LicenceThreshold;
  /** UP: the threshold was passed; DOWN: it is no longer passed. */
  readonly direction: 'UP' | 'DOWN';
}

/**
 * 90 is passed from nine tenths of the limit on, 100 only *above* the limit: a full licence is not
 * an exceeded one (in Confluence 500 of 500 is fine and the 501st user is not).
 */
export function isPassed(threshold: LicenceThreshold, state: LicenceState): boolean {
  if (state.seatsAllowed === null) return false;
  return threshold === 100
    ? state.seatsUsed > state.seatsAllowed
    : state.seatsUsed * 100 >= state.seatsAllowed * threshold && state.seatsUsed > 0;
}

/** The thresholds crossed between two states: upwards lowest first, downwards highest first. */
export function licenceCrossings(before: LicenceState, after: LicenceState): LicenceCrossing[] {
  return crossingsBetween(
    (threshold) => isPassed(threshold, before),
    (threshold) => isPassed(threshold, after),
  );
}

/** The same for whoever knows only which thresholds were and are passed. */
export function crossingsBetween(
  was: (threshold: LicenceThreshold) => boolean,
  is: (threshold: LicenceThreshold) => boolean,
): LicenceCrossing[] {
  const crossings: LicenceCrossing[] = [];
  for (const threshold of LICENCE_THRESHOLDS) {
    if (!was(threshold) && is(threshold)) crossings.push({ threshold, direction: 'UP' });
    if (was(threshold) && !is(threshold)) crossings.unshift({ threshold, direction: 'DOWN' });
  }
  return crossings;
}
