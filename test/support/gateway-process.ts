import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { nodeOptions } from './node-options.js';

const MAIN = 'dist/src/main.js';

/** A gateway in a process of its own, as an operator would start it. */
export interface GatewayProcess {
  readonly url: string;
  /** Nobody reads its log any more: from now on, or once it has this line. */
  leaveLog(after?: string): void;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts `gatehouse serve` on a free port and waits until it says that it is ready. */
export async function startGatewayProcess(
  environment: Readonly<Record<string, string>>,
): Promise<GatewayProcess> {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: run \`npm run build\` first`);
  const child = spawn(process.execPath, [...nodeOptions(), MAIN, 'serve'], {
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const url = await Promise.race([readyUrl(child), exited.then(failedStart(child))]);
  return {
    url,
    leaveLog: (after) => {
      if (after === undefined) child.stdout.destroy();
      child.stdout.on('data', (lines: Buffer) => {
        if (lines.includes(JSON.stringify(after))) child.stdout.destroy();
      });
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

async function readyUrl(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const entry: unknown = line.startsWith('{') ? JSON.parse(line) : null;
    if (entry && typeof entry === 'object' && 'url' in entry) {
      child.stdout!.resume();
      return String(entry.url);
    }
  }
  return new Promise(() => undefined);
}

function failedStart(child: ChildProcess): (code: number | null) => Promise<never> {
  let words = '';
  child.stderr!.on('data', (text: Buffer) => {
    words += text.toString();
  });
  return async (code) => {
    throw new Error(`the gateway ended with ${code} before it was ready: ${words}`);
  };
}
