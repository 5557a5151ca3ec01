import { type DirectoryId, GatehouseError } from '../domain/index.js';
import type { PlannedChange } from '../usecase/index.js';
import { requireRow } from './global-id.js';
import { given } from './mutation-arguments.js';
import type {
  PlannedChangeInput,
  PlannedEntryInput,
  PlannedGrantInput,
  PlannedMemberInput,
  PlannedNameInput,
  PlannedSwitchInput,
} from './types/planned-change-inputs.js';

type Field = keyof PlannedChangeInput;
type Readers = {
  readonly [Name in Field]-?: (input: NonNullable<PlannedChangeInput[Name]>) => PlannedChange;
};

/** How each field reads; one that is missing here does not compile. */
const READERS: Readers = {
  directoryOrder: (order) => ({ type: 'DIRECTORY_ORDER', order: order.map(directoryId) }),
  directoryPosition: ({ directory, position }) => ({
    type: 'DIRECTORY_POSITION',
    directoryId: directoryId(directory),
    position,
  }),
  directoryActive: ({ directory, on }: PlannedSwitchInput) => ({
    type: 'DIRECTORY_ACTIVE',
    directoryId: directoryId(directory),
    active: on,
  }),
  nestedGroups: ({ directory, on }: PlannedSwitchInput) => ({
    type: 'NESTED_GROUPS',
    directoryId: directoryId(directory),
    nestedGroups: on,
  }),
  removeDirectory: (id) => ({ type: 'REMOVE_DIRECTORY', directoryId: directoryId(id) }),
  addUser: (input) => ({ type: 'ADD_USER', ...placed(input), active: input.active ?? true }),
  removeUser: (input) => ({ type: 'REMOVE_USER', ...placed(input) }),
  userActive: (input) => ({ type: 'USER_ACTIVE', ...placed(input), active: input.active }),
  renameUser: (input) => ({ type: 'RENAME_USER', ...placed(input), newName: input.newName }),
  addGroup: (input) => ({ type: 'ADD_GROUP', ...placed(input) }),
  removeGroup: (input) => ({ type: 'REMOVE_GROUP', ...placed(input) }),
  renameGroup: (input) => ({ type: 'RENAME_GROUP', ...placed(input), newName: input.newName }),
  addMember: (input) => ({ type: 'ADD_MEMBER', ...member(input) }),
  removeMember: (input) => ({ type: 'REMOVE_MEMBER', ...member(input) }),
  grant: (input) => ({ type: 'GRANT', ...granting(input) }),
  revoke: (input) => ({ type: 'REVOKE', ...granting(input) }),
  membershipMode: (mode) => ({ type: 'MEMBERSHIP_MODE', mode }),
  licenceLimit: ({ limit }) => ({ type: 'LICENCE_LIMIT', limit: limit ?? null }),
};

/** @throws GatehouseError `INPUT_INVALID` unless exactly one field is given; `NOT_FOUND` for an id of something else. */
export function plannedChange(input: PlannedChangeInput): PlannedChange {
  const fields = Object.keys(given(input)) as Field[];
  if (fields.length !== 1) {
    throw new GatehouseError('INPUT_INVALID', {
      field: 'changes',
      reason: `must name one change each; one of them names ${fields.length === 0 ? 'none' : fields.join(' and ')}`,
    });
  }
  const [field] = fields;
  return (READERS[field] as (value: unknown) => PlannedChange)(input[field]);
}

function directoryId(id: string): DirectoryId {
  return requireRow('Directory', id);
}

function optionalDirectory(id: string | null | undefined): DirectoryId | null {
  return id === null || id === undefined ? null : directoryId(id);
}

function placed({ directory, name }: PlannedEntryInput | PlannedNameInput) {
  return { directoryId: optionalDirectory(directory), name };
}

function member({ directory, group, member: { type, name } }: PlannedMemberInput) {
  return { directoryId: optionalDirectory(directory), name: group, member: { type, name } };
}

function granting({ permission, subject }: PlannedGrantInput) {
  return { permission, subjectType: subject.type, subjectName: subject.name };
}
