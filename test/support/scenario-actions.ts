import { nameKey } from '../../src/domain/index.js';
import type { Action } from './scenario-answerer.js';
import type {
  Expectation,
  ScenarioChange,
  ScenarioDirectory,
  ScenarioFile,
  ScenarioGrant,
} from './scenario-format.js';
import type { Known } from './scenario-questions.js';
import { BITBUCKET_SCHEME } from './scenario-scheme.js';

/** Names that no scenario uses, so that each one is also asked about nobody and nothing. */
const STRANGERS = { user: 'a-stranger', group: 'strange-group' };

/** The actions that make the state a file begins with. */
export function setupActions(file: ScenarioFile): Action[] {
  return [
    ...file.directories.flatMap(directoryActions),
    ...grantActions(file.grants ?? {}, 'GROUP'),
    ...grantActions(file.userGrants ?? {}, 'USER'),
    ...(file.mode === 'ALL_DIRECTORIES'
      ? [{ type: 'setMembershipMode', mode: file.mode } as const]
      : []),
    ...(file.licence && file.licence.limit !== null
      ? [{ type: 'setLicenceLimit', limit: file.licence.limit } as const]
      : []),
  ];
}

/** The actions of one stage, in order. */
export function stageActions(stage: ScenarioFile['stages'][number]): Action[] {
  return [stage.change ?? []].flat().map(changeAction);
}

/** The actions of a change that is only thought about. */
export function previewActions(change: ScenarioChange | readonly ScenarioChange[]): Action[] {
  return [change].flat().map(changeAction);
}

/** Every user and group that is named anywhere in the file, and a stranger of each kind. */
export function knownNames(file: ScenarioFile): Known {
  const users = new Map<string, string>();
  const groups = new Map<string, string>();
  const note = (map: Map<string, string>, ...names: readonly string[]) => {
    for (const name of names) if (!map.has(nameKey(name))) map.set(nameKey(name), name);
  };
  for (const action of [...setupActions(file), ...file.stages.flatMap(stageActions)]) {
    if ('user' in action) note(users, action.user);
    if ('group' in action) note(groups, action.group);
    if ('parent' in action) note(groups, action.parent, action.child);
    if ('subject' in action) note(action.subjectType === 'USER' ? users : groups, action.subject);
    if ('renames' in action) {
      const to = action.renames.map((renaming) => renaming.to);
      note(action.type === 'renameUsers' ? users : groups, ...to);
    }
  }
  for (const { expect } of file.stages) note(users, ...usersExpected(expect));
  note(users, STRANGERS.user);
  note(groups, STRANGERS.group);
  return {
    users: [...users.values()],
    groups: [...groups.values()],
    permissions: BITBUCKET_SCHEME.permissions.map(({ key }) => key),
    seat: BITBUCKET_SCHEME.seat,
  };
}

function usersExpected(expect: Expectation): string[] {
  return [
    ...Object.values(expect.check ?? {}).flatMap((c) => [
      ...(c?.allowed ?? []),
      ...(c?.denied ?? []),
    ]),
    ...(expect.explain ?? []).map(({ user }) => user),
  ];
}

function directoryActions(holder: ScenarioDirectory): Action[] {
  const { name: directory, nestedGroups = true, active = true, users = [], groups = {} } = holder;
  return [
    { type: 'addDirectory', directory, nestedGroups },
    ...users.map((user): Action => {
      const entry = typeof user === 'string' ? { name: user, active: true } : user;
      return { type: 'addUser', directory, user: entry.name, active: entry.active };
    }),
    ...Object.keys(groups).map((group): Action => ({ type: 'addGroup', directory, group })),
    ...Object.entries(groups).flatMap(([group, members]): Action[] => [
      ...(members.users ?? []).map(
        (user): Action => ({ type: 'addMembership', directory, group, user }),
      ),
      ...(members.groups ?? []).map(
        (child): Action => ({ type: 'addNesting', directory, parent: group, child }),
      ),
    ]),
    ...(active ? [] : [{ type: 'deactivateDirectory', directory } as const]),
  ];
}

function grantActions(
  grants: Readonly<Record<string, readonly string[] | undefined>>,
  subjectType: 'USER' | 'GROUP',
): Action[] {
  return Object.entries(grants).flatMap(([permission, subjects = []]) =>
    subjects.map((subject): Action => ({ type: 'grant', permission, subjectType, subject })),
  );
}

function grantAction(type: 'grant' | 'revoke', grant: ScenarioGrant): Action {
  const { permission } = grant;
  return 'group' in grant
    ? { type, permission, subjectType: 'GROUP', subject: grant.group }
    : { type, permission, subjectType: 'USER', subject: grant.user };
}

function changeAction(change: ScenarioChange): Action {
  if ('directoryOrder' in change) return { type: 'orderDirectories', order: change.directoryOrder };
  if ('addDirectory' in change) {
    const { name: directory, nestedGroups = true } = change.addDirectory;
    return { type: 'addDirectory', directory, nestedGroups };
  }
  if ('activateDirectory' in change) {
    return { type: 'activateDirectory', directory: change.activateDirectory };
  }
  if ('deactivateDirectory' in change) {
    return { type: 'deactivateDirectory', directory: change.deactivateDirectory };
  }
  if ('removeDirectory' in change) {
    return { type: 'removeDirectory', directory: change.removeDirectory };
  }
  if ('nestedGroups' in change) {
    const { directory, on } = change.nestedGroups;
    return { type: 'setNestedGroups', directory, nestedGroups: on };
  }
  if ('addUser' in change) return { type: 'addUser', active: true, ...change.addUser };
  if ('removeUser' in change) return { type: 'removeUser', ...change.removeUser };
  if ('activateUser' in change) {
    return { type: 'setUserActive', ...change.activateUser, active: true };
  }
  if ('deactivateUser' in change) {
    return { type: 'setUserActive', ...change.deactivateUser, active: false };
  }
  if ('renameUser' in change) return renameAction('renameUsers', change.renameUser);
  if ('addGroup' in change) return { type: 'addGroup', ...change.addGroup };
  if ('removeGroup' in change) return { type: 'removeGroup', ...change.removeGroup };
  if ('renameGroup' in change) return renameAction('renameGroups', change.renameGroup);
  if ('addMembership' in change) return { type: 'addMembership', ...change.addMembership };
  if ('removeMembership' in change) return { type: 'removeMembership', ...change.removeMembership };
  if ('addNesting' in change) return { type: 'addNesting', ...change.addNesting };
  if ('removeNesting' in change) return { type: 'removeNesting', ...change.removeNesting };
  if ('grant' in change) return grantAction('grant', change.grant);
  if ('revoke' in change) return grantAction('revoke', change.revoke);
  if ('mode' in change) return { type: 'setMembershipMode', mode: change.mode };
  return { type: 'setLicenceLimit', limit: change.licenceLimit };
}

function renameAction(
  type: 'renameUsers' | 'renameGroups',
  { directory, from, to }: { directory: string; from: string; to: string },
): Action {
  return { type, directory, renames: [{ from, to }] };
}
