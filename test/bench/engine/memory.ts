import { type Line, once } from '../measure/figures.js';
import { runChild } from './run-child.js';
import type { Stage } from './stage.js';

/** What an index keeps, once the rows it was loaded from are gone. */
export async function measureMemory({ source, counts, say }: Stage): Promise<Line[]> {
  say('memory, in a process of its own');
  const all = await runChild({ job: 'load', source, what: 'ALL' });
  const names = await runChild({ job: 'load', source, what: 'NAMES' });
  const line = (question: string, bytes: number, atMost: number | null): Line => ({
    question,
    unit: 'bytes',
    engine: once(bytes),
    ruler: null,
    targets: atMost === null ? [] : [{ kind: 'median', atMost }],
  });
  return [
    line('memory: the whole index', all.bytes, null),
    line('memory: graph, for each membership', (all.bytes - names.bytes) / counts.memberships, 16),
    line(
      'memory: names, for each user or group of a directory',
      names.bytes / (counts.userRows + counts.groupRows),
      80,
    ),
  ];
}
