import {
  asId,
  type Change,
  isGatehouseError,
  type LoggedChange,
  type Revision,
} from '../../src/domain/index.js';
import { PermissionIndex } from '../../src/engine/index.js';
import { NaiveFacts } from '../support/naive-facts.js';
import { NaiveState } from '../support/naive-state.js';
import { Random } from '../support/random.js';
import type { Action } from '../support/scenario-answerer.js';
import { ScenarioAuthor } from '../support/scenario-author.js';
import { type Case, randomShape, sheetOf } from './differential.js';
import { knownOf, type NextStep, randomHistory, randomStep } from './histories.js';
import { naiveSheet } from './naive-sheet.js';
import { pendingRun } from './pending-run.js';
import { noting, type Sheet, sheetDifferences } from './sheet.js';

/** What no walk back gets past. */
const BARRIERS: readonly Action['type'][] = ['reloadDirectory', 'removeDirectory'];
const STEPS = 30;
/** Questions about the past in one history. */
export const QUESTIONS_PER_CASE = 40;

const NOBODY = { type: 'OPERATOR' } as const;

/** A long history, the same for the same seed; some hold changes that cannot be taken back. */
export function randomJourney(seed: number): Case {
  const random = new Random(seed);
  const shape = randomShape(random);
  const barriers = random.chance(25);
  const nextStep: NextStep = (random, author, shape) => {
    const run = random.chance(10) ? pendingRun(random, author, shape) : [];
    if (run.length === 0) return randomStep(random, author, shape, barriers ? [] : BARRIERS);
    author.perform(run);
    return run;
  };
  const history = randomHistory(random.next(), STEPS, shape, nextStep);
  return { seed, history, known: knownOf(shape) };
}

/** One revision as it was, and what was logged for it. */
interface Moment {
  readonly revision: Revision;
  readonly sheet: Sheet;
  readonly logged: readonly LoggedChange[];
  readonly barrier: boolean;
}

/**
 * Lives through a history while keeping each state, and asks about the past on the way and from its
 * end.
 * @returns what was wrong with the first question with which anything was.
 */
export function playJourney({ seed, history, known }: Case, questions: number): string[] {
  const random = new Random(seed);
  const author = new ScenarioAuthor(new NaiveFacts());
  // The beginning is a part of the log, too: one revision for each action.
  let index = new PermissionIndex(author.facts.snapshot());
  const moments: Moment[] = [];
  const keep = (changes: readonly Change[], barrier: boolean) => {
    const revision = asId<Revision>(author.facts.revision);
    const sheet = naiveSheet(new NaiveState(author.facts), known);
    const logged = [...changes, ...noise(random)].map(
      (change, ordinal): LoggedChange => ({
        revision,
        ordinal,
        at: new Date(0),
        origin: NOBODY,
        change,
      }),
    );
    moments.push({ revision, sheet, logged, barrier });
  };
  keep([], false);
  const steps = [...inPieces(random, history.setup), ...history.steps];
  const askAt = (step: number) => Math.floor((step * questions) / steps.length);
  for (const [i, step] of steps.entries()) {
    const problems: string[] = [];
    const { changes, reloads } = author.perform(step);
    keep(
      changes,
      changes.some(({ kind }) => kind === 'DirectoryReloaded' || kind === 'DirectoryRemoved'),
    );
    noting(problems, () => {
      index.apply(asId<Revision>(author.facts.revision), changes, reloads);
      if (random.chance(5)) index = PermissionIndex.unpack(index.pack());
      for (let asked = askAt(i); asked < askAt(i + 1); asked++) {
        problems.push(...askBack(index, moments, random, known));
      }
    });
    if (problems.length > 0) return problems.map((problem) => `revision ${i + 1}: ${problem}`);
  }
  return [];
}

/** Asks about one moment; the index itself must go on answering of its own. */
function askBack(
  index: PermissionIndex,
  moments: readonly Moment[],
  random: Random,
  known: Case['known'],
): string[] {
  const target = random.below(moments.length);
  const { revision, sheet } = moments[target];
  const between = moments.slice(target + 1);
  const since = between.flatMap(({ logged }) => logged);
  const now = moments[moments.length - 1];
  const names = { expected: `naive model of ${revision}`, given: `index as of ${revision}` };
  const problems: string[] = [];
  if (between.some(({ barrier }) => barrier)) {
    if (!isRefused(() => index.asOf(revision, since))) {
      problems.push(`revision ${revision} is out of reach, and was not refused`);
    }
  } else {
    const then = index.asOf(revision, since);
    if (then.revision !== revision) problems.push(`${names.given}: is of ${then.revision}`);
    problems.push(...sheetDifferences(names, sheet, sheetOf(then, known)));
  }
  if (index.revision !== now.revision) problems.push('the index itself went back');
  const own = { expected: 'naive model', given: `index after asking about ${revision}` };
  problems.push(...sheetDifferences(own, now.sheet, sheetOf(index, known)));
  return problems;
}

function isRefused(ask: () => unknown): boolean {
  try {
    ask();
    return false;
  } catch (error) {
    return isGatehouseError(error, 'REVISION_NOT_REACHABLE');
  }
}

/** Changes of the log that move no right. */
function noise(random: Random): Change[] {
  if (!random.chance(10)) return [];
  const licence = { seatsUsed: 9, seatsAllowed: 10 };
  return [
    {
      kind: 'LicenceWarning',
      threshold: 90,
      direction: 'UP',
      before: { ...licence, seatsUsed: 8 },
      after: licence,
    },
  ];
}

/** The set-up as changes of a few actions each. */
function inPieces(random: Random, setup: readonly Action[]): Action[][] {
  const pieces: Action[][] = [];
  for (let start = 0; start < setup.length; ) {
    const length = 1 + random.below(setup.length);
    pieces.push(setup.slice(start, start + length));
    start += length;
  }
  return pieces;
}
