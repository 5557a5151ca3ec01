import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { APPLICATION } from './company.js';

const PROGRAM = fileURLToPath(new URL('./processes/npm-client.mjs', import.meta.url));

export type NpmClientName = 'atlassian-crowd-client' | 'atlassian-crowd-patched';

/** What a call gave: its value, or the type of its error. */
export type Given = { readonly value: unknown } | { readonly error: string };

/** A Crowd client from npm that nobody here wrote, in a process of its own. */
export class NpmClient {
  /** The paths of all its calls, such as `user.groups.list`. */
  readonly offered: readonly string[];
  /** Those that have been made. */
  readonly made = new Set<string>();
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    child: ChildProcess,
    lines: AsyncIterator<string>,
    offered: readonly string[],
  ) {
    this.#child = child;
    this.#lines = lines;
    this.offered = offered;
  }

  static async start(name: NpmClientName, baseUrl: string): Promise<NpmClient> {
    const args = [PROGRAM, name, baseUrl, APPLICATION.name, APPLICATION.password];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    const { value } = await lines.next();
    return new NpmClient(child, lines, JSON.parse(value).value);
  }

  async call(path: string, ...args: readonly unknown[]): Promise<Given> {
    this.made.add(path);
    this.#child.stdin!.write(`${JSON.stringify({ call: path, args })}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`the client ended at ${path}`);
    return JSON.parse(value);
  }

  async close(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.stdin!.end();
    await gone;
  }
}
