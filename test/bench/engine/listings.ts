import { COMPILED, SCHEME } from '../dataset/scheme.js';
import { type Line, ratioTarget } from '../measure/figures.js';
import { type Contender, timeInTurn } from '../measure/measure.js';
import type { Stage } from './stage.js';

/** A page that holds everything. */
export const ALL = { first: Number.MAX_SAFE_INTEGER, after: null } as const;

/** Everybody who holds a permission, and every group of a user. */
export function measureListings(stage: Stage): Line[] {
  return [holders(stage), groups(stage)];
}

function holders({ index, limit }: Stage): Line {
  const bit = COMPILED.bitOf(SCHEME.seat);
  const [engine, ruler] = timeInTurn([
    { calls: 1, run: () => index.holderNames(SCHEME.seat).length },
    { calls: 1, run: () => limit.holders(bit).length },
  ]);
  return {
    question: `names of all ${limit.count(bit).toLocaleString('en')} holders of ${SCHEME.seat}, in order`,
    unit: 'ns',
    engine,
    ruler,
    targets: [ratioTarget(1.2)],
  };
}

function groups({ data, index, limit }: Stage): Line {
  const names = Array.from(data.questions.sampleUsers, (user) => data.userNames[user]);
  const rolling = (offset: number, ask: (name: string) => number): Contender => {
    let at = offset;
    return { calls: 1, run: () => ask(names[at++ % names.length]) };
  };
  const [engine, ruler] = timeInTurn([
    rolling(0, (name) => index.groupNamesOf(name, true).length),
    rolling(names.length >> 1, (name) => limit.groupsOf(name).length),
  ]);
  return {
    question: 'names of all groups of a user, nested ones too',
    unit: 'ns',
    engine,
    ruler,
    targets: [ratioTarget(1.3)],
  };
}
