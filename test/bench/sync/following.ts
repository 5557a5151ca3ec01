import type {
  DirectoryId,
  GroupId,
  Revision,
  User,
  UserFacts,
  UserId,
} from '../../../src/domain/index.js';
import {
  type DirectoryContents,
  type GatehouseStore,
  openStore,
} from '../../../src/store/index.js';
import { OPERATOR } from '../../store/builders.js';
import { Random } from '../../support/random.js';
import type { DataSet } from '../dataset/data-set.js';
import { AnswersDiffer } from '../engine/cross-check.js';
import { type GatewayHandle, SECRET_KEY } from '../gateway/gateway-handle.js';
import { run, type Upstream } from './copied.js';

/** Changes that are followed at once. */
export const CHANGES = 100;
/** Runs that follow changes: the first ones, in a process that has followed none, are slower. */
const FOLLOWED = 20;
const SEED = 4;

/** A gateway that has a copy of another. */
export interface Follower {
  readonly upstream: Upstream;
  readonly gateway: GatewayHandle;
  /** The directory that is the copy. */
  readonly id: string;
}

/**
 * Again and again so many changes at the upstreams, all of which are told, and each time the copy follows.
 * Several followers take turns: what the machine does meanwhile, it does to all of them.
 * @returns nanoseconds of each run, by follower.
 */
export async function timeFollowing(followers: readonly Follower[]): Promise<number[][]> {
  const stores: GatehouseStore[] = [];
  try {
    const plans: Plan[] = [];
    for (const { upstream } of followers) {
      const store = await openStore({ url: upstream.databaseUrl, secretKey: SECRET_KEY });
      stores.push(store);
      plans.push(await planChanges(store, upstream.data));
    }
    const times: number[][] = followers.map(() => []);
    for (let round = 0; round < FOLLOWED; round++) {
      for (const [i, follower] of followers.entries()) {
        const { directoryId, rounds } = plans[i];
        const { memberships, users } = rounds[round];
        const { revision } = await stores[i].transact(OPERATOR, async (transaction) => {
          await transaction.addMemberships(directoryId, memberships);
          await transaction.changeUsers(users);
        });
        times[i].push(await follow(follower, revision));
      }
    }
    return times;
  } finally {
    for (const store of stores) await store.close();
  }
}

/** One run once the upstream knows of the revision. @returns its nanoseconds. */
async function follow({ upstream, gateway, id }: Follower, revision: Revision): Promise<number> {
  await upstream.gateway.admin.ask(`query @atLeast(revision: ${revision}) { revision }`);
  const { ns, kind } = await run(gateway, id);
  if (kind !== 'INCREMENTAL') throw new AnswersDiffer(`${CHANGES} changes came by a ${kind} run`);
  return ns;
}

interface Plan {
  readonly directoryId: DirectoryId;
  readonly rounds: readonly NewFacts[];
}

/**
 * All changes are drawn before any is timed: the more there is to draw from, the longer this process
 * would clear up beside the run.
 */
async function planChanges({ reader }: GatehouseStore, data: DataSet): Promise<Plan> {
  // Whoever is in the first directory is hidden by none: each change is told.
  const directories = await reader.directories();
  const { id } = directories.find(({ name }) => name === data.directories[0].name)!;
  return { directoryId: id, rounds: newFacts(await reader.contents(id), new Random(SEED)) };
}

interface NewFacts {
  readonly memberships: readonly { readonly groupId: GroupId; readonly userId: UserId }[];
  readonly users: readonly { readonly id: UserId; readonly facts: UserFacts }[];
}

/** For each run: half are memberships that nobody has yet, the other half users under another display name. */
function newFacts(
  { groups, users, memberships }: DirectoryContents,
  random: Random,
): readonly NewFacts[] {
  const half = CHANGES / 2;
  const held = new Set(
    Array.from(memberships.groups, (group, i) => group * 2 ** 26 + memberships.users[i]),
  );
  return Array.from({ length: FOLLOWED }, (_, round) => {
    const added: { groupId: GroupId; userId: UserId }[] = [];
    while (added.length < half) {
      const groupId = random.pick(groups).id;
      const userId = random.pick(users).id;
      const edge = groupId * 2 ** 26 + userId;
      if (!held.has(edge)) added.push({ groupId, userId });
      held.add(edge);
    }
    const renamed = new Set<User>();
    while (renamed.size < half) renamed.add(random.pick(users));
    return {
      memberships: added,
      users: [...renamed].map(({ id, directoryId, nameKey, ...facts }) => {
        return { id, facts: { ...facts, displayName: `${facts.displayName}, ${round + 1}` } };
      }),
    };
  });
}
