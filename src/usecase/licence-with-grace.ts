import { isPassed, type LicenceState } from '../domain/index.js';
import type { Gateway } from './gateway.js';
import type { Moment } from './moment.js';
import type { Administrator } from './viewer.js';

export interface LicenceWithGrace {
  readonly licence: LicenceState;
  /**
   * Since when the limit is exceeded. `null` when it is not, when it only would be, and at a revision
   * before what the log last told of the licence.
   */
  readonly exceededSince: Date | null;
}

/** The licence at a moment, with the clock of its grace period. */
export async function licenceWithGrace(
  { store }: Gateway,
  _viewer: Administrator,
  at: Moment,
): Promise<LicenceWithGrace> {
  const watch = await store.reader.licenceWatch();
  const { licence, revision } = await at.ask((index) => {
    return { licence: index.licence(), revision: index.revision };
  });
  const known = isPassed(100, licence) && revision >= watch.revision;
  return { licence, exceededSince: known ? watch.overSince : null };
}
