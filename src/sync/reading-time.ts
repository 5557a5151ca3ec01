import { GatehouseError } from '../domain/index.js';

/**
 * How long a run may read, counted from its beginning: a server that gives each page at the last moment
 * would else keep the place of others for days. Whoever compares and writes waits for no server, and does
 * not look at it.
 */
export class ReadingTime {
  readonly #over = new AbortController();
  readonly #timer: NodeJS.Timeout;

  /** @param lost tells that the run must not go on in any case. */
  constructor(directory: string, limitMs: number, lost: AbortSignal) {
    this.#timer = setTimeout(() => {
      const minutes = Math.ceil(limitMs / 60_000);
      this.#over.abort(new GatehouseError('RUN_TOO_LONG', { directory, minutes }));
    }, limitMs);
    this.#timer.unref();
    lost.addEventListener('abort', () => this.#over.abort(lost.reason), { once: true });
  }

  /** Aborts with `RUN_TOO_LONG`, or with the reason of `lost`, whichever comes first. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
