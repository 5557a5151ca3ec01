import { type Clock, GatehouseError, MAX_NAME_LENGTH } from '../domain/index.js';

const FREE_FAILURES = 5;
const WINDOW_MS = 60_000;
const MAX_ACCOUNTS = 10_000;

interface Account {
  readonly since: number;
  failures: number;
  readonly running: Set<Promise<unknown>>;
}

/**
 * Counts failed sign-ins per account name, by whatever door they come: after five within a minute
 * further tries are refused until the minute is over, right ones included, so that guessing gets no
 * answer. At most as many run side by side as may still fail; the others wait for them, so that
 * whoever sends a thousand guesses at once gets no more answers.
 */
export class FailureThrottle {
  private readonly accounts = new Map<string, Account>();
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /**
   * Makes one try of an account.
   * @param isFailure whether its result counts against the account; a try that throws does not.
   * @throws GatehouseError `TOO_MANY_ATTEMPTS`.
   */
  async attempt<Result>(
    account: string,
    work: () => Promise<Result>,
    isFailure: (result: Result) => boolean,
  ): Promise<Result> {
    // No account has a longer name, and what is counted must stay small.
    const name = account.slice(0, MAX_NAME_LENGTH);
    const counted = await this.admitted(name);
    const running = work();
    counted.running.add(running);
    try {
      const result = await running;
      if (isFailure(result)) counted.failures++;
      return result;
    } finally {
      counted.running.delete(running);
      const untouched = counted.failures + counted.running.size === 0;
      if (untouched && this.accounts.get(name) === counted) this.accounts.delete(name);
    }
  }

  private async admitted(name: string): Promise<Account> {
    for (;;) {
      const account = this.account(name);
      if (account.failures >= FREE_FAILURES) {
        const left = account.since + WINDOW_MS - this.clock.now().getTime();
        const retryAfterSeconds = Math.ceil(left / 1_000);
        throw new GatehouseError('TOO_MANY_ATTEMPTS', { retryAfterSeconds });
      }
      if (account.failures + account.running.size < FREE_FAILURES) return account;
      await Promise.race([...account.running].map((running) => running.catch(() => undefined)));
    }
  }

  /** What is counted of an account in the minute that it is in. */
  private account(name: string): Account {
    const now = this.clock.now().getTime();
    const counted = this.accounts.get(name);
    if (counted && counted.since + WINDOW_MS > now) return counted;
    if (this.accounts.size >= MAX_ACCOUNTS) this.accounts.clear();
    const account: Account = { since: now, failures: 0, running: new Set() };
    this.accounts.set(name, account);
    return account;
  }
}
