import { nameKey } from '../../src/domain/index.js';
import type { Random } from '../support/random.js';
import type { Action, Contents } from '../support/scenario-answerer.js';
import { BITBUCKET_SCHEME } from '../support/scenario-scheme.js';

/** Names beyond ASCII stand where UTF-16 order, code-point order and collations all differ. */
export const USER_NAMES = ['ann', 'bob', 'kim', 'sam', 'zo\u00eb', '\uff41da', '\u{1d4cd}i', 'eva'];
export const GROUP_NAMES = [
  'users',
  'admins',
  'devs',
  'ops',
  'caf\u00e9',
  '\uff47x',
  '\u{10428}y',
  'qa',
];

export const DIRECTORY_NAMES = ['staff', 'partners', 'guests', 'archive', 'old'];
export const PERMISSIONS = BITBUCKET_SCHEME.permissions.map(({ key }) => key);

/** How large and how dense a random company is; likelihoods in per cent, edges also in parts of one. */
export interface Shape {
  /** Names to choose from. */
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly directories: readonly string[];
  /** Directories to begin with. */
  readonly directoryCount: number;
  /** Likelihoods that a directory holds a user or group name, and that an edge is there. */
  readonly userHeld: number;
  readonly groupHeld: number;
  readonly membership: number;
  readonly nesting: number;
  readonly active: number;
  /** Grants to groups to begin with, at most. */
  readonly groupGrants: number;
}

/** Three directories that share a handful of names. */
export const HANDFUL: Shape = {
  users: USER_NAMES,
  groups: GROUP_NAMES,
  directories: DIRECTORY_NAMES,
  directoryCount: 3,
  userHeld: 60,
  groupHeld: 65,
  membership: 15,
  nesting: 15,
  active: 85,
  groupGrants: 3,
};

/** Names that are in order, such as `user007`. */
export function numbered(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${kind}${String(i).padStart(3, '0')}`);
}

/** Directories that share names, with edges and grants at random. */
export function randomSetup(random: Random, shape: Shape = HANDFUL): Action[] {
  const actions: Action[] = [];
  const directories = random.shuffled(shape.directories).slice(0, shape.directoryCount);
  for (const directory of directories) {
    actions.push({ type: 'addDirectory', directory, nestedGroups: random.chance(75) });
    const contents = randomContents(random, shape);
    for (const { name, active } of contents.users) {
      actions.push({ type: 'addUser', directory, user: name, active });
    }
    for (const group of contents.groups) actions.push({ type: 'addGroup', directory, group });
    for (const edge of contents.memberships) {
      actions.push({ type: 'addMembership', directory, ...edge });
    }
    for (const edge of contents.nestings) actions.push({ type: 'addNesting', directory, ...edge });
  }
  const groups = random.shuffled(shape.groups).slice(0, 1 + random.below(shape.groupGrants));
  for (const subject of groups) {
    const permission = random.pick(PERMISSIONS);
    actions.push({ type: 'grant', permission, subjectType: 'GROUP', subject });
  }
  const subject = random.pick(shape.users);
  const permission = random.pick(PERMISSIONS);
  actions.push({ type: 'grant', permission, subjectType: 'USER', subject });
  if (random.chance(50)) actions.push({ type: 'setMembershipMode', mode: 'ALL_DIRECTORIES' });
  if (random.chance(60)) {
    actions.push({ type: 'setLicenceLimit', limit: random.below(shape.users.length) });
  }
  return actions;
}

/** What one directory holds. */
export function randomContents(random: Random, shape: Shape = HANDFUL): Contents {
  const users = shape.users
    .filter(() => random.chance(shape.userHeld))
    .map((name) => ({ name: spelled(random, name), active: random.chance(shape.active) }));
  const groups = shape.groups
    .filter(() => random.chance(shape.groupHeld))
    .map((name) => spelled(random, name));
  return {
    users,
    groups,
    memberships: groups.flatMap((group) =>
      users
        .filter(() => isLikely(random, shape.membership))
        .map(({ name: user }) => ({ group, user })),
    ),
    nestings: groups.flatMap((parent) =>
      groups.filter(() => isLikely(random, shape.nesting)).map((child) => ({ parent, child })),
    ),
  };
}

function isLikely(random: Random, percent: number): boolean {
  return random.below(10_000) < percent * 100;
}

/** Some spelling of a name that has the same key. */
export function spelled(random: Random, name: string): string {
  const spellings = [name, name.toUpperCase(), name.normalize('NFD')];
  return random.pick(spellings.filter((spelling) => nameKey(spelling) === nameKey(name)));
}
