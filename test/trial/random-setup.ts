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

/** Three directories that share names, with edges and grants at random. */
export function randomSetup(random: Random): Action[] {
  const actions: Action[] = [];
  const directories = random.shuffled(DIRECTORY_NAMES).slice(0, 3);
  for (const directory of directories) {
    actions.push({ type: 'addDirectory', directory, nestedGroups: random.chance(75) });
    const contents = randomContents(random);
    for (const { name, active } of contents.users) {
      actions.push({ type: 'addUser', directory, user: name, active });
    }
    for (const group of contents.groups) actions.push({ type: 'addGroup', directory, group });
    for (const edge of contents.memberships) {
      actions.push({ type: 'addMembership', directory, ...edge });
    }
    for (const edge of contents.nestings) actions.push({ type: 'addNesting', directory, ...edge });
  }
  const groups = random.shuffled(GROUP_NAMES).slice(0, 1 + random.below(3));
  for (const subject of groups) {
    const permission = random.pick(PERMISSIONS);
    actions.push({ type: 'grant', permission, subjectType: 'GROUP', subject });
  }
  const subject = random.pick(USER_NAMES);
  const permission = random.pick(PERMISSIONS);
  actions.push({ type: 'grant', permission, subjectType: 'USER', subject });
  if (random.chance(50)) actions.push({ type: 'setMembershipMode', mode: 'ALL_DIRECTORIES' });
  if (random.chance(60)) actions.push({ type: 'setLicenceLimit', limit: random.below(8) });
  return actions;
}

/** What one directory holds. */
export function randomContents(random: Random): Contents {
  const users = USER_NAMES.filter(() => random.chance(60)).map((name) => ({
    name: spelled(random, name),
    active: random.chance(85),
  }));
  const groups = GROUP_NAMES.filter(() => random.chance(65)).map((name) => spelled(random, name));
  return {
    users,
    groups,
    memberships: groups.flatMap((group) =>
      users.filter(() => random.chance(15)).map(({ name: user }) => ({ group, user })),
    ),
    nestings: groups.flatMap((parent) =>
      groups.filter(() => random.chance(15)).map((child) => ({ parent, child })),
    ),
  };
}

/** Some spelling of a name that has the same key. */
export function spelled(random: Random, name: string): string {
  const spellings = [name, name.toUpperCase(), name.normalize('NFD')];
  return random.pick(spellings.filter((spelling) => nameKey(spelling) === nameKey(name)));
}
