import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BUILT = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

/** Programs of one folder below `test/`, which use what is built. */
export interface Programs {
  /** Runs one to its end. */
  run(program: string, ...args: (string | number)[]): Promise<void>;
  /** The same. @returns what it printed. */
  output(program: string, ...args: (string | number)[]): Promise<string>;
  /** Runs one until it says that it is in the middle of its work, and kills it there. */
  killInTheMiddle(program: string, ...args: (string | number)[]): Promise<void>;
}

/** @param folder relative to this file's. */
export function programs(folder: string): Programs {
  const start = (program: string, args: readonly (string | number)[]): ChildProcess => {
    if (!existsSync(BUILT)) {
      throw new Error('dist/ is missing: run `npm run build` first, as `npm test` does');
    }
    const path = fileURLToPath(new URL(`${folder}${program}.mjs`, import.meta.url));
    return spawn(process.execPath, [path, ...args.map(String)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  };
  const output = async (program: string, ...args: (string | number)[]): Promise<string> => {
    const child = start(program, args);
    const end = ended(child);
    let text = '';
    for await (const part of child.stdout ?? []) text += part;
    const code = await end;
    if (code !== 0) throw new Error(`${program} ended with ${code}`);
    return text;
  };
  return {
    output,
    run: async (program, ...args) => {
      await output(program, ...args);
    },
    killInTheMiddle: async (program, ...args) => {
      const child = start(program, args);
      const end = ended(child);
      const said = new Promise<'said'>((resolve) =>
        child.stdout?.once('data', () => resolve('said')),
      );
      if ((await Promise.race([said, end])) !== 'said')
        throw new Error(`${program} ended too early`);
      child.kill('SIGKILL');
      await end;
    },
  };
}

function ended(child: ChildProcess): Promise<number | string | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });
}
