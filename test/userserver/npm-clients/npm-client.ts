import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./processes/npm-client.mjs', import.meta.url));

export interface NpmClientOptions {
  readonly client: 'atlassian-crowd-client' | 'atlassian-crowd-patched';
  /** The address of the server without what belongs to the protocol. */
  readonly base: string;
  readonly application: { readonly name: string; readonly password: string };
}

/** What a call gave: its value, `null` for none, or the type of its error. */
export type Given = { readonly value: unknown } | { readonly error: string };

/** A Crowd client from npm that nobody here wrote, in a process of its own. */
export class NpmClient {
  /** The paths of all its calls, such as `user.groups.list`, as its object has them. */
  readonly offered: readonly string[];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, offered: readonly string[]) {
    this.#child = child;
    this.offered = offered;
  }

  static async start(options: NpmClientOptions): Promise<NpmClient> {
    const child = fork(PROGRAM, [JSON.stringify(options)], {
      execArgv: [],
      // The clients print there what they also give.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return new NpmClient(child, (await nextMessage(child)) as readonly string[]);
  }

  /** @throws Error when the client dies of it. */
  call(path: string, ...args: readonly unknown[]): Promise<Given> {
    this.#child.send({ call: path, args });
    return nextMessage(this.#child) as Promise<Given>;
  }

  async close(): Promise<void> {
    if (!this.#child.connected) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('the client is gone'));
    child.once('exit', gone);
    child.once('message', (message) => {
      child.off('exit', gone);
      resolve(message);
    });
  });
}
