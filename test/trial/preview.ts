import { asId, type PermissionMask, type Revision } from '../../src/domain/index.js';
import {
  type Effect,
  PermissionIndex,
  type Preview,
  type RightsMoved,
  StaleOverlay,
  takesNothing,
} from '../../src/engine/index.js';
import { NaiveFacts } from '../support/naive-facts.js';
import { inKeyOrder } from '../support/naive-order.js';
import { NaivePreview } from '../support/naive-preview.js';
import { NaiveState } from '../support/naive-state.js';
import { Random } from '../support/random.js';
import { ScenarioAuthor } from '../support/scenario-author.js';
import type { Known } from '../support/scenario-questions.js';
import { type Case, isStale, randomShape, sheetOf } from './differential.js';
import { knownOf, type NextStep, randomHistory, randomStep } from './histories.js';
import { naiveSheet } from './naive-sheet.js';
import { pendingRun } from './pending-run.js';
import { naivePreviewSheet, previewSheet } from './preview-sheet.js';
import { numbered, type Shape } from './random-setup.js';
import { grantText, noting, type Sheet, sheetDifferences } from './sheet.js';

/** Changes that are previewed in one history. */
export const CHANGES_PER_CASE = 20;

/** A company and changes to preview, the same for the same seed. */
export function randomPreviewCase(seed: number, changeCount = CHANGES_PER_CASE): Case {
  const random = new Random(seed);
  const shape = random.chance(60) ? randomShape(random) : dozens(random);
  const history = randomHistory(random.next(), changeCount, shape, nextChange);
  return { seed, history, known: knownOf(shape) };
}

/** What an administrator or a synchronisation would do next. */
const nextChange: NextStep = (random, author, shape) => {
  const run = random.chance(20) ? pendingRun(random, author, shape) : [];
  if (run.length === 0) return randomStep(random, author, shape);
  author.perform(run);
  return run;
};

/** A few dozen users who sit in several directories. */
function dozens(random: Random): Shape {
  return {
    users: numbered('user', 20 + random.below(30)),
    groups: numbered('group', 6 + random.below(12)),
    directories: ['staff', 'partners', 'guests', 'archive', 'old'],
    directoryCount: 2 + random.below(3),
    userHeld: random.pick([30, 60]),
    groupHeld: random.pick([40, 80]),
    membership: random.pick([4, 8, 15, 30]),
    nesting: random.pick([3, 8, 15]),
    active: 85,
    groupGrants: 1 + random.below(6),
  };
}

/**
 * Previews each change, compares what is told with the difference of two complete states, makes the
 * change and compares again.
 * @returns what was wrong with the first change with which anything was.
 */
export function playPreviews({ seed, history, known }: Case): string[] {
  const random = new Random(seed);
  const author = new ScenarioAuthor(new NaiveFacts());
  author.perform(history.setup);
  const index = new PermissionIndex(author.facts.snapshot());
  let before = NaiveState.now(author.facts);
  let sheetBefore = naiveSheet(before, known);
  for (const [i, step] of history.steps.entries()) {
    const problems: string[] = [];
    const compare = (name: string, expected: Sheet, given: Sheet) => {
      problems.push(...sheetDifferences({ expected: 'naive model', given: name }, expected, given));
    };
    const pageSize = random.pick([1, 2, 5, 1_000]);
    const { changes, reloads } = author.perform(step);
    const after = NaiveState.now(author.facts);
    const sheetAfter = naiveSheet(after, known);

    noting(problems, () => {
      const preview = index.preview(changes, reloads);
      const nothing = index.preview([]);
      const told = naivePreviewSheet(new NaivePreview(before, after), known);
      const quiet = naivePreviewSheet(new NaivePreview(before, before), known);
      compare('preview', told, previewOf(preview, known, pageSize));
      compare(
        'index in the preview, before',
        sheetBefore,
        sheetOf(preview.before, known, pageSize),
      );
      compare('index in the preview, after', sheetAfter, sheetOf(preview.after, known, pageSize));
      compare('preview of nothing', quiet, previewOf(nothing, known, pageSize));
      const within = random.below(1 << known.permissions.length);
      problems.push(
        ...effectProblems(index.effectOf(changes, within, reloads), before, after, within),
      );
      if (changes.every(takesNothing)) problems.push(...lossProblems(preview, before, after));
      compare('preview, told again', told, previewOf(preview, known, 1_000));
      compare('index after the preview', sheetBefore, sheetOf(index, known));

      index.apply(asId<Revision>(author.facts.revision), changes, reloads);
      compare('index after the deed', sheetAfter, sheetOf(index, known));
      if (!isOutdated(preview, known))
        problems.push('the preview does not know that it is outdated');
    });
    if (problems.length > 0) return problems.map((problem) => `change ${i + 1}: ${problem}`);
    before = after;
    sheetBefore = sheetAfter;
  }
  return [];
}

/** An error of the preview is an answer too: a wrong one. */
export function previewOf(preview: Preview, known: Known, pageSize: number): Sheet {
  try {
    return previewSheet(preview, known, pageSize);
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

/** The short form of a preview: who gains and who loses anything, with one name outside of some bits. */
function effectProblems(
  { gained, lost }: Effect,
  before: NaiveState,
  after: NaiveState,
  within: PermissionMask,
): string[] {
  const problems: string[] = [];
  const names = inKeyOrder([...before.users(), ...after.users()]);
  const compare = (what: string, told: RightsMoved, from: NaiveState, to: NaiveState) => {
    const moved = names.filter((user) => to.mask(user) & ~from.mask(user));
    const outside = moved.filter((user) => to.mask(user) & ~from.mask(user) & ~within);
    const mask = moved.reduce((sum, user) => sum | (to.mask(user) & ~from.mask(user)), 0);
    const expected = `${moved.length} names, bits ${mask}, outside ${outside.join(' or ') || null}`;
    const isOutside =
      told.outside === null ? outside.length === 0 : outside.some((user) => user === told.outside);
    if (told.users === moved.length && told.mask === mask && isOutside) return;
    problems.push(`${what}? ${expected}; told: ${JSON.stringify(told)}`);
  };
  compare('gained', gained, before, after);
  compare('lost', lost, after, before);
  return problems;
}

/** What the naive model, and the preview of grants, says is lost by changes that take nothing. */
function lossProblems(preview: Preview, before: NaiveState, after: NaiveState): string[] {
  const losers = before.users().filter((user) => before.mask(user) & ~after.mask(user));
  const { items } = preview.grantsReachingNobody({ first: 1_000, after: null });
  return [
    ...losers.map((user) => `what takes nothing takes permissions of ${user}`),
    ...items.map((grant) => `what takes nothing empties ${grantText(grant)}`),
  ];
}

/** Whether every question is refused, since the index has moved on. */
function isOutdated(preview: Preview, known: Known): boolean {
  const page = { first: 1, after: null };
  const [permission] = known.permissions;
  const questions: (() => unknown)[] = [
    () => preview.countGained(permission),
    () => preview.countLost(permission),
    () => preview.gained(permission, page),
    () => preview.lost(permission, page),
    () => preview.masked(page),
    () => preview.unmasked(page),
    () => preview.grantsReachingNobody(page),
    () => preview.emptyGroups(page),
  ];
  const refused = questions.every((ask) => {
    try {
      ask();
      return false;
    } catch (error) {
      return error instanceof StaleOverlay;
    }
  });
  return refused && isStale(preview.after, known);
}
