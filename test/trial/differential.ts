import { asId, type Revision } from '../../src/domain/index.js';
import { PackedIndexUnfit, PermissionIndex, StaleOverlay } from '../../src/engine/index.js';
import { NaiveFacts } from '../support/naive-facts.js';
import { NaiveState } from '../support/naive-state.js';
import { Random } from '../support/random.js';
import { ScenarioAuthor } from '../support/scenario-author.js';
import type { Known } from '../support/scenario-questions.js';
import { type History, knownOf, type NextStep, randomHistory, randomStep } from './histories.js';
import { indexSheet } from './index-sheet.js';
import { naiveSheet } from './naive-sheet.js';
import { randomAction } from './random-action.js';
import { HANDFUL, type Shape } from './random-setup.js';
import { noting, type Sheet, sheetDifferences } from './sheet.js';

/** A small company and a few changes, with the choices that the play makes. */
export interface Case {
  readonly seed: number;
  readonly history: History;
  readonly known: Known;
}

/** The same case for the same seed. */
export function randomCase(seed: number): Case {
  const random = new Random(seed);
  const shape = randomShape(random);
  const restless = random.chance(20);
  const stepCount = restless ? 6 + random.below(6) : 2 + random.below(4);
  const nextStep = restless ? restlessStep : busyStep;
  const history = randomHistory(random.next(), stepCount, shape, nextStep);
  return { seed, history, known: knownOf(shape) };
}

/** Directories come, go and are loaded anew most of the time, so that what they stood in is used again. */
const restlessStep: NextStep = (random, author, shape) => {
  if (random.chance(40)) return busyStep(random, author, shape);
  const action = randomAction(random, author.facts, shape, [
    'addDirectory',
    'removeDirectory',
    'reloadDirectory',
  ]);
  author.perform([action]);
  return [action];
};

/** Now and then names change hands several times within one change. */
const busyStep: NextStep = (random, author, shape) => {
  if (random.chance(90)) return randomStep(random, author, shape);
  const type = random.pick(['renameUsers', 'renameGroups'] as const);
  return Array.from({ length: 2 + random.below(3) }, () => {
    const action = randomAction(random, author.facts, shape, [type, 'addUser', 'addGroup']);
    author.perform([action]);
    return action;
  });
};

/** From two users in one directory to eight in four; sparse, dense, flat and deep. */
export function randomShape(random: Random): Shape {
  const some = (names: readonly string[]) =>
    random.shuffled(names).slice(0, 2 + random.below(names.length - 1));
  return {
    users: some(HANDFUL.users),
    groups: some(HANDFUL.groups),
    directories: HANDFUL.directories,
    directoryCount: 1 + random.below(4),
    userHeld: random.pick([40, 60, 100]),
    groupHeld: random.pick([40, 65, 100]),
    membership: random.pick([5, 15, 30, 60]),
    nesting: random.pick([0, 5, 15, 30]),
    active: random.pick([50, 85, 100]),
    groupGrants: 1 + random.below(4),
  };
}

/**
 * Plays a case five ways at once: an index that is fed with the changes, one that is built anew, one
 * out of a pack, a fork of the one before, and the naive model. All fill the same sheet.
 * @returns what was wrong after the first step at which anything was.
 */
export function playCase({ seed, history, known }: Case): string[] {
  const random = new Random(seed);
  const author = new ScenarioAuthor(new NaiveFacts());
  author.perform(history.setup);
  const fed = new PermissionIndex(author.facts.snapshot());
  let thawed = PermissionIndex.unpack(fed.pack());
  let expected = naiveSheet(new NaiveState(author.facts), known);
  const problems: string[] = [];
  const compare = (name: string, index: PermissionIndex, revision = author.facts.revision) => {
    if (index.revision !== revision) problems.push(`${name}: is of revision ${index.revision}`);
    const given = sheetOf(index, known, random.pick([1, 3, 1_000]));
    problems.push(...sheetDifferences({ expected: 'naive model', given: name }, expected, given));
  };
  const labelled = (step: number) => problems.map((problem) => `step ${step}: ${problem}`);

  compare('index built', fed);
  compare('index unpacked', thawed);
  if (problems.length > 0) return labelled(0);
  for (const [i, step] of history.steps.entries()) {
    const before = author.facts.revision;
    const { changes, reloads } = author.perform(step);
    const after = asId<Revision>(author.facts.revision);
    noting(problems, () => {
      const [name, base] = random.pick([['index fed', fed] as const, ['index thawed', thawed]]);
      const fork = random.chance(25) ? base.fork().fork() : base.fork();
      fork.apply(after, changes, reloads);
      compare(`${name}, after a fork of it was changed`, base, before);
      expected = naiveSheet(new NaiveState(author.facts), known);
      compare(`fork of the ${name}`, fork);
      fed.apply(after, changes, reloads);
      thawed.apply(after, changes, reloads);
      if (!isStale(fork, known))
        problems.push(`fork of the ${name}: does not know that it is stale`);
      compare('index fed', fed);
      compare('index unpacked and then fed', thawed);
      const built = new PermissionIndex(author.facts.snapshot());
      compare('index built anew', built);
      const packed = fed.pack();
      const unpacked = PermissionIndex.unpack(packed);
      compare('index unpacked', unpacked);
      if (random.chance(30)) thawed = unpacked;
      // The same facts give the same bytes and sheets, however they came about.
      const written = nameSheets(built);
      for (const other of [fed, thawed, built, unpacked]) {
        if (Buffer.compare(packed, other.pack()) !== 0) problems.push('two packs differ');
        if (nameSheets(other) !== written) problems.push('two indexes know other things of names');
      }
      if (!refusesDamage(packed, random)) problems.push('a damaged pack was not refused');
    });
    if (problems.length > 0) return labelled(i + 1);
  }
  return [];
}

/** What an audit compares. */
function nameSheets(index: PermissionIndex): string {
  return JSON.stringify([index.userSheets(null, 1_000), index.groupSheets(null, 1_000)]);
}

/** An error of the index is an answer too: a wrong one. */
export function sheetOf(index: PermissionIndex, known: Known, pageSize?: number): Sheet {
  try {
    return indexSheet(index, known, pageSize);
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

/** Whether every question is refused, since what lies below the overlay has changed. */
export function isStale(overlay: PermissionIndex, { users, groups, permissions }: Known): boolean {
  const page = { first: 1, after: null };
  const questions: (() => unknown)[] = [
    () => overlay.check(users[0], permissions[0]),
    () => overlay.effectivePermissions(users[0]),
    () => overlay.holdersOf(permissions[0], page),
    () => overlay.countHolders(permissions[0]),
    () => overlay.membersOf(groups[0], true, page),
    () => overlay.groupsOf(users[0], true, page),
    () => overlay.explain(users[0], permissions[0], 1),
    () => overlay.users(page),
    () => overlay.licence(),
    () => overlay.grants(),
  ];
  return questions.every((ask) => {
    try {
      ask();
      return false;
    } catch (error) {
      return error instanceof StaleOverlay;
    }
  });
}

/** One byte is changed, or the end is cut off. */
function refusesDamage(packed: Uint8Array, random: Random): boolean {
  const at = random.below(packed.length);
  const damaged = random.chance(80) ? packed.slice() : packed.slice(0, at);
  if (damaged.length > at) damaged[at] ^= 1 << random.below(8);
  try {
    PermissionIndex.unpack(damaged);
    return false;
  } catch (error) {
    return error instanceof PackedIndexUnfit;
  }
}
