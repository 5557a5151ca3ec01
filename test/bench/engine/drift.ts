import { type Line, once, ratioTarget } from '../measure/figures.js';
import { AnswersDiffer } from './cross-check.js';
import { runChild } from './run-child.js';
import type { Stage } from './stage.js';

const MOST_CHANGES = 2_000_000;
const SEED = 16;

/** Whether an index that has been changed for a long time is still as good as a new one. */
export async function measureDrift({ source, counts, say }: Stage): Promise<Line[]> {
  const changes = Math.min(MOST_CHANGES, 2 * counts.memberships);
  const count = changes.toLocaleString('en');
  say(`${count} random changes, in a process of its own`);
  const job = { job: 'drift', source, changes, seed: SEED } as const;
  const changed = await runChild({ ...job, what: 'CHANGED' });
  const loaded = await runChild({ ...job, what: 'LOADED' });
  if (changed.digest !== loaded.digest) {
    throw new AnswersDiffer(
      `after ${count} random changes (seed ${SEED}) the index answers differently from one that is ` +
        'loaded from the same facts',
    );
  }
  return [
    {
      question: `memory after ${count} random changes, beside a fresh load`,
      unit: 'bytes',
      engine: once(changed.bytes),
      ruler: once(loaded.bytes),
      targets: [ratioTarget(1.1)],
    },
    {
      question: 'one of these changes, on average',
      unit: 'ns',
      engine: once(changed.ns / changes),
      ruler: null,
      targets: [],
    },
  ];
}
