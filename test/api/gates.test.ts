import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { ADA, type CompanyIds, LIN, NIL, SAM, settleCompany } from './company.js';
import { CALLERS, MUTATIONS, ORDER, QUERIES } from './gate-table.js';
import { type Served, serve } from './served.js';

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
