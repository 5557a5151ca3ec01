import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { ChildJob, ChildResult } from './child.js';

const CHILD = fileURLToPath(new URL('./child.js', import.meta.url));

/** @throws when the process fails; its words go to ours. */
export async function runChild(job: ChildJob): Promise<ChildResult> {
  const child = spawn(process.execPath, ['--expose-gc', CHILD, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const said = await text(child.stdout);
  const [code] = await exited;
  if (code !== 0) throw new Error(`the process for ${job.job} (${job.what}) ended with ${code}`);
  return JSON.parse(said);
}
