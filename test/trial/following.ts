import { MEMBERSHIP_MODES } from '../../src/domain/index.js';
import { FollowingClient } from '../support/following-client.js';
import { UsersByKey, UsersByName } from '../support/held-users.js';
import { Random } from '../support/random.js';
import type { Action } from '../support/scenario-answerer.js';
import { removeEverything } from '../support/scenario-store.js';
import { OPERATOR } from '../support/scenario-store-actions.js';
import { APPLICATION } from '../userserver/company.js';
import { perform } from '../userserver/events.js';
import { Follower, type FollowingCounts } from '../userserver/follower.js';
import type { Served } from '../userserver/served.js';
import { type History, type NextStep, randomHistory, randomStep } from './histories.js';

const STEPS = 24;
/** After these a token is of no use, so most histories have few of them. */
const NOT_TOLD: readonly Action['type'][] = [
  'activateDirectory',
  'addDirectory',
  'deactivateDirectory',
  'orderDirectories',
  'reloadDirectory',
  'removeDirectory',
  'setMembershipMode',
  'setNestedGroups',
];

/** The same for the same seed. */
export function randomFollowing(seed: number): History {
  const nextStep: NextStep = (random, author, shape) =>
    randomStep(random, author, shape, random.chance(88) ? NOT_TOLD : []);
  return randomHistory(seed, STEPS, undefined, nextStep);
}

/**
 * Lets clients follow a user server through a history. They ask after some of the steps; a full
 * reading may have steps in between its parts, as nobody stops for a reader. Their application sees some
 * of the directories in some order, and now and then others.
 * @returns what was wrong after the first step at which anything was.
 */
export async function playFollowing(
  served: Served,
  seed: number,
  { setup, steps }: History,
  counts: FollowingCounts,
): Promise<string[]> {
  const { store } = served.gateway;
  const random = new Random(seed);
  await store.transact(OPERATOR, removeEverything);
  await perform(served, setup);
  await chooseView(served, random);
  const left = [...steps];
  const advance = async () => {
    const step = left.shift();
    if (step) await perform(served, step);
  };
  const followers = [
    new Follower('by name', served, new FollowingClient(new UsersByName()), counts),
    new Follower('by key', served, new FollowingClient(new UsersByKey()), counts),
  ];
  for (;;) {
    const last = left.length === 0;
    for (const follower of followers) {
      if (!last && random.chance(40)) continue;
      const meanwhile = async () => (random.chance(40) ? advance() : undefined);
      const problems = await follower.follow(meanwhile);
      const place = `after step ${steps.length - left.length}, the client that knows users`;
      if (problems.length > 0) return problems.map((problem) => `${place} ${problem}`);
    }
    if (last) return [];
    if (random.chance(4)) await chooseView(served, random);
    await advance();
  }
}

/** Lets the application see what the gateway has, or some directories of those that are there by now. */
async function chooseView({ gateway: { store } }: Served, random: Random): Promise<void> {
  await store.transact(OPERATOR, async (transaction) => {
    const ids = random.shuffled(await transaction.directories()).map(({ id }) => id);
    const chosen = ids.slice(0, 1 + random.below(ids.length));
    const found = await store.reader.applicationByName(APPLICATION.name);
    await transaction.changeApplication(found!.application.id, {
      directories: random.chance(40)
        ? null
        : chosen.map((directoryId) => ({ directoryId, permissions: [] })),
      membershipMode: random.pick([null, null, ...MEMBERSHIP_MODES]),
    });
  });
}
