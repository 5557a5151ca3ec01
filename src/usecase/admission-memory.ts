import { hash, randomBytes } from 'node:crypto';
import type { ApplicationCaller } from './application-access.js';
import type { Gateway } from './gateway.js';

/** So little longer than a right password is remembered may somebody be let in for it. */
const REMEMBER_MS = 10_000;
const MOST_REMEMBERED = 10_000;

/**
 * Remembers for some seconds who was let in, by all that was judged of their request, so that the next
 * one like it need not be read and judged anew. It counts for no longer than the row of the application
 * is the same object in `RowMemory`: whatever changes about it is judged at once. Holds no password: the
 * key is a digest with a secret that lives and dies with this process.
 */
export class AdmissionMemory {
  private readonly gateway: Gateway;
  private readonly secret = randomBytes(32).toString('base64');
  private readonly admitted = new Map<string, { caller: ApplicationCaller; expires: number }>();

  constructor(gateway: Gateway) {
    this.gateway = gateway;
  }

  /** @param words all of the request that decides; the same as `remember` was given. */
  find(words: string): ApplicationCaller | null {
    const { clock, ledger, rows } = this.gateway;
    const key = this.keyOf(words);
    const found = this.admitted.get(key);
    if (!found) return null;
    const { application } = found.caller;
    const isOver = found.expires <= clock.now().getTime();
    if (isOver || rows.knownApplication(application.name)?.application !== application) {
      this.admitted.delete(key);
      return null;
    }
    ledger.admitted(application.id);
    return found.caller;
  }

  remember(words: string, caller: ApplicationCaller): void {
    const now = this.gateway.clock.now().getTime();
    const { previousPasswordUntil: until } = caller.application;
    // Which of two passwords it was is not known here, and one of them is soon no good.
    if (until !== null && Date.parse(until) > now) return;
    if (this.admitted.size >= MOST_REMEMBERED) {
      // A Map keeps the order of insertion: the first key is the oldest.
      const [oldest] = this.admitted.keys();
      this.admitted.delete(oldest);
    }
    this.admitted.set(this.keyOf(words), { caller, expires: now + REMEMBER_MS });
  }

  private keyOf(words: string): string {
    return hash('sha256', this.secret + words, 'base64');
  }
}
