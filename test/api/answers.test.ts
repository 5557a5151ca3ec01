import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type DirectoryId, EMPTY_REPORT } from '../../src/domain/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { StandingClock } from '../support/gateway.js';
import { RUN_OUT } from '../support/runs.js';
import { ADA, type CompanyIds, idOf, SAM, settleCompany } from './company.js';
import { CONNECTION, settleCopy } from './copied-directory.js';
import { type Served, serve } from './served.js';

describeEachDatabase('answers', (database) => {
  const clock = new StandingClock();
  let served: Served;
  let ids: CompanyIds;
  let jira: DirectoryId;

  beforeAll(async () => {
    served = await serve({ url: await database.create(), clock });
    const { store } = served.gateway;
    ids = await settleCompany(store);
    jira = await settleCopy(store);
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
        connection { serverUrl applicationName hasPassword incremental intervalMinutes connectTimeoutMs requestTimeoutMs mostRemovedPercent mostRemovedUsers onlyUsers onlyGroups onUserRemoved tombstoneDays }
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
    const bad = await store.runs.start(jira, RUN_OUT);
    await store.runs.fail(bad.id, {
      ...EMPTY_REPORT,
      reason: 'UNREACHABLE',
      message: 'it did not answer',
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
      served.read(
        SAM,
        'mutation($limit: Int) { setLicenceLimit(limit: $limit) { licence { limit } } }',
        {
          limit,
        },
      );
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
    const { addApplication } = await served.read<{
      addApplication: { application: { id: string } };
    }>(
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
    for (const id of [
      '',
      '?',
      'VXNlcg',
      idOf('User', 9_999),
      idOf('Nothing', 1),
      idOf('Group', 0),
    ]) {
      const data = await served.read(SAM, 'query($id: ID!) { node(id: $id) { id } }', { id });
      expect(data).toEqual({ node: null });
    }
  });
});
