import { ApplicationObject } from './application.js';
import { DirectoryObject } from './directory.js';
import { GroupObject } from './group.js';
import { connectionType } from './page.js';
import { GrantObject } from './permission.js';
import { RunObject } from './run.js';
import { UserObject } from './user.js';

export const DirectoryConnection = connectionType(
  { name: 'Directory', of: 'directories in order', item: 'the directory' },
  () => DirectoryObject,
);

export const UserConnection = connectionType(
  { name: 'User', of: 'users by name', item: 'the user' },
  () => UserObject,
);

export const GroupConnection = connectionType(
  { name: 'Group', of: 'groups by name', item: 'the group' },
  () => GroupObject,
);

export const GroupMemberConnection = connectionType(
  {
    name: 'GroupMember',
    of: 'users in a group, by name',
    item: 'the user',
    direct: 'Whether the user is in the group itself, and not only in a group below it.',
  },
  () => UserObject,
);

export const RelatedGroupConnection = connectionType(
  {
    name: 'RelatedGroup',
    of: 'groups above or below somebody, by name',
    item: 'the group',
    direct: 'Whether no further group lies in between.',
  },
  () => GroupObject,
);

export const GrantConnection = connectionType(
  { name: 'Grant', of: 'grants, users first, by name and permission', item: 'the grant' },
  () => GrantObject,
);

export const RunConnection = connectionType(
  { name: 'SynchronisationRun', of: 'synchronisation runs, newest first', item: 'the run' },
  () => RunObject,
);

export const ApplicationConnection = connectionType(
  { name: 'Application', of: 'applications by name', item: 'the application' },
  () => ApplicationObject,
);
