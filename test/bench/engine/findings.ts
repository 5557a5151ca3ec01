import { asId, type DirectoryId, type UserId } from '../../../src/domain/index.js';
import type { FindingFacts } from '../../../src/engine/index.js';
import { figureOf, type Line, NS_PER_MS } from '../measure/figures.js';
import type { Stage } from './stage.js';

const ROUNDS = 8;

/** Advice over everything, worked out in slices between which others have their turn. */
export function measureFindings({ data, index }: Stage): Line[] {
  const known: FindingFacts = {
    neverSeen: (user: UserId) => user % 20 === 0,
    remoteNesting: new Map(
      data.directories.map((_, i): [DirectoryId, boolean] => [asId(i + 1), i !== 1]),
    ),
  };
  const totals: number[] = [];
  const longest: number[] = [];
  let found = 0;
  for (let round = -1; round < ROUNDS; round++) {
    const findings = index.findings(known);
    let total = 0;
    let most = 0;
    for (let done = false; !done; ) {
      const begun = process.hrtime.bigint();
      const step = findings.next();
      const slice = Number(process.hrtime.bigint() - begun);
      total += slice;
      most = Math.max(most, slice);
      done = step.done === true;
      if (step.done) found = step.value.length;
    }
    if (round < 0) continue;
    totals.push(total);
    longest.push(most);
  }
  return [
    {
      question: `all ${found.toLocaleString('en')} findings`,
      unit: 'ns',
      engine: figureOf(totals),
      ruler: null,
      targets: [{ kind: 'median', atMost: 250 * NS_PER_MS }],
    },
    {
      question: 'findings: the longest slice of each run',
      unit: 'ns',
      engine: figureOf(longest),
      ruler: null,
      targets: [{ kind: 'p99', atMost: 10 * NS_PER_MS }],
    },
  ];
}
