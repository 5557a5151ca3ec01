import { nameKey } from '../../src/domain/index.js';
import type { Action } from '../support/scenario-answerer.js';
import { idOf } from './company.js';
import type { Served } from './served.js';

type Input = Readonly<Record<string, unknown>>;

/** Actions as a frontend plans them; `null` when one is of a kind that cannot be planned. */
export async function plannedChanges(
  { gateway }: Served,
  actions: readonly Action[],
): Promise<Input[] | null> {
  const directories = await gateway.store.reader.directories();
  const idByName = (name: string) => {
    const found = directories.find((each) => each.nameKey === nameKey(name));
    if (!found) throw new Error(`there is no directory ${name}`);
    return idOf('Directory', found.id);
  };
  const inputs: Input[] = [];
  for (const action of actions) {
    const input = plannedChange(action, idByName);
    if (!input) return null;
    inputs.push(...input);
  }
  return inputs;
}

function plannedChange(action: Action, id: (name: string) => string): Input[] | null {
  switch (action.type) {
    case 'orderDirectories':
      return [{ directoryOrder: action.order.map(id) }];
    case 'activateDirectory':
    case 'deactivateDirectory': {
      const on = action.type === 'activateDirectory';
      return [{ directoryActive: { directory: id(action.directory), on } }];
    }
    case 'removeDirectory':
      return [{ removeDirectory: id(action.directory) }];
    case 'setNestedGroups': {
      const on = action.nestedGroups;
      return [{ nestedGroups: { directory: id(action.directory), on } }];
    }
    case 'addUser': {
      const { active, user: name } = action;
      return [{ addUser: { directory: id(action.directory), name, active } }];
    }
    case 'removeUser':
      return [{ removeUser: { directory: id(action.directory), name: action.user } }];
    case 'setUserActive': {
      const { active, user: name } = action;
      return [{ userActive: { directory: id(action.directory), name, active } }];
    }
    case 'renameUsers':
    case 'renameGroups': {
      const field = action.type === 'renameUsers' ? 'renameUser' : 'renameGroup';
      const directory = id(action.directory);
      return action.renames.map(({ from, to }) => ({
        [field]: { directory, name: from, newName: to },
      }));
    }
    case 'addGroup':
    case 'removeGroup':
      return [{ [action.type]: { directory: id(action.directory), name: action.group } }];
    case 'addMembership':
    case 'removeMembership': {
      const field = action.type === 'addMembership' ? 'addMember' : 'removeMember';
      const member = { type: 'USER', name: action.user };
      return [{ [field]: { directory: id(action.directory), group: action.group, member } }];
    }
    case 'addNesting':
    case 'removeNesting': {
      const field = action.type === 'addNesting' ? 'addMember' : 'removeMember';
      const member = { type: 'GROUP', name: action.child };
      return [{ [field]: { directory: id(action.directory), group: action.parent, member } }];
    }
    case 'grant':
    case 'revoke': {
      const { permission, subjectType, subject } = action;
      return [{ [action.type]: { permission, subject: { type: subjectType, name: subject } } }];
    }
    case 'setMembershipMode':
      return [{ membershipMode: action.mode }];
    case 'setLicenceLimit':
      return [{ licenceLimit: { limit: action.limit } }];
    case 'addDirectory':
    case 'reloadDirectory':
      return null;
  }
}
