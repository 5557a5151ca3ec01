import { asId, type Change, type DirectoryId } from '../../../src/domain/index.js';
import type { PermissionIndex } from '../../../src/engine/index.js';
import type { EdgeChange } from '../dataset/data-set.js';
import { freshCopy } from '../dataset/fresh-names.js';
import { PERMISSIONS } from '../dataset/scheme.js';
import { type Line, NS_PER_MS, ratioTarget } from '../measure/figures.js';
import { timeInTurn } from '../measure/measure.js';
import { largestNesting } from './largest-nesting.js';
import type { Stage } from './stage.js';
import { ThereAndBack } from './there-and-back.js';

/** One change, then a question that it may touch. */
export function measureChanges(stage: Stage): Line[] {
  return [memberships(stage), nestings(stage), largest(stage)];
}

/** A change, how it is taken back, and a question that it may touch. */
export interface Step {
  readonly edge: EdgeChange;
  readonly change: readonly [Change];
  readonly inverse: readonly [Change];
  readonly user: string;
  readonly permission: string;
}

export function membershipSteps({ data }: Stage): (Step & { readonly group: string })[] {
  return data.questions.membershipChanges.map((edge) => {
    const group = freshCopy(data.groupNames[edge.group]);
    const user = freshCopy(data.userNames[edge.member]);
    const step = stepOf(edge, data.userNames, (added, directoryId) => {
      return { kind: added ? 'MembershipAdded' : 'MembershipRemoved', directoryId, group, user };
    });
    return { ...step, group };
  });
}

function memberships(stage: Stage): Line {
  const { index, limit } = stage;
  const steps = membershipSteps(stage);
  const engine = new ThereAndBack<Step>(steps, changeEngine(index));
  const ruler = new ThereAndBack(steps, ({ edge, group, user }, back) => {
    limit.changeMembership(edge.added !== back, edge.directory, group, user);
    return Number(limit.check(user, edge.bit));
  });
  return timed(engine, ruler, {
    question: 'one membership change, then a check of the user',
    targets: [ratioTarget(3)],
  });
}

interface NestingStep extends Step {
  /** Nodes of the ruler: it is told numbers. */
  readonly above: number;
  readonly below: number;
}

export function nestingSteps({ data, limit }: Stage): NestingStep[] {
  return data.questions.nestingChanges.map((edge) => {
    const parent = freshCopy(data.groupNames[edge.group]);
    const child = freshCopy(data.groupNames[edge.member]);
    const step = stepOf(edge, data.userNames, (added, directoryId) => {
      return { kind: added ? 'NestingAdded' : 'NestingRemoved', directoryId, parent, child };
    });
    return {
      ...step,
      above: limit.nodeOf(edge.directory, edge.group),
      below: limit.nodeOf(edge.directory, edge.member),
    };
  });
}

function nestings(stage: Stage): Line {
  const { index, limit } = stage;
  const steps = nestingSteps(stage);
  const engine = new ThereAndBack<Step>(steps, changeEngine(index));
  const ruler = new ThereAndBack(steps, ({ edge, above, below }, back) => {
    limit.changeNesting(edge.added !== back, above, below);
    return limit.masks[edge.user] & (1 << edge.bit);
  });
  return timed(engine, ruler, {
    question: 'one nesting change, then a check of a user below',
    targets: [ratioTarget(5), { kind: 'p99', atMost: 5 * NS_PER_MS }],
  });
}

/** The worst a nesting can do: it comes and goes. */
function largest({ data, index, limit }: Stage): Line {
  const nesting = largestNesting(data);
  const permission = PERMISSIONS[0];
  const user = data.userNames[data.questions.sampleUsers[0]];
  const above = limit.nodeOf(nesting.directory, nesting.parent);
  const below = limit.nodeOf(nesting.directory, nesting.child);
  const engine = new ThereAndBack([nesting], ({ change, inverse }, back) => {
    index.apply(asId(index.revision + 1), [back ? inverse : change]);
    return Number(index.check(user, permission));
  });
  const ruler = new ThereAndBack([nesting], (_, back) => {
    limit.changeNesting(!back, above, below);
    return Number(limit.check(user, 0));
  });
  const count = nesting.members.toLocaleString('en');
  return timed(engine, ruler, {
    question: `a group of ${count} members nested, or taken out again, then a check`,
    targets: [],
  });
}

function timed<A, B>(
  ours: ThereAndBack<A>,
  theirs: ThereAndBack<B>,
  rest: Pick<Line, 'question' | 'targets'>,
): Line {
  const [engine, ruler] = timeInTurn([
    { calls: 1, run: () => ours.step() },
    { calls: 1, run: () => theirs.step() },
  ]);
  ours.return();
  theirs.return();
  return { ...rest, unit: 'ns', engine, ruler };
}

/** Applies a step, or takes it back, and asks its question. */
export function changeEngine(index: PermissionIndex): (step: Step, back: boolean) => number {
  return ({ change, inverse, user, permission }, back) => {
    index.apply(asId(index.revision + 1), back ? inverse : change);
    return Number(index.check(user, permission));
  };
}

function stepOf(
  edge: EdgeChange,
  userNames: readonly string[],
  change: (added: boolean, directoryId: DirectoryId) => Change,
): Step {
  const directoryId: DirectoryId = asId(edge.directory + 1);
  return {
    edge,
    change: [change(edge.added, directoryId)],
    inverse: [change(!edge.added, directoryId)],
    user: freshCopy(userNames[edge.user]),
    permission: PERMISSIONS[edge.bit],
  };
}
