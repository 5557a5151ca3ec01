/** Why a call to an endpoint did not succeed. */
export const DELIVERY_FAULTS = [
  /** It did not answer in time. */
  'TIMED_OUT',
  /** No connection, or one that was cut before an answer. */
  'UNREACHABLE',
  /** No encrypted connection that can be trusted. */
  'TLS',
  /** It answered with a redirect; none is followed. */
  'REDIRECTED',
  /** It answered with another status than 2xx. */
  'REFUSED',
  /** Its host is at an address that is never called, such as the metadata service of a cloud. */
  'ADDRESS_NOT_PERMITTED',
  /** The secret that belongs into the call was encrypted with another key. */
  'SECRET_UNREADABLE',
] as const;
export type DeliveryFault = (typeof DELIVERY_FAULTS)[number];

export interface DeliveryFailure {
  readonly fault: DeliveryFault;
  /** Of the answer; `null` without one. */
  readonly status: number | null;
}

/** How the calls for one thing have gone so far. */
export interface DeliveryState {
  /** Calls in a row that failed. */
  readonly failures: number;
  /** When the first of them failed; `null` when there is none. */
  readonly failingSince: Date | null;
  /** How the last one failed; `null` when it did not. */
  readonly lastFailure: DeliveryFailure | null;
}

const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 60 * 60_000;

/** How long to wait after so many failures in a row: 10 seconds, then twice as long each time, up to an hour. */
export function retryDelayMs(failures: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS);
}

/** Longest URL of an endpoint, in UTF-16 units. */
export const MAX_ENDPOINT_LENGTH = 2_048;

/** What is wrong with the URL of an endpoint, as the end of a sentence; `null` when nothing is. */
export function endpointFault(text: string): string | null {
  if (text.length > MAX_ENDPOINT_LENGTH) {
    return `must be at most ${MAX_ENDPOINT_LENGTH} characters long`;
  }
  if (!URL.canParse(text)) return 'must be an absolute URL';
  const { protocol, username, password } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return 'must be an http or https URL';
  // It would be shown to whoever sees the URL.
  return username || password ? 'must hold no user name and no password' : null;
}
