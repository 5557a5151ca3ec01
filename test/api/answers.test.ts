import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DirectoryId } from '../../src/domain/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { StandingClock } from '../support/gateway.js';
import { ADA, addDirectory, type CompanyIds, idOf, person, SAM, settleCompany } from './company.js';
import { OPERATOR, type Served, serve } from './served.js';

const CONNECTION = {
  serverUrl: 'https://jira.example.org/jira',
  applicationName: 'gatehouse',
  incremental: false,
  intervalMinutes: 30,
  connectTimeoutMs: 1_000,
  requestTimeoutMs: 2_000,
};

describeEachDatabase('answers', (database) => {
  const clock = new StandingClock();
  let served: Served;
  let ids: CompanyIds;
  let jira: DirectoryId;

  beforeAll(async () => {
    served = await serve({ url: await database.create(), clock });
    const { store } = served.gateway;
    ids = await settleCompany(store);
    const { value } = await store.transact({ type: 'OPERATOR' }, async (transaction) => {
      const copy = await addDirectory(transaction, {
        name: 'Jira',
        type: 'JIRA',
        connection: CONNECTION,
        password: 'secret',
      });
      const [jo, , off] = await transaction.addUsers(copy.id, [
        person('jo', { displayName: '', firstName: '', lastName: '', email: '', externalId: 'key-1' }),
        person('ada'),
        person('off', { active: false }),
      ]);
      const [outer, inner] = await transaction.addGroups(copy.id, [
        { name: 'bitbucket-users', description: '', active: true },
        { name: 'inner', description: '', active: true },
      ]);
      await transaction.addMemberships(copy.id, [
        { groupId: inner.id, userId: jo.id },
        { groupId: outer.id, userId: off.id },
      ]);
      await transaction.addNestings(copy.id, [{ parentId: outer.id, childId: inner.id }]);
      await transaction.setLicenceLimit(4);
      return copy.id;
    });
    jira = value;
    const good = await store.runs.start(jira, 0);
    await store.transact({ type: 'RUN', runId: good.id, directoryName: 'Jira' }, (transaction) =>
      transaction.finishRun(good.id, { ...good.counts, usersRead: 3, usersAdded: 3 }),
    );
  });
  afterAll(() => served.close());

  it('say what a user may do, by which ways, and how old the answer is', async () => {
    const data = await served.read(
      SAM,
      `{ effectivePermissions(user: "ADA") {
        userName revision user { id } directory { name } dataAsOf staleSince
        permissions { permission derivations { message grant { permission subjectType subjectName } steps { groupName directory { name } } } }
      } }`,
    );
    const because = (permission: string) => ({
      permission,
      derivations: [
        {
          message:
            permission === 'ADMIN'
              ? '`ADA` is in `jira-administrators`, which has been granted ADMIN'
              : `\`ADA\` is in \`jira-administrators\`, which has been granted ADMIN, which includes ${permission}`,
          grant: { permission: 'ADMIN', subjectType: 'GROUP', subjectName: 'jira-administrators' },
          steps: [{ groupName: 'jira-administrators', directory: { name: 'Staff' } }],
        },
      ],
    });
    expect(data).toEqual({
      effectivePermissions: {
        userName: 'ADA',
        revision: await served.gateway.store.reader.revision(),
        user: { id: ids.users.ada },
        directory: { name: 'Staff' },
        // Only the first directory has a say, and it is kept here.
        dataAsOf: null,
        staleSince: null,
        permissions: ['LICENSED_USER', 'PROJECT_CREATE', 'ADMIN'].map(because),
      },
    });
  });

  it('rest on every directory up to the one that knows the name', async () => {
    const { store } = served.gateway;
    const [freshness] = await store.reader.freshness([jira]);
    const query = (user: string) =>
      `{ effectivePermissions(user: "${user}") { directory { name } dataAsOf staleSince permissions { permission } } }`;
    const of = freshness.lastSucceededAt?.toISOString();
    expect(await served.read(ADA, query('jo'))).toEqual({
      effectivePermissions: {
        directory: { name: 'Jira' },
        dataAsOf: of,
        staleSince: null,
        permissions: [],
      },
    });
    expect(await served.read(ADA, query('nobody'))).toEqual({
      effectivePermissions: { directory: null, dataAsOf: of, staleSince: null, permissions: [] },
    });
  });

  it.each([
    {
      user: 'jo',
      permission: 'LICENSED_USER',
      missing: [
        { reason: 'NESTING_OFF', directory: { name: 'Jira' }, derivation: { steps: [{}, {}] } },
      ],
    },
    { user: 'nobody', permission: 'LICENSED_USER', missing: [{ reason: 'NO_SUCH_USER' }, {}] },
    {
      user: 'off',
      permission: 'LICENSED_USER',
      missing: [{ reason: 'USER_INACTIVE', directory: { name: 'Jira' }, directories: [] }],
    },
    {
      user: 'lin',
      permission: 'ADMIN',
      missing: [
        {
          reason: 'NOT_IN_GRANTED_GROUP',
          grants: [
            { subjectName: 'jira-administrators' },
            { subjectName: 'system-administrators' },
          ],
        },
      ],
    },
    {
      user: 'nil',
      permission: 'ADMIN',
      missing: [{ reason: 'NO_SEAT', needs: 'LICENSED_USER' }, { reason: 'NOT_IN_GRANTED_GROUP' }],
    },
  ])('say what keeps $user from $permission', async ({ user, permission, missing }) => {
    interface Told {
      explain: { allowed: boolean; missing: { message: string }[] };
    }
    const { explain } = await served.read<Told>(
      ADA,
      `{ explain(user: "${user}", permission: "${permission}") { allowed derivations { message } missing {
        reason message directory { name } maskedBy { name } directories { name } needs grants { subjectName } derivation { steps { groupName } }
      } } }`,
    );
    expect(explain).toMatchObject({ allowed: false, derivations: [], missing });
    for (const { message } of explain.missing) {
      expect(message).toMatch(new RegExp(`\`${user}\`|${permission}`));
    }
  });

  it('answer many questions of one revision at once', async () => {
    const checks = ['sam', 'ada', 'lin', 'nil', 'jo', 'nobody'].map((user) => ({
      user,
      permission: 'ADMIN',
    }));
    const { checkMany } = await served.read<{ checkMany: { user: string; allowed: boolean }[] }>(
      ADA,
      'query($checks: [CheckInput!]!) { checkMany(checks: $checks) { user permission allowed } }',
      { checks },
    );
    expect(checkMany.filter(({ allowed }) => allowed).map(({ user }) => user)).toEqual([
      'sam',
      'ada',
    ]);
    expect(checkMany.map(({ user }) => user)).toEqual(checks.map(({ user }) => user));
  });

  it('refuse a permission that the scheme does not have, and tell which it has', async () => {
    const { errors } = await served.ask(ADA, '{ check(user: "ada", permission: "REPO_ADMIN") }');
    expect(errors?.[0].extensions).toEqual({
      code: 'UNKNOWN_PERMISSION',
      details: {
        permission: 'REPO_ADMIN',
        known: ['LICENSED_USER', 'PROJECT_CREATE', 'ADMIN', 'SYS_ADMIN'],
      },
    });
  });

  it('refuse more names and questions in one list than a page may hold', async () => {
    const names = Array.from({ length: 1_001 }, (_, i) => `u${i}`);
    const query = 'query($names: [String!]!) { usersByName(names: $names) { name } }';
    expect(await served.codeOf(ADA, query, { names })).toBe('INPUT_INVALID');
    expect(await served.codeOf(ADA, query, { names: names.slice(1) })).toBeNull();
  });

  it('show directories with their settings, but never with a password', async () => {
    const data = await served.read(
      ADA,
      `{ directories { nodes { name type active nestedGroups writable position userCount groupCount
        connection { serverUrl applicationName hasPassword incremental intervalMinutes connectTimeoutMs requestTimeoutMs }
        latestRun { outcome reason message counts { usersRead usersAdded } directory { name } }
      } } }`,
    );
    expect(data).toEqual({
      directories: {
        nodes: [
          {
            name: 'Staff',
            type: 'INTERNAL',
            active: true,
            nestedGroups: true,
            writable: true,
            position: 1,
            userCount: 5,
            groupCount: 5,
            connection: null,
            latestRun: null,
          },
          {
            name: 'Jira',
            type: 'JIRA',
            active: true,
            nestedGroups: false,
            writable: false,
            position: 2,
            userCount: 3,
            groupCount: 2,
            connection: { ...CONNECTION, hasPassword: true },
            latestRun: {
              outcome: 'SUCCEEDED',
              reason: null,
              message: null,
              counts: { usersRead: 3, usersAdded: 3 },
              directory: { name: 'Jira' },
            },
          },
        ],
      },
    });
  });

  it('say that a copy is behind since a run failed, and why', async () => {
    const { store } = served.gateway;
    const bad = await store.runs.start(jira, 0);
    await store.runs.fail(bad.id, {
      reason: 'UNREACHABLE',
      message: 'it did not answer',
      counts: bad.counts,
    });
    const [freshness] = await store.reader.freshness([jira]);
    const query = `{
      directory(id: "${idOf('Directory', jira)}") { lastSucceededAt staleSince ageSeconds latestRun { id outcome reason message } }
      effectivePermissions(user: "jo") { staleSince }
      check(user: "ada", permission: "ADMIN")
    }`;
    expect(await served.read(ADA, query)).toEqual({
      directory: {
        lastSucceededAt: freshness.lastSucceededAt?.toISOString(),
        staleSince: freshness.staleSince?.toISOString(),
        ageSeconds: expect.any(Number),
        latestRun: {
          id: idOf('SynchronisationRun', bad.id),
          outcome: 'FAILED',
          reason: 'UNREACHABLE',
          message: 'it did not answer',
        },
      },
      effectivePermissions: { staleSince: freshness.staleSince?.toISOString() },
      check: true,
    });
    const copied = (freshness.lastSucceededAt?.getTime() ?? 0) - clock.now().getTime();
    clock.advance(copied + 90_500);
    const age = `{ directory(id: "${idOf('Directory', jira)}") { ageSeconds } }`;
    expect(await served.read(ADA, age)).toEqual({ directory: { ageSeconds: 90 } });
  });

  it('count seats and say how near the limit is', async () => {
    const licence = async () =>
      (
        await served.read<{ licence: object }>(
          ADA,
          '{ licence { limit used remaining nearLimit overLimit } }',
        )
      ).licence;
    const set = (limit: number | null) =>
      served.read(SAM, 'mutation($limit: Int) { setLicenceLimit(limit: $limit) { licence { limit } } }', {
        limit,
      });
    expect(await licence()).toEqual({
      limit: 4,
      used: 4,
      remaining: 0,
      nearLimit: true,
      overLimit: false,
    });
    expect(await set(3)).toEqual({ setLicenceLimit: { licence: { limit: 3 } } });
    expect(await licence()).toMatchObject({ remaining: -1, overLimit: true });
    await set(null);
    expect(await licence()).toEqual({
      limit: null,
      used: 4,
      remaining: null,
      nearLimit: false,
      overLimit: false,
    });
    expect(await served.codeOf(SAM, 'mutation { setLicenceLimit { revision } }')).toBe(
      'INPUT_INVALID',
    );
  });

  it('give everything that has an id by its id', async () => {
    const { grants } = await served.read<{ grants: { nodes: { id: string }[] } }>(
      ADA,
      '{ grants { nodes { id } } }',
    );
    const { addApplication } = await served.read<{ addApplication: { application: { id: string } } }>(
      SAM,
      'mutation { addApplication(input: { name: "Bitbucket", password: "p", remoteAddresses: ["10.1.2.3/8"] }) { application { id } } }',
    );
    const [run] = (await served.gateway.store.runs.page(jira, { first: 1, after: null })).items;
    const all = {
      Directory: idOf('Directory', jira),
      User: ids.users.nil,
      Group: ids.groups.visitors,
      Grant: grants.nodes[0].id,
      SynchronisationRun: idOf('SynchronisationRun', run.id),
      Application: addApplication.application.id,
    };
    for (const [type, id] of Object.entries(all)) {
      const data = await served.read(SAM, 'query($id: ID!) { node(id: $id) { __typename id } }', {
        id,
      });
      expect(data).toEqual({ node: { __typename: type, id } });
    }
    for (const id of ['', '?', 'VXNlcg', idOf('User', 9_999), idOf('Nothing', 1), idOf('Group', 0)]) {
      const data = await served.read(SAM, 'query($id: ID!) { node(id: $id) { id } }', { id });
      expect(data).toEqual({ node: null });
    }
  });

  it('say with each change at which revision it can be seen', async () => {
    const { createUser } = await served.read<{
      createUser: { revision: number; user: { id: string; name: string; email: string | null } };
    }>(
      ADA,
      'mutation { createUser(input: { name: "Zed", email: "zed@example.org" }) { revision user { id name displayName email directory { name } } } }',
    );
    expect(createUser).toMatchObject({
      revision: await served.gateway.store.reader.revision(),
      user: { name: 'Zed', displayName: 'Zed', email: 'zed@example.org', directory: { name: 'Staff' } },
    });
    const { id } = createUser.user;
    const changed = await served.read(
      ADA,
      'mutation($id: ID!) { changeUser(id: $id, input: { name: "zoe", email: null, firstName: "Zoë" }) { user { id name email firstName } } }',
      { id },
    );
    expect(changed).toEqual({
      changeUser: { user: { id, name: 'zoe', email: 'zed@example.org', firstName: 'Zoë' } },
    });
    expect(await served.read(ADA, 'mutation($id: ID!) { removeUser(id: $id) { removedId } }', { id })).toEqual({
      removeUser: { removedId: id },
    });
    expect(await served.read(ADA, '{ user(name: "zoe") { id } }')).toEqual({ user: null });
  });

  it('follow a group through its life', async () => {
    const { createGroup } = await served.read<{ createGroup: { group: { id: string } } }>(
      ADA,
      'mutation { createGroup(input: { name: "guests", description: "for a day" }) { group { id description directories { name } } } }',
    );
    const { id } = createGroup.group;
    const steps = await served.read(
      ADA,
      `mutation($id: ID!) {
        user: addMember(group: $id, member: { type: USER, name: "NIL" }) { group { members { totalCount } } }
        group: addMember(group: $id, member: { type: GROUP, name: "visitors" }) { group { childGroups { nodes { name } } } }
        grant: grantPermission(permission: "LICENSED_USER", subject: { type: GROUP, name: "guests" }) { grant { subjectName } }
        rename: changeGroup(id: $id, input: { description: "for a week" }) { group { name description effectivePermissions } }
        out: removeMember(group: $id, member: { type: GROUP, name: "visitors" }) { group { childGroups { totalCount } } }
        gone: removeGroup(id: $id) { removedId }
        back: revokePermission(permission: "LICENSED_USER", subject: { type: GROUP, name: "GUESTS" }) { grant { permission } }
      }`,
      { id },
    );
    expect(steps).toEqual({
      user: { group: { members: { totalCount: 1 } } },
      group: { group: { childGroups: { nodes: [{ name: 'visitors' }] } } },
      grant: { grant: { subjectName: 'guests' } },
      rename: {
        group: {
          name: 'guests',
          description: 'for a week',
          effectivePermissions: ['LICENSED_USER'],
        },
      },
      out: { group: { childGroups: { totalCount: 0 } } },
      gone: { removedId: id },
      back: { grant: { permission: 'LICENSED_USER' } },
    });
  });

  it('follow a directory and an application through their lives', async () => {
    const { addDirectory: added } = await served.read<{
      addDirectory: { directory: { id: string } };
    }>(
      SAM,
      `mutation { addDirectory(input: { name: "Crowd", type: CROWD, applicationPassword: "secret",
        connection: { serverUrl: "https://crowd.example.org/crowd/", applicationName: "gatehouse" } })
        { directory { id position connection { serverUrl intervalMinutes } } } }`,
    );
    expect(added.directory).toMatchObject({
      position: 3,
      connection: { serverUrl: 'https://crowd.example.org/crowd', intervalMinutes: 60 },
    });
    const { id } = added.directory;
    const edit = (input: string) =>
      served.ask(
        SAM,
        `mutation($id: ID!) { editDirectory(id: $id, input: ${input}) { directory { name nestedGroups connection { serverUrl applicationName intervalMinutes } } } }`,
        { id },
      );
    expect((await edit('{ name: "Crowd 2", nestedGroups: true, connection: { intervalMinutes: 5 } }')).data).toEqual({
      editDirectory: {
        directory: {
          name: 'Crowd 2',
          nestedGroups: true,
          connection: {
            serverUrl: 'https://crowd.example.org/crowd',
            applicationName: 'gatehouse',
            intervalMinutes: 5,
          },
        },
      },
    });
    const moved = await edit('{ connection: { serverUrl: "https://elsewhere.example.org" } }');
    expect(moved.errors?.[0].extensions).toMatchObject({
      code: 'INPUT_INVALID',
      details: { field: 'applicationPassword' },
    });
    expect((await edit('{ connection: { serverUrl: "ftp://x" } }')).errors?.[0].extensions.code).toBe(
      'INPUT_INVALID',
    );
    const gone = await served.read(
      SAM,
      `mutation($id: ID!) {
        off: disableDirectory(id: $id) { directory { active } }
        on: enableDirectory(id: $id) { directory { active } }
        again: disableDirectory(id: $id) { directory { active } }
        removeDirectory(id: $id) { removedId }
      }`,
      { id },
    );
    expect(gone).toEqual({
      off: { directory: { active: false } },
      on: { directory: { active: true } },
      again: { directory: { active: false } },
      removeDirectory: { removedId: id },
    });
    const changed = await served.read(
      SAM,
      `mutation($id: ID!) {
        changeApplication(id: $id, input: { active: false, remoteAddresses: ["10.0.0.1", "::1"] }) { application { name active remoteAddresses } }
        removeApplication(id: $id) { removedId }
      }`,
      { id: idOf('Application', (await served.gateway.store.reader.applications())[0].id) },
    );
    expect(changed).toMatchObject({
      changeApplication: {
        application: { name: 'Bitbucket', active: false, remoteAddresses: ['10.0.0.1', '::1'] },
      },
    });
  });

  it('change with the membership mode', async () => {
    const set = (mode: string) =>
      served.read(OPERATOR, `mutation { setMembershipMode(mode: ${mode}) { membershipMode } }`);
    expect(await set('ALL_DIRECTORIES')).toEqual({
      setMembershipMode: { membershipMode: 'ALL_DIRECTORIES' },
    });
    expect(await served.read(ADA, '{ membershipMode }')).toEqual({
      membershipMode: 'ALL_DIRECTORIES',
    });
    // Now every active directory has a say about everybody.
    const query = '{ effectivePermissions(user: "ada") { dataAsOf } }';
    const { effectivePermissions } = await served.read<{
      effectivePermissions: { dataAsOf: string | null };
    }>(ADA, query);
    expect(effectivePermissions.dataAsOf).not.toBeNull();
    await set('FIRST_DIRECTORY');
  });
});
