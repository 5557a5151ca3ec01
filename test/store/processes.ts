import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BUILT = fileURLToPath(new URL('../../dist/src/store/index.js', import.meta.url));

/** Runs one of the programs in `processes/`, which use the store as it is built. */
function start(program: string, args: readonly (string | number)[]): ChildProcess {
  if (!existsSync(BUILT)) {
    throw new Error('dist/ is missing: run `npm run build` first, as `npm test` does');
  }
  const path = fileURLToPath(new URL(`./processes/${program}.mjs`, import.meta.url));
  return spawn(process.execPath, [path, ...args.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** Runs a program to its end. */
export async function run(program: string, ...args: (string | number)[]): Promise<void> {
  const child = start(program, args);
  const code = await ended(child);
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}

/** Runs a program until it says that it is in the middle of its work, and kills it there. */
export async function killInTheMiddle(
  program: string,
  ...args: (string | number)[]
): Promise<void> {
  const child = start(program, args);
  const end = ended(child);
  const said = new Promise<'said'>((resolve) => child.stdout?.once('data', () => resolve('said')));
  if ((await Promise.race([said, end])) !== 'said') throw new Error(`${program} ended too early`);
  child.kill('SIGKILL');
  await end;
}

function ended(child: ChildProcess): Promise<number | string | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });
}
