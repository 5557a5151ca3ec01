import type {
  ApplicationId,
  ApplicationRefusal,
  CallCount,
  CallOutcome,
  Clock,
  RefusedCalls,
} from '../domain/index.js';
import type { ApplicationUseStore } from '../store/index.js';

/** Refused calls that wait to be written, each from another address; later ones are counted only. */
const MOST_WAITING = 1_000;

interface Log {
  error(fields: object, message: string): void;
}

interface LedgerOptions {
  readonly use: ApplicationUseStore;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Counts how applications call, and writes it down now and then: a call must not cost a write. What
 * has not been written when a process is killed is lost.
 */
export class ApplicationLedger {
  private readonly use: ApplicationUseStore;
  private readonly clock: Clock;
  private readonly log: Log;
  private counts = new Map<string, CallCount>();
  private refused = new Map<string, RefusedCalls>();
  private writing: Promise<void> = Promise.resolve();
  private isFailing = false;

  constructor({ use, clock, log }: LedgerOptions) {
    this.use = use;
    this.clock = clock;
    this.log = log;
  }

  admitted(applicationId: ApplicationId): void {
    this.count(applicationId, 'ADMITTED');
  }

  /** @param address as it was judged. */
  turnedAway(
    applicationId: ApplicationId,
    reason: ApplicationRefusal,
    address: string | null,
    nearestRule: string | null,
  ): void {
    this.count(applicationId, reason);
    const key = `${applicationId} ${reason} ${address}`;
    const before = this.refused.get(key);
    if (!before && this.refused.size >= MOST_WAITING) return;
    const times = (before?.times ?? 0) + 1;
    const lastAt = this.clock.now();
    this.refused.set(key, { applicationId, reason, address, nearestRule, times, lastAt });
  }

  /** Writes down what has been counted. What cannot be written is kept for the next time. */
  write(): Promise<void> {
    this.writing = this.writing.then(() => this.writeNow());
    return this.writing;
  }

  private async writeNow(): Promise<void> {
    const [counts, refused] = [this.counts, this.refused];
    if (counts.size === 0) return;
    this.counts = new Map();
    this.refused = new Map();
    try {
      await this.use.note([...counts.values()], [...refused.values()]);
      this.isFailing = false;
    } catch (error) {
      this.takeBack(counts, refused);
      if (!this.isFailing) this.log.error({ err: error }, 'calls of applications are not noted');
      this.isFailing = true;
    }
  }

  private takeBack(
    counts: ReadonlyMap<string, CallCount>,
    refused: ReadonlyMap<string, RefusedCalls>,
  ): void {
    for (const [key, count] of counts) this.counts.set(key, together(count, this.counts.get(key)));
    for (const [key, calls] of refused) {
      this.refused.set(key, together(calls, this.refused.get(key)));
    }
  }

  private count(applicationId: ApplicationId, outcome: CallOutcome): void {
    const key = `${applicationId} ${outcome}`;
    const times = (this.counts.get(key)?.times ?? 0) + 1;
    this.counts.set(key, { applicationId, outcome, times, lastAt: this.clock.now() });
  }
}

/** @param later of what came after, if anything did. */
function together<Counted extends { readonly times: number; readonly lastAt: Date }>(
  earlier: Counted,
  later: Counted | undefined,
): Counted {
  return later ? { ...later, times: earlier.times + later.times } : earlier;
}
