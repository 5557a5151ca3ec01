import { ADA, type CompanyIds, LIN, NIL, SAM } from './company.js';
import { type Caller, OPERATOR } from './served.js';

/** From nobody to everything; who may do a thing is told by the first who may. */
export const CALLERS = {
  anonymous: null,
  unlicensed: NIL,
  licensed: LIN,
  admin: ADA,
  'system admin': SAM,
  'break-glass admin': OPERATOR,
} as const satisfies Record<string, Caller | null>;
type CallerName = keyof typeof CALLERS;

export const ORDER = Object.keys(CALLERS) as CallerName[];

export interface Gate {
  readonly name: string;
  readonly from: CallerName;
  readonly query: string | ((ids: CompanyIds) => string);
  /** What a caller who is let in is told, when the question is one that fails for another reason. */
  readonly refusal?: string;
}

const UNKNOWN_ID = Buffer.from('Directory:9999').toString('base64url');
const UNKNOWN_DELETED = Buffer.from('DeletedUser:9999').toString('base64url');
const UNKNOWN_SET_ASIDE = Buffer.from('SetAsideGrant:9999').toString('base64url');
const UNKNOWN_APPLICATION = Buffer.from('Application:9999').toString('base64url');
const UNKNOWN_WEBHOOK = Buffer.from('Webhook:9999').toString('base64url');
const UNKNOWN_RUN = Buffer.from('SynchronisationRun:9999').toString('base64url');

export const QUERIES: readonly Gate[] = [
  { name: 'viewer', from: 'unlicensed', query: '{ viewer { name permissions } }' },
  { name: 'sessions', from: 'unlicensed', query: '{ sessions { totalCount } }' },
  { name: 'revision', from: 'licensed', query: '{ revision }' },
  { name: 'permissionScheme', from: 'licensed', query: '{ permissionScheme { key } }' },
  { name: 'directories', from: 'admin', query: '{ directories { totalCount } }' },
  { name: 'directory', from: 'admin', query: `{ directory(id: "${UNKNOWN_ID}") { name } }` },
  { name: 'users', from: 'admin', query: '{ users { totalCount } }' },
  { name: 'user of somebody else', from: 'admin', query: '{ user(name: "max") { name } }' },
  { name: 'user that nobody is', from: 'admin', query: '{ user(name: "nobody") { name } }' },
  { name: 'usersByName', from: 'admin', query: '{ usersByName(names: ["max"]) { name } }' },
  { name: 'groups', from: 'admin', query: '{ groups { totalCount } }' },
  { name: 'group', from: 'admin', query: '{ group(name: "developers") { name } }' },
  {
    name: 'groupsByName',
    from: 'admin',
    query: '{ groupsByName(names: ["developers"]) { name } }',
  },
  { name: 'grants', from: 'admin', query: '{ grants { totalCount } }' },
  {
    name: 'effectivePermissions of somebody else',
    from: 'admin',
    query: '{ effectivePermissions(user: "max") { userName } }',
  },
  {
    name: 'check of somebody else',
    from: 'admin',
    query: '{ check(user: "max", permission: "ADMIN") }',
  },
  {
    name: 'checkMany of somebody else',
    from: 'admin',
    query: '{ checkMany(checks: [{ user: "max", permission: "ADMIN" }]) { allowed } }',
  },
  {
    name: 'explain of somebody else',
    from: 'admin',
    query: '{ explain(user: "max", permission: "ADMIN") { allowed } }',
  },
  {
    name: 'whyNot of somebody else',
    from: 'admin',
    query: '{ whyNot(user: "max", permission: "ADMIN") { reason } }',
  },
  {
    name: 'deletedUsers',
    from: 'admin',
    query: `{ deletedUsers(directory: "${UNKNOWN_ID}") { totalCount } }`,
    refusal: 'NOT_FOUND',
  },
  { name: 'setAsideGrants', from: 'admin', query: '{ setAsideGrants { totalCount } }' },
  {
    name: 'node of a deleted user',
    from: 'admin',
    query: `{ node(id: "${UNKNOWN_DELETED}") { id } }`,
  },
  {
    name: 'node of a grant set aside',
    from: 'admin',
    query: `{ node(id: "${UNKNOWN_SET_ASIDE}") { id } }`,
  },
  {
    name: 'node of a webhook',
    from: 'system admin',
    query: `{ node(id: "${UNKNOWN_WEBHOOK}") { id } }`,
  },
  { name: 'selfAudits', from: 'admin', query: '{ selfAudits { at } }' },
  { name: 'findings', from: 'admin', query: '{ findings { totalCount } }' },
  {
    name: 'preview',
    from: 'admin',
    query: '{ preview(changes: [{ licenceLimit: { limit: 5 } }]) { revision } }',
  },
  {
    name: 'previewSynchronisation',
    from: 'system admin',
    query: `{ previewSynchronisation(directory: "${UNKNOWN_ID}") { counts { usersRead } } }`,
    refusal: 'NOT_FOUND',
  },
  { name: 'diff', from: 'admin', query: '{ diff(from: 0) { revision } }' },
  {
    name: 'expansion',
    from: 'admin',
    query: '{ expansion(path: "?") { cycle } }',
    refusal: 'PAGE_INVALID',
  },
  {
    name: 'users of an earlier revision',
    from: 'admin',
    query: '{ users(asOf: 0) { totalCount } }',
  },
  {
    name: 'check of somebody else as of an earlier revision',
    from: 'admin',
    query: '{ check(user: "max", permission: "ADMIN", asOf: 0) }',
  },
  { name: 'holders', from: 'admin', query: '{ holders(permission: "ADMIN") { totalCount } }' },
  { name: 'licence', from: 'admin', query: '{ licence { used } }' },
  { name: 'membershipMode', from: 'admin', query: '{ membershipMode }' },
  {
    name: 'wouldAdmit',
    from: 'system admin',
    query: `{ wouldAdmit(application: "${UNKNOWN_APPLICATION}", address: "::1") { admitted } }`,
    refusal: 'NOT_FOUND',
  },
  { name: 'applications', from: 'system admin', query: '{ applications { totalCount } }' },
  {
    name: 'node of a directory',
    from: 'admin',
    query: `{ node(id: "${UNKNOWN_ID}") { id } }`,
  },
  {
    name: 'node of somebody else',
    from: 'admin',
    query: ({ users }) => `{ node(id: "${users.max}") { id } }`,
  },
  {
    name: 'node of a user that nobody is',
    from: 'admin',
    query: `{ node(id: "${Buffer.from('User:9999').toString('base64url')}") { id } }`,
  },
  {
    name: 'node of a group',
    from: 'admin',
    query: ({ groups }) => `{ node(id: "${groups.developers}") { id } }`,
  },
  {
    name: 'node of an application',
    from: 'system admin',
    query: `{ node(id: "${Buffer.from('Application:1').toString('base64url')}") { id } }`,
  },
];

/** Each is sent by everybody, so none may succeed: who is let in is told what else is wrong. */
export const MUTATIONS: readonly Gate[] = [
  {
    name: 'signIn',
    from: 'anonymous',
    query: 'mutation { signIn(name: "operator", password: "break the glass") { expiresAt } }',
  },
  {
    name: 'resetPassword',
    from: 'anonymous',
    // One that may be none tells before a token is looked for, so nobody has to wait.
    query: 'mutation { resetPassword(token: "?", newPassword: "") { revision } }',
    refusal: 'INPUT_INVALID',
  },
  { name: 'signOut', from: 'unlicensed', query: 'mutation { signOut { ended } }' },
  {
    name: 'signOutEverywhere',
    from: 'unlicensed',
    query: 'mutation { signOutEverywhere { ended } }',
  },
  {
    name: 'signOutEverywhere for somebody else',
    from: 'admin',
    query: 'mutation { signOutEverywhere(user: "max") { ended } }',
  },
  {
    name: 'runSelfAudit',
    from: 'system admin',
    query: 'mutation { runSelfAudit { audits { subject differences { kind } } } }',
  },
  {
    name: 'addDirectory',
    from: 'system admin',
    query: 'mutation { addDirectory(input: { name: " ", type: INTERNAL }) { revision } }',
    refusal: 'NAME_INVALID',
  },
  {
    name: 'addDirectory as a dry run',
    from: 'system admin',
    query:
      'mutation { addDirectory(input: { name: "X", type: INTERNAL }, dryRun: true) { revision } }',
  },
  {
    name: 'createUser as a dry run',
    from: 'admin',
    query: 'mutation { createUser(input: { name: "zoe" }, dryRun: true) { revision } }',
  },
  {
    name: 'editDirectory',
    from: 'system admin',
    query: `mutation { editDirectory(id: "${UNKNOWN_ID}", input: {}) { revision } }`,
    refusal: 'NOT_FOUND',
  },
  {
    name: 'testDirectory',
    from: 'system admin',
    query: `mutation { testDirectory(id: "${UNKNOWN_ID}") { passed } }`,
    refusal: 'NOT_FOUND',
  },
  {
    name: 'testDirectoryConnection',
    from: 'system admin',
    query:
      'mutation { testDirectoryConnection(input: { connection: { serverUrl: "ftp://x", applicationName: "a" }, applicationPassword: "p" }) { passed } }',
    refusal: 'INPUT_INVALID',
  },
  {
    name: 'moveDirectory',
    from: 'system admin',
    query: `mutation { moveDirectory(id: "${UNKNOWN_ID}", position: 1, expectedRevision: 0) { revision } }`,
    refusal: 'NOT_FOUND',
  },
  {
    name: 'reorderDirectories',
    from: 'system admin',
    query: 'mutation { reorderDirectories(order: [], expectedRevision: 0) { revision } }',
    refusal: 'REVISION_CONFLICT',
  },
  {
    name: 'enableDirectory',
    from: 'system admin',
    query: `mutation { enableDirectory(id: "${UNKNOWN_ID}") { revision } }`,
    refusal: 'NOT_FOUND',
  },
  {
    name: 'disableDirectory',
    from: 'system admin',
    query: `mutation { disableDirectory(id: "${UNKNOWN_ID}") { revision } }`,
    refusal: 'NOT_FOUND',
  },
  {
    name: 'removeDirectory',
    from: 'system admin',
    query: `mutation { removeDirectory(id: "${UNKNOWN_ID}") { revision } }`,
    refusal: 'NOT_FOUND',
  },
  {
    name: 'synchroniseDirectory',
    from: 'system admin',
    query: `mutation { synchroniseDirectory(id: "${UNKNOWN_ID}") { revision } }`,
    refusal: 'NOT_FOUND',
  },
  {
    name: 'cancelSynchronisation',
    from: 'system admin',
    query: `mutation { cancelSynchronisation(run: "${UNKNOWN_RUN}") { revision } }`,
    refusal: 'NOT_FOUND',
  },
  {
    name: 'releaseSynchronisation',
    from: 'system admin',
    query: `mutation { releaseSynchronisation(run: "${UNKNOWN_RUN}") { revision } }`,
    refusal: 'NOT_FOUND',
  },
  {
    name: 'dropSynchronisation',
    from: 'system admin',
    query: `mutation { dropSynchronisation(run: "${UNKNOWN_RUN}") { revision } }`,
    refusal: 'NOT_FOUND',
  },
  {
    name: 'setMembershipMode',
    from: 'system admin',
    query: 'mutation { setMembershipMode(mode: FIRST_DIRECTORY) { membershipMode } }',
  },
  {
    name: 'setLicenceLimit',
    from: 'system admin',
    query: 'mutation { setLicenceLimit(limit: -1) { revision } }',
    refusal: 'INPUT_INVALID',
  },
  {
    name: 'addApplication',
    from: 'system admin',
    query:
      'mutation { addApplication(input: { name: "a:b", password: "p", remoteAddresses: [] }) { revision } }',
    refusal: 'INPUT_INVALID',
  },
  {
    name: 'changeApplication',
    from: 'system admin',
    query: 'mutation { changeApplication(id: "?", input: {}) { revision } }',
    refusal: 'NOT_FOUND',
  },
  {
    name: 'admitRefusedAddresses',
    from: 'system admin',
    query: 'mutation { admitRefusedAddresses(id: "?") { revision } }',
    refusal: 'NOT_FOUND',
  },
  {
    name: 'removeApplication',
    from: 'system admin',
    query: 'mutation { removeApplication(id: "?") { revision } }',
    refusal: 'NOT_FOUND',
  },
  {
    name: 'removeWebhook',
    from: 'system admin',
    query: `mutation { removeWebhook(id: "${UNKNOWN_WEBHOOK}") { revision } }`,
    refusal: 'NOT_FOUND',
  },
  {
    name: 'grantPermission',
    from: 'admin',
    query:
      'mutation { grantPermission(permission: "NOTHING", subject: { type: USER, name: "max" }) { revision } }',
    refusal: 'UNKNOWN_PERMISSION',
  },
  {
    name: 'revokePermission',
    from: 'admin',
    query:
      'mutation { revokePermission(permission: "ADMIN", subject: { type: USER, name: "max" }) { revision } }',
    refusal: 'NOT_FOUND',
  },
  {
    name: 'revokeGrant',
    from: 'admin',
    query: 'mutation { revokeGrant(id: "?") { revision } }',
    refusal: 'NOT_FOUND',
  },
  {
    name: 'confirmSetAsideGrant',
    from: 'admin',
    query: `mutation { confirmSetAsideGrant(id: "${UNKNOWN_SET_ASIDE}") { revision } }`,
    refusal: 'NOT_FOUND',
  },
  {
    name: 'dismissSetAsideGrant',
    from: 'admin',
    query: `mutation { dismissSetAsideGrant(id: "${UNKNOWN_SET_ASIDE}") { revision } }`,
    refusal: 'NOT_FOUND',
  },
  {
    name: 'restoreUser',
    from: 'system admin',
    query: `mutation { restoreUser(deletedUser: "${UNKNOWN_DELETED}") { revision } }`,
    refusal: 'NOT_FOUND',
  },
  {
    name: 'purgeDeletedUser',
    from: 'system admin',
    query: `mutation { purgeDeletedUser(deletedUser: "${UNKNOWN_DELETED}") { revision } }`,
    refusal: 'NOT_FOUND',
  },
  {
    name: 'createUser',
    from: 'admin',
    query: 'mutation { createUser(input: { name: "" }) { revision } }',
    refusal: 'NAME_INVALID',
  },
  {
    name: 'changeUser',
    from: 'admin',
    query: 'mutation { changeUser(id: "?", input: {}) { revision } }',
    refusal: 'NOT_FOUND',
  },
  {
    name: 'removeUser',
    from: 'admin',
    query: 'mutation { removeUser(id: "?") { revision } }',
    refusal: 'NOT_FOUND',
  },
  {
    name: 'createGroup',
    from: 'admin',
    query: 'mutation { createGroup(input: { name: "developers" }) { revision } }',
    refusal: 'NAME_TAKEN',
  },
  {
    name: 'changeGroup',
    from: 'admin',
    query: 'mutation { changeGroup(id: "?", input: {}) { revision } }',
    refusal: 'NOT_FOUND',
  },
  {
    name: 'removeGroup',
    from: 'admin',
    query: 'mutation { removeGroup(id: "?") { revision } }',
    refusal: 'NOT_FOUND',
  },
  {
    name: 'addMember',
    from: 'admin',
    query: ({ groups }) =>
      `mutation { addMember(group: "${groups.developers}", member: { type: USER, name: "max" }) { revision } }`,
    refusal: 'MEMBERSHIP_EXISTS',
  },
  {
    name: 'removeMember',
    from: 'admin',
    query: ({ groups }) =>
      `mutation { removeMember(group: "${groups.developers}", member: { type: USER, name: "nil" }) { revision } }`,
    refusal: 'MEMBERSHIP_NOT_FOUND',
  },
];
