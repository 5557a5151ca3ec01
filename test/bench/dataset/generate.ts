import { Random } from '../../support/random.js';
import type { DataSet, DirectoryData } from './data-set.js';
import { chooseGrants } from './generate-grants.js';
import { chooseHomes, inhabitants, MAIN_DIRECTORY } from './generate-homes.js';
import { capOf, fillGroups, sizesByRank } from './generate-members.js';
import { groupNames, userNames } from './generate-names.js';
import { nestGroups } from './generate-nestings.js';
import { chooseQuestions } from './generate-questions.js';
import { SCALES, type Size } from './sizes.js';

const DIRECTORIES = [
  { name: 'Internal', type: 'INTERNAL' },
  { name: 'Corporate Crowd', type: 'CROWD' },
  { name: 'Partner Jira', type: 'JIRA' },
] as const;
/** Per cent of the names that live in two directories. */
const USERS_TWICE = 10;
const GROUPS_TWICE = 5;
/** Per cent of the user rows that are inactive. */
const INACTIVE = 5;
/** The largest groups live in the main directory alone, or they could not be large. */
const LARGEST = 5;
/** One group in a thousand, the largest, has no part in the nesting. */
const APART = 1_000;
const LEAST_APART = 3;

/** A company of the size; the same one for the same seed. */
export function generate(size: Size, seed: number): DataSet {
  const scale = SCALES[size];
  const random = new Random(seed);
  const users = userNames(scale.users);
  const groups = groupNames(scale.groups);
  const userHomes = chooseHomes(random, scale.users, USERS_TWICE);
  const groupHomes = chooseHomes(random, scale.groups, GROUPS_TWICE);
  const ranked = random.shuffled([...groups.keys()]);
  for (const group of ranked.slice(0, LARGEST)) groupHomes[group] = 1 << MAIN_DIRECTORY;

  const pools = inhabitants(userHomes);
  const groupPools = inhabitants(groupHomes);
  const caps = ranked.map((group) => capOf(groupHomes, group, pools));
  const sizes = new Int32Array(scale.groups);
  sizesByRank(scale.memberships, caps).forEach((length, rank) => {
    sizes[ranked[rank]] = length;
  });
  const memberships = fillGroups(random, sizes, groupHomes, pools);
  const apart = new Set(ranked.slice(0, Math.max(LEAST_APART, scale.groups / APART)));
  const { levels, edges: nestings } = nestGroups(random, scale.nestings, groupHomes, apart);

  const directories = DIRECTORIES.map(
    (directory, i): DirectoryData => ({
      ...directory,
      users: pools[i],
      active: Uint8Array.from(pools[i], () => (random.chance(INACTIVE) ? 0 : 1)),
      groups: groupPools[i],
      memberships: memberships[i],
      nestings: nestings[i],
    }),
  );
  return {
    label: `size ${size}`,
    userNames: users,
    groupNames: groups,
    directories,
    grants: chooseGrants(random, {
      count: scale.grants,
      userNames: users,
      groupNames: groups,
      ranked,
      levels,
    }),
    questions: chooseQuestions(random, {
      userCount: scale.users,
      groupCount: scale.groups,
      directories,
      levels,
    }),
  };
}
