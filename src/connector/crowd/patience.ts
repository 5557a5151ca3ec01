import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { GatehouseError } from '../../domain/index.js';

/** What a list may wait for a server that asks for time, all pauses together; side by side they are one. */
const MOST_WAITED_MS = 30_000;
/** A server that says "at once" again and again is not asked more often than this. */
const SHORTEST_PAUSE_MS = 1_000;
/** How often one request may be sent again after its connection was cut. */
const MOST_REPEATS = 2;
const FIRST_REPEAT_AFTER_MS = 200;

/** Answers that come with a time after which the request may succeed (RFC 6585 section 4, RFC 9110 section 15.6.4). */
const POSTPONING_STATUS: ReadonlySet<number> = new Set([429, 503]);
const SECONDS = /^\s*(\d{1,10})\s*$/;

/** The server, or a proxy in front of it, asks to be asked later. */
export class Postponed extends Error {
  constructor(
    readonly afterMs: number,
    /** For whoever cannot wait. */
    readonly refusal: GatehouseError<'UNREACHABLE'>,
  ) {
    super(refusal.message);
    this.name = 'Postponed';
  }
}

/**
 * How long a run's reading bears with a server, for all requests of one list. Nobody waits for a run; whoever signs in
 * or looks somebody up has no patience.
 */
export class Patience {
  #leftMs = MOST_WAITED_MS;
  /** When the last of the pauses ends that go on now. */
  #waitsUntil = 0;

  /** Waits as long as the server asked for. @returns false, at once, when that is longer than what is left. */
  async waitFor({ afterMs }: Postponed): Promise<boolean> {
    const pauseMs = Math.max(afterMs, SHORTEST_PAUSE_MS);
    const begun = performance.now();
    const end = begun + pauseMs;
    const longerMs = Math.max(0, end - Math.max(begun, this.#waitsUntil));
    if (longerMs > this.#leftMs) return false;
    this.#leftMs -= longerMs;
    this.#waitsUntil = Math.max(end, this.#waitsUntil);
    await wait(pauseMs, undefined, { ref: false });
    // Timers may end a little early, and the next pause would not begin before this one is over.
    if (this.#waitsUntil === end) this.#waitsUntil = 0;
    return true;
  }

  /**
   * Waits before a request is sent again whose connection was cut before an answer: longer each time, and
   * not as long as others whose connections were cut by the same restart.
   * @param repeat 1 for the first time. @returns false, at once, when it was sent often enough.
   */
  async beforeRepeat(repeat: number): Promise<boolean> {
    if (repeat > MOST_REPEATS) return false;
    const longestMs = FIRST_REPEAT_AFTER_MS * 2 ** (repeat - 1);
    await wait(longestMs * (0.5 + Math.random() / 2), undefined, { ref: false });
    return true;
  }
}

/**
 * Milliseconds for which an answer asks; `null` when it asks for none. A date is taken by the server's own clock when
 * it tells the time (RFC 9110 section 10.2.3).
 */
export function postponedBy(status: number, headers: IncomingHttpHeaders): number | null {
  const after = headers['retry-after'];
  if (!POSTPONING_STATUS.has(status) || after === undefined) return null;
  const seconds = SECONDS.exec(after)?.[1];
  if (seconds !== undefined) return Number(seconds) * 1_000;
  const date = Date.parse(after);
  if (Number.isNaN(date)) return null;
  const told = Date.parse(headers.date ?? '');
  return Math.max(0, date - (Number.isNaN(told) ? Date.now() : told));
}
