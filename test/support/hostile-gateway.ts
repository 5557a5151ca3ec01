import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../trial/processes/hostile-gateway.mjs', import.meta.url));

/** Bytes after a garbage collection. */
export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
}

type Message = { readonly url: string } | { readonly error: string } | { readonly memory: Memory };

/** A gateway in a process of its own, which uses what is built and tells what it holds and logs. */
export class HostileGateway {
  readonly url: string;
  /** Errors it has logged so far, with their stacks. */
  readonly errors: string[] = [];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    child.on('message', (message: Message) => {
      if ('error' in message) this.errors.push(message.error);
    });
  }

  static async start(databaseUrl: string): Promise<HostileGateway> {
    const child = fork(PROGRAM, [databaseUrl], { execArgv: ['--expose-gc'] });
    const [message] = (await once(child, 'message')) as [Message];
    if (!('url' in message))
      throw new Error(`the gateway does not serve: ${JSON.stringify(message)}`);
    return new HostileGateway(child, message.url);
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async memory(): Promise<Memory> {
    const told = new Promise<Memory>((resolve) => {
      const listen = (message: Message) => {
        if (!('memory' in message)) return;
        this.#child.off('message', listen);
        resolve(message.memory);
      };
      this.#child.on('message', listen);
    });
    this.#child.send('memory');
    return told;
  }

  async stop(): Promise<void> {
    if (!this.isAlive) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}
