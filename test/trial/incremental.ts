import { isDeepStrictEqual } from 'node:util';
import type { FullRunCause, SynchronisationRun } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { Random } from '../support/random.js';
import { Upstream } from '../support/upstream.js';
import { randomHabits, UpstreamHistory } from '../support/upstream-history.js';
import { heldBeside } from '../sync/follow-document.js';
import { naivePicture } from '../sync/naive-picture.js';
import { RunHarness } from '../sync/run-harness.js';

const RUNS = 14;

/** How the runs that should follow events went. */
export class IncrementalCounts {
  incremental = 0;
  readonly #full = new Map<FullRunCause, number>();

  add({ kind, fullCause }: SynchronisationRun): void {
    if (kind === 'INCREMENTAL') this.incremental += 1;
    else if (fullCause) this.#full.set(fullCause, (this.#full.get(fullCause) ?? 0) + 1);
  }

  toString(): string {
    const causes = [...this.#full].sort().map(([cause, count]) => `${cause} ${count}`);
    return `${this.incremental} incremental runs, full ones: ${causes.join(', ')}`;
  }
}

/**
 * Lets one directory follow a server's events through a random history, and another read everything
 * after each part of it. @returns what was wrong at the first run at which anything was.
 */
export async function playIncremental(
  store: GatehouseStore,
  seed: number,
  counts: IncrementalCounts,
): Promise<string[]> {
  const play = await IncrementalPlay.make(store, seed, counts);
  try {
    return await play.play();
  } finally {
    await play.end();
  }
}

class IncrementalPlay {
  readonly #random: Random;
  readonly #counts: IncrementalCounts;
  readonly #upstream: Upstream;
  readonly #history: UpstreamHistory;
  readonly #following: RunHarness;
  readonly #reading: RunHarness;
  /** Whether something happened while the last full run was reading. */
  #disturbed = false;
  #hasRun = false;
  #readEverything = false;
  /** Whether the server had events when a run ended last. */
  #hadEvents = true;

  private constructor(
    seed: number,
    counts: IncrementalCounts,
    [following, reading]: readonly RunHarness[],
  ) {
    this.#random = new Random(seed);
    this.#counts = counts;
    this.#upstream = new Upstream(randomHabits(this.#random));
    this.#history = new UpstreamHistory(this.#upstream, this.#random);
    this.#following = following;
    this.#reading = reading;
  }

  static async make(store: GatehouseStore, seed: number, counts: IncrementalCounts) {
    const harnesses = [
      await RunHarness.make(store, `following ${seed}`),
      await RunHarness.make(store, `reading ${seed}`),
    ];
    return new IncrementalPlay(seed, counts, harnesses);
  }

  async play(): Promise<string[]> {
    for (let i = 0; i < RUNS; i++) {
      this.#happen();
      const problems = await this.#runBoth();
      if (problems.length > 0) return [...problems, ...this.#story()];
    }
    return [];
  }

  async end(): Promise<void> {
    const ids = [this.#following, this.#reading].map(({ directory }) => directory.id);
    await this.#following.store.transact({ type: 'OPERATOR' }, async (transaction) => {
      for (const id of ids) await transaction.removeDirectory(id);
    });
  }

  #happen(): void {
    if (!this.#upstream.offersEvents) this.#upstream.offersEvents = this.#random.chance(60);
    const steps = this.#random.pick([0, 1, 1, 2, 3, 5, 12]);
    for (let i = 0; i < steps; i++) this.#history.step();
    if (this.#random.chance(12)) this.#history.mishap();
    if (this.#random.chance(50)) this.#upstream.wait(this.#random.below(6));
  }

  async #runBoth(): Promise<string[]> {
    if (this.#random.chance(20)) {
      const problems = await this.#runDisturbed();
      if (problems.length > 0) return problems;
    }
    const problems = this.#problemsOf(await this.#following.runWith(this.#upstream));
    await this.#reading.runWith(this.#upstream, { full: true });
    return [
      ...problems,
      ...(await this.#differences('by events', this.#following)),
      ...(await this.#differences('in full', this.#reading)),
    ];
  }

  /** Nobody stops for a reader: what is read then is mended by the next events. */
  async #runDisturbed(): Promise<string[]> {
    let disturbed = false;
    this.#upstream.meanwhile = () => {
      if (!this.#random.chance(30)) return;
      disturbed = true;
      this.#history.lines.push('meanwhile:');
      this.#history.quietStep();
    };
    const full = this.#random.chance(50);
    const run = await this.#following.runWith(this.#upstream, { full });
    this.#upstream.meanwhile = () => undefined;
    const problems = this.#problemsOf(run, full);
    this.#disturbed = disturbed;
    return problems;
  }

  #problemsOf(run: SynchronisationRun, requested = false): string[] {
    const { outcome, kind, fullCause, reason } = run;
    this.#history.lines.push(`-- ${outcome} ${kind} ${fullCause ?? ''}`);
    if (!requested) this.#counts.add(run);
    if (outcome !== 'SUCCEEDED') return [`a run ended as ${outcome}: ${reason}`];
    const isForced = requested || fullCause === null || this.#isForced(fullCause);
    this.#hasRun = true;
    this.#readEverything = kind === 'FULL';
    this.#disturbed = false;
    this.#hadEvents = this.#upstream.offersEvents;
    this.#upstream.lastAnswer = null;
    if (isForced) return [];
    const said = this.#following.log.findLast(({ level }) => level === 'warn');
    return [`everything was read although nothing forced it: ${JSON.stringify(said?.fields)}`];
  }

  #isForced(cause: FullRunCause): boolean {
    const { lastAnswer: told, toldTooLittle, toldOfNameHandedOn } = this.#upstream;
    switch (cause) {
      case 'FIRST_RUN':
        return !this.#hasRun;
      case 'NOT_SUPPORTED':
        return told?.outcome === 'NOT_SUPPORTED' || (told === null && !this.#hadEvents);
      case 'TOKEN_EXPIRED':
      case 'UPSTREAM_RESTARTED':
        return told?.outcome === 'EXPIRED';
      case 'UNKNOWN_EVENT':
        return told?.outcome === 'READ' && told.events.some(({ subject }) => subject === 'OTHER');
      case 'INCONSISTENT_EVENT':
        // A log tells of edges to whoever went while everything was read.
        // Nor does anything say whether a name changed hands only after everything was read.
        return toldTooLittle || this.#disturbed || (this.#readEverything && toldOfNameHandedOn);
      default:
        return false;
    }
  }

  async #differences(how: string, { store, directory }: RunHarness): Promise<string[]> {
    const expected = naivePicture(this.#upstream.document());
    const held = heldBeside(expected, await store.reader.contents(directory.id));
    if (isDeepStrictEqual(held, expected)) return [];
    return [
      `the copy made ${how} differs`,
      `at the server: ${JSON.stringify(expected)}`,
      `in the copy:   ${JSON.stringify(held)}`,
    ];
  }

  #story(): string[] {
    return [JSON.stringify(this.#upstream.habits), ...this.#history.lines];
  }
}
