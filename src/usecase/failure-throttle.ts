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
    let counted = this.counted(name);
    while (this.isFull(counted)) {
      await oneOf(counted.running);
      counted = this.counted(name);
    }
    // Nothing may come between the look and this: whoever is next must see the try.
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

  /** Whether no try may be added. @throws GatehouseError `TOO_MANY_ATTEMPTS` when none may for long. */
  private isFull({ failures, running, since }: Account): boolean {
    if (failures < FREE_FAILURES) return failures + running.size >= FREE_FAILURES;
    const left = since + WINDOW_MS - this.clock.now().getTime();
    throw new GatehouseError('TOO_MANY_ATTEMPTS', { retryAfterSeconds: Math.ceil(left / 1_000) });
  }

  /** What is counted of an account in the minute that it is in. */
  private counted(name: string): Account {
    const now = this.clock.now().getTime();
    const counted = this.accounts.get(name);
    if (counted && counted.since + WINDOW_MS > now) return counted;
    if (this.accounts.size >= MAX_ACCOUNTS) this.accounts.clear();
    const account: Account = { since: now, failures: 0, running: new Set() };
    this.accounts.set(name, account);
    return account;
  }
}

/** Resolves when one of them is through, well or not. */
function oneOf(running: ReadonlySet<Promise<unknown>>): Promise<unknown> {
  return Promise.race([...running].map((one) => one.catch(() => undefined)));
}
