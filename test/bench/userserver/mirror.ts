import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { MirrorWord, Reflection } from './mirror-child.js';

const CHILD = fileURLToPath(new URL('./mirror-child.js', import.meta.url));

/** The ruler: a bare `node:http` server in a process of its own, which answers the same bytes. */
export class Mirror {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  static async start(): Promise<Mirror> {
    const child = fork(CHILD, { serialization: 'advanced' });
    const word = await heard(child);
    if (word.said !== 'READY') throw new Error(`a mirror said ${word.said} first`);
    return new Mirror(child, word.url);
  }

  /** What it answers from now on, and nothing else. */
  async hold(reflections: readonly Reflection[]): Promise<void> {
    const word = heard(this.#child);
    this.#child.send([...reflections]);
    await word;
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}

async function heard(child: ChildProcess): Promise<MirrorWord> {
  const [word] = await once(child, 'message');
  return word;
}
