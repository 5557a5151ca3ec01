import { type ChangeCursor, LICENCE_CHANGE_KINDS } from '../domain/index.js';
import { followLog, type LoggedOf } from './follow-log.js';
import type { Gateway } from './gateway.js';
import type { Administrator } from './viewer.js';

export type LoggedLicenceWarning = LoggedOf<(typeof LICENCE_CHANGE_KINDS)[number]>;

/** Licence warnings, as `followLog` promises and with its errors. */
export function licenceWarnings(
  gateway: Gateway,
  viewer: Administrator,
  after: ChangeCursor | null,
  signal: AbortSignal,
): AsyncGenerator<LoggedLicenceWarning> {
  return followLog(gateway, viewer, { kinds: LICENCE_CHANGE_KINDS, after, signal });
}
