import type { Finding, FindingFacts } from './answers.js';
import type { Facts } from './facts.js';
import { cycleFindings } from './findings/cycle-findings.js';
import type { FindingGround, Work } from './findings/finding-ground.js';
import { grantFindings } from './findings/grant-findings.js';
import { mapGroups, reachOf } from './findings/group-map.js';
import { lastHolder, nestingOnlyHere, neverSeen } from './findings/holder-findings.js';
import { maskedFindings } from './findings/masked-findings.js';
import { severalPaths } from './findings/several-paths.js';
import { GrantLists } from './grant-lists.js';
import type { Rights } from './rights.js';
import { Slice } from './slice.js';
import type { Walk } from './walk.js';

/** The facts changed while findings were being worked out; whoever wants them begins again. */
export class FactsMoved extends Error {
  override readonly name = 'FactsMoved';

  constructor() {
    super('the facts changed between two slices of one piece of work; begin again');
  }
}

/**
 * Advice about the present facts, in the order of `FINDING_CODES` and within a code in the order that
 * its family states. Each `next` does a bounded piece of the work.
 * @throws FactsMoved when the facts changed since the first slice.
 */
export function* findings(
  facts: Facts,
  rights: Rights,
  walk: Walk,
  known: FindingFacts,
): Generator<void, readonly Finding[]> {
  const { version } = facts;
  const grants = new GrantLists(facts);
  const work = allFindings({ facts, rights, walk, grants, known, slice: new Slice() });
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    yield;
    if (facts.version !== version) throw new FactsMoved();
  }
}

function* allFindings(ground: FindingGround): Work<readonly Finding[]> {
  const holders = yield* lastHolder(ground);
  const map = yield* mapGroups(ground);
  const grants = yield* grantFindings(ground, map, yield* reachOf(ground, map));
  const cycles = yield* cycleFindings(ground, map);
  const paths = yield* severalPaths(ground, map);
  const masked = yield* maskedFindings(ground);
  const seats = yield* neverSeen(ground);
  // `concat` copies long lists at once, where `flat` and a spread go through them.
  return (holders as readonly Finding[]).concat(
    nestingOnlyHere(ground),
    grants.unknownName,
    grants.emptyGroup,
    grants.singleUser,
    grants.seatOfInactive,
    cycles,
    paths,
    masked,
    seats,
  );
}
