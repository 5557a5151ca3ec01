import { type Clock, GatehouseError } from '../domain/index.js';

const FREE_FAILURES = 10;
const WINDOW_MS = 60_000;
const MAX_ACCOUNTS = 10_000;

/**
 * Counts failed sign-ins per account name: after ten within a minute further tries are refused
 * until the minute is over, right ones included, so that guessing gets no answer.
 */
export class FailureThrottle {
  private readonly failures = new Map<string, { count: number; since: number }>();
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** @throws GatehouseError `TOO_MANY_ATTEMPTS`. */
  requireOpen(account: string): void {
    const entry = this.failures.get(account);
    if (!entry) return;
    const left = entry.since + WINDOW_MS - this.clock.now().getTime();
    if (left <= 0) this.failures.delete(account);
    else if (entry.count >= FREE_FAILURES) {
      throw new GatehouseError('TOO_MANY_ATTEMPTS', { retryAfterSeconds: Math.ceil(left / 1_000) });
    }
  }

  failed(account: string): void {
    const entry = this.failures.get(account);
    if (entry) entry.count++;
    else {
      if (this.failures.size >= MAX_ACCOUNTS) this.failures.clear();
      this.failures.set(account, { count: 1, since: this.clock.now().getTime() });
    }
  }

  succeeded(account: string): void {
    this.failures.delete(account);
  }
}
