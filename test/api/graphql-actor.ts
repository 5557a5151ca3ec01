import { nameKey } from '../../src/domain/index.js';
import type { Action } from '../support/scenario-answerer.js';
import { idOf } from './company.js';
import { OPERATOR, type Served } from './served.js';

/** The scenarios play with whole companies; nobody is to be asked whether that is meant. */
const CONFIRM = 'confirm: [WOULD_LOCK_OUT_VIEWER, NO_SYS_ADMIN_LEFT]';

type Variables = Readonly<Record<string, unknown>>;

/** One mutation as a client sends it. */
interface Mutation {
  readonly signature: string;
  /** A field with its arguments, up to and without the closing bracket. */
  readonly call: string;
  readonly variables: Variables;
}

/** Does one action as an administrator's client does: by GraphQL mutations over HTTP. */
export async function performByMutation(served: Served, action: Action): Promise<void> {
  for (const { signature, call, variables } of await mutationsFor(served, action)) {
    await served.read(OPERATOR, `mutation (${signature}) { ${call}) { revision } }`, variables);
  }
}

/**
 * What mutations say they would do.
 * @returns `null` when it takes more than one mutation to do the actions.
 */
export async function dryRunByMutation<Preview>(
  served: Served,
  actions: readonly Action[],
  fields: string,
): Promise<Preview | null> {
  const [action] = actions;
  const mutations = actions.length === 1 ? await mutationsFor(served, action) : [];
  if (mutations.length !== 1) return null;
  const [{ signature, call, variables }] = mutations;
  const { reader } = served.gateway.store;
  const before = await reader.revision();
  const { done } = await served.read<{ done: { preview: Preview } }>(
    OPERATOR,
    `mutation (${signature}) { done: ${call}, dryRun: true) { revision preview { ${fields} } } }`,
    variables,
  );
  if ((await reader.revision()) !== before) throw new Error('a dry run has made a revision');
  return done.preview;
}

async function mutationsFor(served: Served, action: Action): Promise<Mutation[]> {
  const { reader } = served.gateway.store;
  const directory = async (name: string) => {
    const found = (await reader.directories()).find(({ nameKey: key }) => key === nameKey(name));
    if (!found) throw new Error(`there is no directory ${name}`);
    return found;
  };
  const directoryId = async (name: string) => idOf('Directory', (await directory(name)).id);
  const userId = async (directoryName: string, name: string) => {
    const { id } = await directory(directoryName);
    const [user] = await reader.usersByKeys(id, [nameKey(name)]);
    return idOf('User', user.id);
  };
  const groupId = async (directoryName: string, name: string) => {
    const { id } = await directory(directoryName);
    const [group] = await reader.groupsByKeys(id, [nameKey(name)]);
    return idOf('Group', group.id);
  };
  const mutation = (signature: string, call: string, variables: Variables): Mutation[] => [
    { signature, call, variables },
  ];
  const changeUser = (id: string, input: Variables) =>
    mutation(
      '$id: ID!, $input: ChangeUserInput!',
      `changeUser(id: $id, input: $input, ${CONFIRM}`,
      {
        id,
        input,
      },
    );

  switch (action.type) {
    case 'addDirectory':
      return mutation('$input: AddDirectoryInput!', 'addDirectory(input: $input', {
        input: { name: action.directory, type: 'INTERNAL', nestedGroups: action.nestedGroups },
      });
    case 'activateDirectory':
    case 'deactivateDirectory': {
      const verb = action.type === 'activateDirectory' ? 'enable' : 'disable';
      const id = await directoryId(action.directory);
      return mutation('$id: ID!', `${verb}Directory(id: $id, ${CONFIRM}`, { id });
    }
    case 'removeDirectory': {
      const { id: row, active } = await directory(action.directory);
      const id = idOf('Directory', row);
      return [
        ...(active ? mutation('$id: ID!', `disableDirectory(id: $id, ${CONFIRM}`, { id }) : []),
        ...mutation('$id: ID!', `removeDirectory(id: $id, ${CONFIRM}`, { id }),
      ];
    }
    case 'setNestedGroups':
      return mutation(
        '$id: ID!, $input: EditDirectoryInput!',
        `editDirectory(id: $id, input: $input, ${CONFIRM}`,
        {
          id: await directoryId(action.directory),
          input: { nestedGroups: action.nestedGroups },
        },
      );
    case 'orderDirectories':
      return mutation(
        '$order: [ID!]!, $expectedRevision: Revision!',
        `reorderDirectories(order: $order, expectedRevision: $expectedRevision, ${CONFIRM}`,
        {
          order: await Promise.all(action.order.map(directoryId)),
          expectedRevision: await reader.revision(),
        },
      );
    case 'addUser':
      return mutation('$input: CreateUserInput!', 'createUser(input: $input', {
        input: {
          name: action.user,
          active: action.active,
          directory: await directoryId(action.directory),
        },
      });
    case 'setUserActive':
      return changeUser(await userId(action.directory, action.user), { active: action.active });
    case 'renameUsers': {
      const renames: Mutation[] = [];
      for (const { from, to } of action.renames) {
        renames.push(...changeUser(await userId(action.directory, from), { name: to }));
      }
      return renames;
    }
    case 'removeUser':
      return mutation('$id: ID!', `removeUser(id: $id, ${CONFIRM}`, {
        id: await userId(action.directory, action.user),
      });
    case 'addGroup':
      return mutation('$input: CreateGroupInput!', 'createGroup(input: $input', {
        input: { name: action.group, directory: await directoryId(action.directory) },
      });
    case 'renameGroups': {
      const renames: Mutation[] = [];
      for (const { from, to } of action.renames) {
        const variables = { id: await groupId(action.directory, from), input: { name: to } };
        const call = `changeGroup(id: $id, input: $input, ${CONFIRM}`;
        renames.push(...mutation('$id: ID!, $input: ChangeGroupInput!', call, variables));
      }
      return renames;
    }
    case 'removeGroup':
      return mutation('$id: ID!', `removeGroup(id: $id, ${CONFIRM}`, {
        id: await groupId(action.directory, action.group),
      });
    case 'addMembership':
    case 'addNesting':
    case 'removeMembership':
    case 'removeNesting': {
      const [group, member] =
        'user' in action
          ? [action.group, { type: 'USER', name: action.user }]
          : [action.parent, { type: 'GROUP', name: action.child }];
      const adds = action.type === 'addMembership' || action.type === 'addNesting';
      return mutation(
        '$group: ID!, $member: SubjectInput!',
        adds
          ? 'addMember(group: $group, member: $member'
          : `removeMember(group: $group, member: $member, ${CONFIRM}`,
        { group: await groupId(action.directory, group), member },
      );
    }
    case 'grant':
    case 'revoke':
      return mutation(
        '$permission: PermissionKey!, $subject: SubjectInput!',
        action.type === 'grant'
          ? 'grantPermission(permission: $permission, subject: $subject'
          : `revokePermission(permission: $permission, subject: $subject, ${CONFIRM}`,
        {
          permission: action.permission,
          subject: { type: action.subjectType, name: action.subject },
        },
      );
    case 'setMembershipMode':
      return mutation('$mode: MembershipMode!', `setMembershipMode(mode: $mode, ${CONFIRM}`, {
        mode: action.mode,
      });
    case 'setLicenceLimit':
      return mutation('$limit: Int', 'setLicenceLimit(limit: $limit', { limit: action.limit });
    case 'reloadDirectory':
      throw new Error('only a synchronisation loads a directory anew');
  }
}
