import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DirectoryId, SynchronisationRun } from '../../src/domain/index.js';

const PROGRAM = fileURLToPath(new URL('../trial/processes/synchronise.mjs', import.meta.url));

export type RunEnd = Pick<SynchronisationRun, 'id' | 'outcome' | 'reason' | 'kind'>;

export interface RunProcessOptions {
  readonly url: string;
  readonly directoryId: DirectoryId;
  readonly leaseMs: number;
  readonly full: boolean;
}

/** One run in a process of its own, which uses what is built. */
export class RunProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #gone: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    this.#gone = once(child, 'exit');
  }

  /** Starts the process up to where the run can begin. */
  static async start({ url, directoryId, leaseMs, full }: RunProcessOptions): Promise<RunProcess> {
    const args = [url, directoryId, leaseMs, full ? 'full' : 'events'].map(String);
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const started = new RunProcess(child);
    if ((await started.#line()) !== 'ready') throw new Error('a process of a run did not start');
    return started;
  }

  begin(): void {
    this.#child.stdin!.write('\n');
  }

  /** How the run ended, or `null` when the process did not live to tell. */
  async end(): Promise<RunEnd | null> {
    const line = await this.#line();
    await this.#gone;
    return line === null ? null : JSON.parse(line);
  }

  /** SIGKILL. @returns the same as `end`. */
  kill(): Promise<RunEnd | null> {
    this.#child.kill('SIGKILL');
    return this.end();
  }

  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  async #line(): Promise<string | null> {
    const { done, value } = await this.#lines.next();
    return done ? null : value;
  }
}
