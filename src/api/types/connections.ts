import { ApplicationObject } from './application.js';
import { DeletedUserObject, SetAsideGrantObject } from './deleted-user.js';
import { DirectoryObject } from './directory.js';
import { ExpansionNodeObject } from './expansion.js';
import { DerivationObject } from './explanation.js';
import { FindingObject } from './finding.js';
import { GroupObject } from './group.js';
import { connectionType } from './page.js';
import { GrantObject } from './permission.js';
import { MaskMoveObject, PermissionMoveObject } from './preview.js';
import { RunObject } from './run.js';
import { SessionObject } from './session.js';
import { UserObject } from './user.js';
import { WebhookObject } from './webhook.js';

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

export const DeletedUserConnection = connectionType(
  {
    name: 'DeletedUser',
    of: 'users whom a server has no more, newest first',
    item: 'the deleted user',
  },
  () => DeletedUserObject,
);

export const SetAsideGrantConnection = connectionType(
  { name: 'SetAsideGrant', of: 'grants that were set aside, newest first', item: 'the grant' },
  () => SetAsideGrantObject,
);

export const ApplicationConnection = connectionType(
  { name: 'Application', of: 'applications by name', item: 'the application' },
  () => ApplicationObject,
);

export const DerivationConnection = connectionType(
  {
    name: 'Derivation',
    of: 'ways to a permission, shorter ones first',
    item: 'the way',
    complete:
      'False when the search was ended because it had cost enough: the page may then hold fewer than asked for, even none, and going on after `endCursor` continues it.',
  },
  () => DerivationObject,
);

export const ExpansionConnection = connectionType(
  { name: 'Expansion', of: 'groups one step down a tree, by name', item: 'the node' },
  () => ExpansionNodeObject,
);

export const FindingConnection = connectionType(
  { name: 'Finding', of: 'findings, weightier kinds first', item: 'the finding' },
  () => FindingObject,
);

export const PermissionMoveConnection = connectionType(
  {
    name: 'PermissionMove',
    of: 'users who gain or lose a permission, by name',
    item: 'the user, before and after',
  },
  () => PermissionMoveObject,
);

export const MaskMoveConnection = connectionType(
  {
    name: 'MaskMove',
    of: 'names that come to mean another entry, by name',
    item: 'the name, before and after',
  },
  () => MaskMoveObject,
);

export const SessionConnection = connectionType(
  { name: 'Session', of: 'sessions of one account, newest first', item: 'the session' },
  () => SessionObject,
);

export const WebhookConnection = connectionType(
  { name: 'Webhook', of: 'webhooks of an application, oldest first', item: 'the webhook' },
  () => WebhookObject,
);
