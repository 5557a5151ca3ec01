import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { GraphqlClient } from '../../../src/cli/demo/graphql-client.js';
import { nodeOptions } from '../../support/node-options.js';
import type { ChildOrder, ChildWord, WatchReport } from './gateway-child.js';

const CHILD = fileURLToPath(new URL('./gateway-child.js', import.meta.url));
const ADMIN = 'admin';
/** Of every store of this bench. */
export const SECRET_KEY = Buffer.alloc(32, 7);
export const PASSWORD = 'a-password-for-the-bench';

/** A gateway in a process of its own that can be asked how it fares. */
export class GatewayHandle {
  readonly url: string;
  readonly admin: GraphqlClient;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    this.admin = new GraphqlClient(url, ADMIN, PASSWORD);
  }

  static async start(databaseUrl: string): Promise<GatewayHandle> {
    const child = fork(CHILD, {
      execArgv: ['--expose-gc', ...nodeOptions()],
      env: {
        PATH: process.env.PATH,
        HOST: '127.0.0.1',
        PORT: '0',
        DATABASE_URL: databaseUrl,
        GATEHOUSE_SECRET_KEY: SECRET_KEY.toString('base64'),
        GATEHOUSE_ADMIN_NAME: ADMIN,
        GATEHOUSE_ADMIN_PASSWORD: PASSWORD,
      },
    });
    const word = await heard(child);
    if (word.said !== 'READY') throw new Error(`a gateway said ${word.said} first`);
    return new GatewayHandle(child, word.url);
  }

  /** Does something and tells how the process fared meanwhile. */
  async watched<Value>(work: () => Promise<Value>): Promise<[Value, WatchReport]> {
    await this.#ask('WATCH');
    const value = await work();
    const word = await this.#ask('REPORT');
    if (word.said !== 'REPORT') throw new Error(`a gateway said ${word.said} for a report`);
    return [value, word.report];
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }

  async #ask(order: ChildOrder): Promise<ChildWord> {
    const word = heard(this.#child);
    this.#child.send(order);
    return word;
  }
}

async function heard(child: ChildProcess): Promise<ChildWord> {
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    const failed = once(child, 'exit', { signal }).then(([code]) => {
      throw new Error(`a gateway ended with ${code}`);
    });
    failed.catch(() => undefined);
    const [word] = await Promise.race([once(child, 'message', { signal }), failed]);
    return word as ChildWord;
  } finally {
    waiting.abort();
  }
}
