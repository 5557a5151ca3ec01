import { Random } from '../../support/random.js';
import type { DataSet, DirectoryData } from './data-set.js';

const GROUPS_OF_A_USER = 10;
/** One group name in twenty is held by this directory, too. */
const GROUP_SHARE = 20;
/** Groups that are nested one in another. */
const CHAIN_LENGTH = 4;
const INACTIVE = 5;

/** The data with one more directory, last in order, whose users are all known to those before it. */
export function withSharedDirectory(data: DataSet, sharedUsers: number, seed: number): DataSet {
  const random = new Random(seed);
  const users = sample(random, data.userNames.length, sharedUsers);
  const groups = sample(
    random,
    data.groupNames.length,
    Math.ceil(data.groupNames.length / GROUP_SHARE),
  );
  const memberGroups: number[] = [];
  const members: number[] = [];
  for (const user of users) {
    const first = random.below(groups.length);
    for (let i = 0; i < Math.min(GROUPS_OF_A_USER, groups.length); i++) {
      memberGroups.push(groups[(first + i) % groups.length]);
      members.push(user);
    }
  }
  const parents: number[] = [];
  const children: number[] = [];
  for (let i = 1; i < groups.length; i++) {
    if (i % CHAIN_LENGTH === 0) continue;
    parents.push(groups[i - 1]);
    children.push(groups[i]);
  }
  const directory: DirectoryData = {
    name: 'Shared names',
    type: 'CROWD',
    users,
    active: Uint8Array.from(users, () => (random.chance(INACTIVE) ? 0 : 1)),
    groups,
    memberships: { groups: Int32Array.from(memberGroups), members: Int32Array.from(members) },
    nestings: { groups: Int32Array.from(parents), members: Int32Array.from(children) },
  };
  return { ...data, directories: [...data.directories, directory] };
}

/** Different numbers below `limit`. */
function sample(random: Random, limit: number, count: number): Int32Array {
  const chosen = new Set<number>();
  while (chosen.size < Math.min(limit, count)) chosen.add(random.below(limit));
  return Int32Array.from(chosen);
}
