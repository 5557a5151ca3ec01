import { nameKey } from '../../src/domain/index.js';
import type { Action } from '../support/scenario-answerer.js';
import { idOf } from './company.js';
import { OPERATOR, type Served } from './served.js';

/** The scenarios play with whole companies; nobody is to be asked whether that is meant. */
const CONFIRM = 'confirm: [WOULD_LOCK_OUT_VIEWER, NO_SYS_ADMIN_LEFT]';

type Variables = Readonly<Record<string, unknown>>;

/** Does one action as an administrator's client does: by GraphQL mutations over HTTP. */
export async function performByMutation(served: Served, action: Action): Promise<void> {
  const { reader } = served.gateway.store;
  const mutate = (signature: string, mutation: string, variables: Variables) =>
    served.read(OPERATOR, `mutation (${signature}) { ${mutation} }`, variables);
  const directory = async (name: string) => {
    const found = (await reader.directories()).find(({ nameKey: key }) => key === nameKey(name));
    if (!found) throw new Error(`there is no directory ${name}`);
    return found;
  };
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

  switch (action.type) {
    case 'addDirectory':
      return void (await mutate(
        '$input: AddDirectoryInput!',
        'addDirectory(input: $input) { revision }',
        {
          input: {
            name: action.directory,
            type: 'INTERNAL',
            nestedGroups: action.nestedGroups,
          },
        },
      ));
    case 'activateDirectory':
    case 'deactivateDirectory': {
      const mutation = action.type === 'activateDirectory' ? 'enable' : 'disable';
      const id = idOf('Directory', (await directory(action.directory)).id);
      return void (await mutate(
        '$id: ID!',
        `${mutation}Directory(id: $id, ${CONFIRM}) { revision }`,
        { id },
      ));
    }
    case 'removeDirectory': {
      const found = await directory(action.directory);
      const id = idOf('Directory', found.id);
      const disable = found.active
        ? `disable: disableDirectory(id: $id, ${CONFIRM}) { revision }`
        : '';
      return void (await mutate(
        '$id: ID!',
        `${disable} removeDirectory(id: $id, ${CONFIRM}) { revision }`,
        { id },
      ));
    }
    case 'setNestedGroups':
      return void (await mutate(
        '$id: ID!, $input: EditDirectoryInput!',
        `editDirectory(id: $id, input: $input, ${CONFIRM}) { revision }`,
        {
          id: idOf('Directory', (await directory(action.directory)).id),
          input: { nestedGroups: action.nestedGroups },
        },
      ));
    case 'orderDirectories': {
      const order = await Promise.all(action.order.map(directory));
      return void (await mutate(
        '$order: [ID!]!, $expectedRevision: Revision!',
        `reorderDirectories(order: $order, expectedRevision: $expectedRevision, ${CONFIRM}) { revision }`,
        {
          order: order.map(({ id }) => idOf('Directory', id)),
          expectedRevision: await reader.revision(),
        },
      ));
    }
    case 'addUser':
      return void (await mutate(
        '$input: CreateUserInput!',
        'createUser(input: $input) { revision }',
        {
          input: {
            name: action.user,
            active: action.active,
            directory: idOf('Directory', (await directory(action.directory)).id),
          },
        },
      ));
    case 'setUserActive':
      return changeUser(await userId(action.directory, action.user), { active: action.active });
    case 'renameUsers':
      for (const { from, to } of action.renames) {
        await changeUser(await userId(action.directory, from), { name: to });
      }
      return;
    case 'removeUser':
      return void (await mutate('$id: ID!', `removeUser(id: $id, ${CONFIRM}) { revision }`, {
        id: await userId(action.directory, action.user),
      }));
    case 'addGroup':
      return void (await mutate(
        '$input: CreateGroupInput!',
        'createGroup(input: $input) { revision }',
        {
          input: {
            name: action.group,
            directory: idOf('Directory', (await directory(action.directory)).id),
          },
        },
      ));
    case 'renameGroups':
      for (const { from, to } of action.renames) {
        await mutate(
          '$id: ID!, $input: ChangeGroupInput!',
          `changeGroup(id: $id, input: $input, ${CONFIRM}) { revision }`,
          { id: await groupId(action.directory, from), input: { name: to } },
        );
      }
      return;
    case 'removeGroup':
      return void (await mutate('$id: ID!', `removeGroup(id: $id, ${CONFIRM}) { revision }`, {
        id: await groupId(action.directory, action.group),
      }));
    case 'addMembership':
    case 'addNesting':
    case 'removeMembership':
    case 'removeNesting': {
      const [group, member] =
        'user' in action
          ? [action.group, { type: 'USER', name: action.user }]
          : [action.parent, { type: 'GROUP', name: action.child }];
      const adds = action.type === 'addMembership' || action.type === 'addNesting';
      return void (await mutate(
        '$group: ID!, $member: SubjectInput!',
        adds
          ? 'addMember(group: $group, member: $member) { revision }'
          : `removeMember(group: $group, member: $member, ${CONFIRM}) { revision }`,
        { group: await groupId(action.directory, group), member },
      ));
    }
    case 'grant':
    case 'revoke':
      return void (await mutate(
        '$permission: PermissionKey!, $subject: SubjectInput!',
        action.type === 'grant'
          ? 'grantPermission(permission: $permission, subject: $subject) { revision }'
          : `revokePermission(permission: $permission, subject: $subject, ${CONFIRM}) { revision }`,
        {
          permission: action.permission,
          subject: { type: action.subjectType, name: action.subject },
        },
      ));
    case 'setMembershipMode':
      return void (await mutate(
        '$mode: MembershipMode!',
        `setMembershipMode(mode: $mode, ${CONFIRM}) { revision }`,
        { mode: action.mode },
      ));
    case 'setLicenceLimit':
      return void (await mutate('$limit: Int', 'setLicenceLimit(limit: $limit) { revision }', {
        limit: action.limit,
      }));
    case 'reloadDirectory':
      throw new Error('only a synchronisation loads a directory anew');
  }

  async function changeUser(id: string, input: Variables): Promise<void> {
    await mutate(
      '$id: ID!, $input: ChangeUserInput!',
      `changeUser(id: $id, input: $input, ${CONFIRM}) { revision }`,
      { id, input },
    );
  }
}
