/** Why a wait was given up: the server used up what it was granted for one exchange. */
export class WaitedTooLong extends Error {
  constructor() {
    super('the server took longer than it was granted');
    this.name = 'WaitedTooLong';
  }
}

/** The longest time Node's timers can count; longer ones would end at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * The time one exchange may spend waiting for the server, all waits together. A server that drips
 * is never silent for long, so silence alone would not end it. Time in which the reader works, and
 * the server has to wait, does not count.
 */
export class WaitingBudget {
  readonly #controller = new AbortController();
  #leftMs: number;

  constructor(totalMs: number) {
    this.#leftMs = Math.min(totalMs, MAX_TIMER_MS);
  }

  /** Aborts with a `WaitedTooLong` when the budget is used up. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for what the server has to deliver. The work behind it must end by itself on `signal`. */
  async spend<Value>(wait: () => Promise<Value>): Promise<Value> {
    const begun = performance.now();
    const timer = setTimeout(() => this.#controller.abort(new WaitedTooLong()), this.#leftMs);
    try {
      return await wait();
    } finally {
      clearTimeout(timer);
      this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - begun));
    }
  }
}
