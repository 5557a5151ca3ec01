import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';

/** Longer than this, nobody else in the process should wait for work that can be cut. */
const KEEPS_MS = 0.5;
/** Background work stands back after so long while somebody asks, ... */
const STANDS_BACK_AFTER_MS = 2;
/** ... for so long: it takes half as long again, and whoever asks finds the process free more often. */
const STANDS_BACK_MS = 1;
/** How long after a question another one is expected. */
const RECENT_MS = 100;
/** Steps, each worth some microseconds, between two looks at the clock. */
const STEPS_BETWEEN_LOOKS = 256;

/** Milliseconds from any moment on, and what is waited for. */
export interface Timers {
  now(): number;
  /** Until everybody else in the process had a turn. */
  nextTurn(): Promise<unknown>;
  delay(ms: number): Promise<unknown>;
}

const PROCESS: Timers = {
  now: () => performance.now(),
  nextTurn: () => nextTurn(),
  delay: (ms) => delay(ms),
};

/**
 * How long work shares a process with those who ask: drivers and buffers do their work before they
 * return, so a chain of promises alone would let nothing else in between.
 */
export class Pace {
  readonly #timers: Timers;
  #workedSince: number;
  #stoodBackAt: number;
  #askedAt = Number.NEGATIVE_INFINITY;
  #steps = 0;

  constructor(timers: Timers = PROCESS) {
    this.#timers = timers;
    this.#workedSince = timers.now();
    this.#stoodBackAt = timers.now();
  }

  /** To be called when somebody asks something over the network. */
  noteQuestion(): void {
    this.#askedAt = this.#timers.now();
  }

  /** Whether work has kept the process for a while. */
  isTimeToGiveWay(): boolean {
    return this.#timers.now() - this.#workedSince >= KEEPS_MS;
  }

  /** Counts a step. @returns whether it is time to give way or stand back, which cost too much for each. */
  isTimeToLook(): boolean {
    this.#steps += 1;
    return this.#steps % STEPS_BETWEEN_LOOKS === 0;
  }

  /** Lets the process answer others if it is time. */
  async giveWay(): Promise<void> {
    if (!this.isTimeToGiveWay()) return;
    await this.#timers.nextTurn();
    this.#workedSince = this.#timers.now();
  }

  /** The same for work in the background, which rests from time to time while somebody asks. */
  async standBack(): Promise<void> {
    const now = this.#timers.now();
    const isAsked = now - this.#askedAt < RECENT_MS;
    if (!isAsked || now - this.#stoodBackAt < STANDS_BACK_AFTER_MS) return this.giveWay();
    await this.#timers.delay(STANDS_BACK_MS);
    this.#workedSince = this.#timers.now();
    this.#stoodBackAt = this.#workedSince;
  }
}

/** Of this process. */
export const pace = new Pace();
