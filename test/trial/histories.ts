import { nameKey } from '../../src/domain/index.js';
import { NaiveFacts } from '../support/naive-facts.js';
import { Random } from '../support/random.js';
import { compareAll } from '../support/scenario.js';
import type { Action, Installation, Installer } from '../support/scenario-answerer.js';
import { ScenarioAuthor } from '../support/scenario-author.js';
import { naiveInstaller } from '../support/scenario-installers.js';
import type { Known } from '../support/scenario-questions.js';
import { BITBUCKET_SCHEME } from '../support/scenario-scheme.js';
import { randomAction } from './random-action.js';
import { HANDFUL, randomSetup, type Shape } from './random-setup.js';

/** A graph and what happens to it; each step is one change of one or a few actions. */
export interface History {
  readonly setup: readonly Action[];
  readonly steps: readonly (readonly Action[])[];
}

/** Everybody and everything of a shape, and a stranger of each kind. */
export function knownOf({ users, groups }: Shape): Known {
  return {
    users: [...users, 'a-stranger'],
    groups: [...groups, 'strange-group'],
    permissions: BITBUCKET_SCHEME.permissions.map(({ key }) => key),
    seat: BITBUCKET_SCHEME.seat,
  };
}

export const KNOWN = knownOf(HANDFUL);

/** Makes the next step of a history and performs it. */
export type NextStep = (random: Random, author: ScenarioAuthor, shape: Shape) => Action[];

/** The same history for the same seed and shape. */
export function randomHistory(
  seed: number,
  stepCount = 15,
  shape: Shape = HANDFUL,
  nextStep: NextStep = randomStep,
): History {
  const random = new Random(seed);
  const author = new ScenarioAuthor(new NaiveFacts());
  const setup = randomSetup(random, shape);
  author.perform(setup);
  const steps = Array.from({ length: stepCount }, () => nextStep(random, author, shape));
  return { setup, steps };
}

/** One action, or a few that are one change. */
export function randomStep(
  random: Random,
  author: ScenarioAuthor,
  shape: Shape,
  without: readonly Action['type'][] = [],
): Action[] {
  const step: Action[] = [];
  const length = random.chance(70) ? 1 : 2 + random.below(4);
  while (step.length < length) {
    const action = randomAction(random, author.facts, shape);
    if (without.includes(action.type)) continue;
    // A reload stands alone: what follows in the same transaction is in its snapshot already.
    if (action.type === 'reloadDirectory' && step.length > 0) continue;
    author.perform([action]);
    step.push(action);
    if (action.type === 'reloadDirectory') break;
  }
  return step;
}

/**
 * Plays a history on every installation and on the naive model.
 * @param every how many steps pass between two comparisons; the last step is always compared.
 * @returns what was wrong after the first step at which anything was.
 */
export async function playHistory(
  history: History,
  installers: readonly Installer[],
  every = 1,
): Promise<string[]> {
  const installations: Installation[] = [];
  try {
    for (const installer of [naiveInstaller, ...installers]) {
      installations.push(await installer.install(history.setup));
    }
    const problems = await compareAll(installations, KNOWN);
    if (problems.length > 0) return problems.map((problem) => `set-up: ${problem}`);
    for (const [i, step] of history.steps.entries()) {
      const warnings: string[] = [];
      for (const installation of installations) {
        warnings.push((await installation.perform(step)).join(', '));
      }
      warnings.forEach((text, at) => {
        if (text === warnings[0]) return;
        const { name } = installations[at].answerers[0];
        problems.push(`warnings? naive model: ${warnings[0]}; ${name}: ${text}`);
      });
      if ((i + 1) % every === 0 || i + 1 === history.steps.length) {
        problems.push(...(await compareAll(installations, KNOWN)));
      }
      if (problems.length > 0) return problems.map((problem) => `step ${i + 1}: ${problem}`);
    }
    return [];
  } finally {
    for (const installation of installations) await installation.close();
  }
}

/**
 * Leaves out actions as long as the rest still shows a problem; a rest that cannot be played shows
 * none. Large pieces are tried first.
 */
export async function smallestHistory(
  history: History,
  fails: (history: History) => Promise<boolean>,
): Promise<History> {
  const stillFails = (candidate: History) => fails(candidate).catch(() => false);
  let smallest = history;
  for (let before = Number.POSITIVE_INFINITY; actionCount(smallest) < before; ) {
    before = actionCount(smallest);
    const { setup } = smallest;
    const steps = await fewest(smallest.steps, (rest) => stillFails({ setup, steps: rest }));
    smallest = { steps, setup: await fewest(setup, (rest) => stillFails({ setup: rest, steps })) };
    for (const i of smallest.steps.keys()) {
      const withStep = (step: readonly Action[]) => ({
        ...smallest,
        steps: smallest.steps.with(i, step),
      });
      const step = await fewest(smallest.steps[i], (rest) => stillFails(withStep(rest)));
      smallest = withStep(step);
    }
  }
  return smallest;
}

function actionCount({ setup, steps }: History): number {
  return setup.length + steps.flat().length + steps.length;
}

async function fewest<Item>(
  items: readonly Item[],
  enough: (rest: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[]> {
  let left = items;
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size > 1 ? size >> 1 : 0) {
    for (let start = 0; start < left.length; ) {
      const rest = left.toSpliced(start, size);
      if (await enough(rest)) left = rest;
      else start += size;
    }
  }
  return left;
}

/** A history in as few words as can be read. */
export function historyText({ setup, steps }: History): string {
  const line = (actions: readonly Action[]) => actions.map(actionText).join('; ');
  return [`set-up: ${line(setup)}`, ...steps.map((step, i) => `${i + 1}: ${line(step)}`)].join(
    '\n',
  );
}

function actionText({ type, ...details }: Action): string {
  const words = Object.values(details).map((value) =>
    typeof value === 'string' ? nameKey(value) : JSON.stringify(value),
  );
  return [type, ...words].join(' ');
}
