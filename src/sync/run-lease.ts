import { GatehouseError, type RunPhase, type RunProgress } from '../domain/index.js';
import type { GatehouseStore, Lease } from '../store/index.js';

/** The longest time between two notes of how far a run has come. */
const NOTE_EVERY_MS = 1_000;

/**
 * Keeps the lease of a run and tells how far it has come. Renewed at least at a third of its life,
 * without keeping the process alive; once it turns out to be lost the run is told by `signal`.
 */
export class RunLease {
  readonly lease: Lease;
  readonly #store: GatehouseStore;
  readonly #directory: string;
  readonly #onFailure: (error: unknown) => void;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #progress: Omit<RunProgress, 'elapsedMs'> = {
    phase: 'CONNECTING',
    phaseStartedAt: new Date(),
    done: 0,
    total: null,
  };
  /** When the phase began, by a clock that nobody sets. */
  #phaseBegan = performance.now();
  #underWay: Promise<void> | null = null;

  /** @param onFailure is told of a renewal that the store refused; the next one may succeed. */
  constructor(
    store: GatehouseStore,
    lease: Lease,
    directory: string,
    onFailure: (error: unknown) => void,
  ) {
    this.#store = store;
    this.lease = lease;
    this.#directory = directory;
    this.#onFailure = onFailure;
    const everyMs = Math.min(NOTE_EVERY_MS, lease.lifeMs / 3);
    this.#timer = setInterval(() => void this.#renew(), everyMs);
    this.#timer.unref();
  }

  /** Aborts with `RUN_SUPERSEDED` when the lease is another run's, or the run was cancelled. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  begin(phase: RunPhase, total: number | null = null): void {
    this.#progress = { phase, phaseStartedAt: new Date(), done: 0, total };
    this.#phaseBegan = performance.now();
  }

  /** @param done rows of the phase that are done so far. */
  advance(done: number): void {
    this.#progress = { ...this.#progress, done };
  }

  /** No renewal begins after this, and one that is under way is waited for. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#underWay;
  }

  #renew(): Promise<void> {
    const elapsedMs = Math.round(performance.now() - this.#phaseBegan);
    // A slow database must not pile up renewals.
    this.#underWay ??= this.#store.runs
      .renew(this.lease, { ...this.#progress, elapsedMs })
      .then((held) => {
        if (held) return;
        this.#lost.abort(new GatehouseError('RUN_SUPERSEDED', { directory: this.#directory }));
      }, this.#onFailure)
      .finally(() => {
        this.#underWay = null;
      });
    return this.#underWay;
  }
}
