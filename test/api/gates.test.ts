import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { ADA, type CompanyIds, LIN, NIL, SAM, settleCompany } from './company.js';
import { type Caller, OPERATOR, type Served, serve } from './served.js';

/** From nobody to everything; who may do a thing is told by the first who may. */
const CALLERS = {
  anonymous: null,
  unlicensed: NIL,
  licensed: LIN,
  admin: ADA,
  'system admin': SAM,
  'break-glass admin': OPERATOR,
} as const satisfies Record<string, Caller | null>;
type CallerName = keyof typeof CALLERS;

const ORDER = Object.keys(CALLERS) as CallerName[];

interface Gate {
  readonly name: string;
  readonly from: CallerName;
  readonly query: string | ((ids: CompanyIds) => string);
  /** What a caller who is let in is told, when the question is one that fails for another reason. */
  readonly refusal?: string;
}

const UNKNOWN_ID = Buffer.from('Directory:9999').toString('base64url');

const QUERIES: readonly Gate[] = [
  { name: 'viewer', from: 'unlicensed', query: '{ viewer { name permissions } }' },
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
  { name: 'holders', from: 'admin', query: '{ holders(permission: "ADMIN") { totalCount } }' },
  { name: 'licence', from: 'admin', query: '{ licence { used } }' },
  { name: 'membershipMode', from: 'admin', query: '{ membershipMode }' },
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
const MUTATIONS: readonly Gate[] = [
  {
    name: 'addDirectory',
    from: 'system admin',
    query: 'mutation { addDirectory(input: { name: " ", type: INTERNAL }) { revision } }',
    refusal: 'NAME_INVALID',
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
    name: 'removeApplication',
    from: 'system admin',
    query: 'mutation { removeApplication(id: "?") { revision } }',
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

describeEachDatabase('the gates', (database) => {
  let served: Served;
  let ids: CompanyIds;

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
    ids = await settleCompany(served.gateway.store);
  });
  afterAll(() => served.close());

  it.each([...QUERIES, ...MUTATIONS])('$name is for the $from and above', async (gate) => {
    const query = typeof gate.query === 'string' ? gate.query : gate.query(ids);
    const told = [];
    for (const caller of ORDER) told.push(await served.codeOf(CALLERS[caller], query));
    expect(told).toEqual(
      ORDER.map((caller, rank) => {
        if (rank >= ORDER.indexOf(gate.from)) return gate.refusal ?? null;
        return caller === 'anonymous' ? 'UNAUTHENTICATED' : 'PERMISSION_DENIED';
      }),
    );
  });

  it('covers every query and every mutation', async () => {
    const { __schema } = await served.read<{
      __schema: Record<'queryType' | 'mutationType', { fields: { name: string }[] }>;
    }>(SAM, '{ __schema { queryType { fields { name } } mutationType { fields { name } } } }');
    const covered = [...QUERIES, ...MUTATIONS].map(({ name }) => name.split(' ')[0]);
    const offered = [...__schema.queryType.fields, ...__schema.mutationType.fields];
    expect([...new Set(covered)].sort()).toEqual(offered.map(({ name }) => name).sort());
  });

  it('lets a licensed user ask about themselves, however the name is spelt', async () => {
    const data = await served.read(
      LIN,
      `{
        user(name: "LIN") { name displayName email directory { name writable } otherEntries { name }
          groups(nested: true) { nodes { name description } } check(permission: "LICENSED_USER") }
        effectivePermissions(user: "Lin") { permissions { permission } }
        check(user: "lin", permission: "ADMIN")
        checkMany(checks: [{ user: "lin", permission: "LICENSED_USER" }]) { allowed }
        explain(user: "lin", permission: "LICENSED_USER") { derivations { steps { group { name } } } }
        node(id: "${ids.users.lin}") { id }
      }`,
    );
    expect(data).toEqual({
      user: {
        name: 'lin',
        displayName: 'Lin Example',
        email: 'lin@example.org',
        directory: { name: 'Staff', writable: true },
        otherEntries: [],
        groups: {
          nodes: [
            { name: 'bitbucket-users', description: 'The bitbucket-users' },
            { name: 'developers', description: 'The developers' },
          ],
        },
        check: true,
      },
      effectivePermissions: { permissions: [{ permission: 'LICENSED_USER' }] },
      check: false,
      checkMany: [{ allowed: true }],
      explain: {
        derivations: [
          { steps: [{ group: { name: 'developers' } }, { group: { name: 'bitbucket-users' } }] },
        ],
      },
      node: { id: ids.users.lin },
    });
  });

  it.each([
    'position',
    'connection { serverUrl }',
    'userCount',
    'groupCount',
    'latestRun { message }',
    'runs { totalCount }',
    'users { totalCount }',
    'groups { totalCount }',
  ])(
    'keeps what a directory tells administrators (%s) from those who reach it by themselves',
    async (field) => {
      const query = `{ user(name: "lin") { name directory { name ${field} } } }`;
      const { data, errors } = await served.ask<{ user: { directory: object } }>(LIN, query);
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['PERMISSION_DENIED']);
      expect(data.user.directory).toMatchObject({ name: 'Staff' });
      expect(await served.codeOf(ADA, query)).toBeNull();
    },
  );

  it.each(['members', 'childGroups', 'parentGroups'])(
    'keeps the %s of a group from those who are in it',
    async (field) => {
      const query = `{ user(name: "lin") { groups { nodes { name ${field} { totalCount } } } } }`;
      expect(await served.codeOf(LIN, query)).toBe('PERMISSION_DENIED');
      expect(await served.codeOf(ADA, query)).toBeNull();
    },
  );

  it('names other users who hold a permission to administrators only', async () => {
    await served.read(
      SAM,
      'mutation { grantPermission(permission: "PROJECT_CREATE", subject: { type: USER, name: "max" }) { revision } }',
    );
    const query = `{ explain(user: "lin", permission: "PROJECT_CREATE") { missing { reason message grants { subjectName } } } }`;
    interface Told {
      explain: { missing: { message: string; grants: { subjectName: string }[] }[] };
    }
    const toLin = (await served.read<Told>(LIN, query)).explain.missing[0];
    const toAda = (await served.read<Told>(ADA, query)).explain.missing[0];
    expect(toAda.grants).toContainEqual({ subjectName: 'max' });
    expect(toLin.grants).not.toContainEqual({ subjectName: 'max' });
    expect(toLin.message).not.toContain('max');
  });

  it('shows an unlicensed user nothing beyond who they are', async () => {
    const { data, errors } = await served.ask(
      NIL,
      '{ viewer { name permissions user { displayName check(permission: "LICENSED_USER") } } }',
    );
    expect(data).toEqual({
      viewer: {
        name: 'nil',
        permissions: [],
        user: { displayName: 'Nil Example', check: null },
      },
    });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['PERMISSION_DENIED']);
  });

  it('takes a gate away with the permission, at once', async () => {
    const query = '{ users { totalCount } }';
    expect(await served.codeOf(ADA, query)).toBeNull();
    const revoke =
      'mutation { revokePermission(permission: "ADMIN", subject: { type: GROUP, name: "jira-administrators" }) { revision } }';
    await served.read(SAM, revoke);
    expect(await served.codeOf(ADA, query)).toBe('PERMISSION_DENIED');
  });
});
