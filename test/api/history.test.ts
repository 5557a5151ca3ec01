import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { reloadOf } from '../support/runs.js';
import { ADA, addDirectory, type CompanyIds, LIN, NIL, person, settleCompany } from './company.js';
import { OPERATOR, type Served, serve } from './served.js';

describeEachDatabase('the past', (database) => {
  let served: Served;
  let ids: CompanyIds;
  let url: string;
  /** Before the reorganisation, and after it. */
  let then: number;
  let now: number;

  beforeAll(async () => {
    url = await database.create();
    served = await serve({ url });
    const { store } = served.gateway;
    ids = await settleCompany(store);
    then = await store.reader.revision();
    await served.read(
      OPERATOR,
      `mutation {
        rename: changeUser(id: "${ids.users.max}", input: { name: "maxine" }) { revision }
        remove: removeGroup(id: "${ids.groups.developers}") { revision }
        limit: setLicenceLimit(limit: 9) { revision }
        mode: setMembershipMode(mode: ALL_DIRECTORIES) { revision }
        grant: grantPermission(permission: "PROJECT_CREATE", subject: { type: USER, name: "lin" }) { revision }
        add: addDirectory(input: { name: "Second", type: INTERNAL }) { revision }
      }`,
    );
    now = await store.reader.revision();
  });
  afterAll(() => served.close());

  const at = <Data>(asOf: number | null, fields: string) =>
    served.read<Data>(OPERATOR, `query ($asOf: Revision) { ${fields} }`, { asOf });

  it('answers every question as it was then, and all that hangs on the answer', async () => {
    const fields = `
      max: user(name: "max", asOf: $asOf) { name check(permission: "LICENSED_USER")
        directory { name position userCount groupCount groups { totalCount } }
        groups(nested: true) { nodes { name members { nodes { name } } parentGroups { nodes { name } } } }
        effectivePermissions { permissions { permission derivations { message steps { group { name } } } } }
        explain(permission: "LICENSED_USER") { allDerivations { nodes { message } } }
        whyNot(permission: "ADMIN") { reason grants { subjectName expansion { userCount users { nodes { name } } } } } }
      usersByName(names: ["max", "maxine"], asOf: $asOf) { name otherEntries { name } }
      users(asOf: $asOf) { nodes { name } }
      developers: group(name: "developers", asOf: $asOf) { name description directories { name } expansion { userCount } }
      groupsByName(names: ["developers", "visitors"], asOf: $asOf) { name childGroups { totalCount } }
      groups(asOf: $asOf) { totalCount }
      check(user: "max", permission: "LICENSED_USER", asOf: $asOf)
      checkMany(checks: [{ user: "max", permission: "LICENSED_USER" }, { user: "lin", permission: "PROJECT_CREATE" }], asOf: $asOf) { allowed }
      effectivePermissions(user: "lin", asOf: $asOf) { revision permissions { permission } }
      explain(user: "max", permission: "LICENSED_USER", asOf: $asOf) { revision allowed }
      whyNot(user: "max", permission: "LICENSED_USER", asOf: $asOf) { reason }
      holders(permission: "LICENSED_USER", asOf: $asOf) { nodes { name } }
      grants(asOf: $asOf) { totalCount }
      directories(asOf: $asOf) { nodes { name } }
      licence(asOf: $asOf) { used limit }
      membershipMode(asOf: $asOf)`;
    const past = await at<Record<string, unknown>>(then, fields);
    expect(past).toEqual({
      max: {
        name: 'max',
        check: true,
        directory: {
          name: 'Staff',
          position: 1,
          userCount: 5,
          groupCount: 5,
          groups: { totalCount: 5 },
        },
        groups: {
          nodes: [
            { name: 'bitbucket-users', members: { nodes: [] }, parentGroups: { nodes: [] } },
            {
              name: 'developers',
              members: { nodes: [{ name: 'lin' }, { name: 'max' }] },
              parentGroups: { nodes: [{ name: 'bitbucket-users' }] },
            },
          ],
        },
        effectivePermissions: {
          permissions: [
            {
              permission: 'LICENSED_USER',
              derivations: [
                {
                  message:
                    '`max` is in `developers`, which is in `bitbucket-users`, which has been granted LICENSED_USER',
                  steps: [
                    { group: { name: 'developers' } },
                    { group: { name: 'bitbucket-users' } },
                  ],
                },
              ],
            },
          ],
        },
        explain: {
          allDerivations: {
            nodes: [
              {
                message:
                  '`max` is in `developers`, which is in `bitbucket-users`, which has been granted LICENSED_USER',
              },
            ],
          },
        },
        whyNot: [
          {
            reason: 'NOT_IN_GRANTED_GROUP',
            grants: [
              {
                subjectName: 'jira-administrators',
                expansion: [{ userCount: 1, users: { nodes: [{ name: 'ada' }] } }],
              },
              {
                subjectName: 'system-administrators',
                expansion: [{ userCount: 1, users: { nodes: [{ name: 'sam' }] } }],
              },
            ],
          },
        ],
      },
      usersByName: [{ name: 'max', otherEntries: [] }, null],
      users: { nodes: ['ada', 'lin', 'max', 'nil', 'sam'].map((name) => ({ name })) },
      developers: {
        name: 'developers',
        description: null,
        directories: [{ name: 'Staff' }],
        expansion: [{ userCount: 2 }],
      },
      groupsByName: [
        { name: 'developers', childGroups: { totalCount: 0 } },
        { name: 'visitors', childGroups: { totalCount: 0 } },
      ],
      groups: { totalCount: 5 },
      check: true,
      checkMany: [{ allowed: true }, { allowed: false }],
      effectivePermissions: { revision: then, permissions: [{ permission: 'LICENSED_USER' }] },
      explain: { revision: then, allowed: true },
      whyNot: [],
      holders: { nodes: ['ada', 'lin', 'max', 'sam'].map((name) => ({ name })) },
      grants: { totalCount: 3 },
      directories: { nodes: [{ name: 'Staff' }] },
      licence: { used: 4, limit: null },
      membershipMode: 'FIRST_DIRECTORY',
    });
    expect(await at(now, fields)).toEqual(await at(null, fields));
    expect(await at(null, fields)).toMatchObject({
      max: null,
      check: false,
      licence: { used: 3, limit: 9 },
      membershipMode: 'ALL_DIRECTORIES',
    });
  });

  it('goes back to the very beginning', async () => {
    expect(
      await at(0, 'users(asOf: $asOf) { totalCount } directories(asOf: $asOf) { totalCount }'),
    ).toEqual({
      users: { totalCount: 0 },
      directories: { totalCount: 0 },
    });
  });

  it('is paged as the present is', async () => {
    const page = (after: string | null) =>
      served.read<{ users: { nodes: { name: string }[]; pageInfo: { endCursor: string } } }>(
        OPERATOR,
        'query ($after: String, $asOf: Revision) { users(first: 2, after: $after, asOf: $asOf) { nodes { name } pageInfo { endCursor } } }',
        { after, asOf: then },
      );
    const first = (await page(null)).users;
    const second = (await page(first.pageInfo.endCursor)).users;
    expect([...first.nodes, ...second.nodes].map(({ name }) => name)).toEqual([
      'ada',
      'lin',
      'max',
      'nil',
    ]);
  });

  it('stays as it was while the present goes on', async () => {
    const fields = 'holders(permission: "LICENSED_USER", asOf: $asOf) { nodes { name } }';
    const before = await at(then, fields);
    const writes = Array.from({ length: 10 }, (_, i) =>
      served.read(OPERATOR, `mutation { createUser(input: { name: "late-${i}" }) { revision } }`),
    );
    const reads = Array.from({ length: 20 }, () => at(then, fields));
    await Promise.all(writes);
    for (const read of await Promise.all(reads)) expect(read).toEqual(before);
    expect(await at(then, fields)).toEqual(before);
  });

  it('is for whoever may ask about the same now', async () => {
    const query = (name: string) =>
      `{ check(user: "${name}", permission: "LICENSED_USER", asOf: ${then}) }`;
    expect(await served.codeOf(NIL, query('nil'))).toBe('PERMISSION_DENIED');
    expect(await served.codeOf(LIN, query('lin'))).toBeNull();
    expect(await served.codeOf(LIN, query('max'))).toBe('PERMISSION_DENIED');
    // Somebody who held it then and does not now.
    expect(await served.codeOf(ADA, query('max'))).toBeNull();
    const self = `{ user(name: "lin", asOf: ${then}) { groups { nodes { members { totalCount } } } } }`;
    expect(await served.codeOf(LIN, self)).toBe('PERMISSION_DENIED');
  });

  it('has no future, and none at a server', async () => {
    const latest = await served.gateway.store.reader.revision();
    const query = (asOf: number) => `{ check(user: "lin", permission: "ADMIN", asOf: ${asOf}) }`;
    expect(await served.codeOf(OPERATOR, query(latest))).toBeNull();
    expect(await served.codeOf(OPERATOR, query(latest + 1))).toBe('INPUT_INVALID');
    expect(await served.codeOf(OPERATOR, `{ diff(from: ${latest + 1}) { revision } }`)).toBe(
      'INPUT_INVALID',
    );
    expect(await served.codeOf(OPERATOR, `{ diff(from: 2, to: 1) { revision } }`)).toBe(
      'INPUT_INVALID',
    );
    const live = `{ user(name: "lin", freshness: LIVE, asOf: ${then}) { name } }`;
    expect(await served.codeOf(OPERATOR, live)).toBe('INPUT_INVALID');
  });

  it('knows what another process has made a moment ago', async () => {
    const other = await database.open({ url });
    const { revision } = await other.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.addUsers(ids.staff.id, [person('elsewhere')]),
    );
    await other.close();
    const data = await at(revision, 'user(name: "elsewhere", asOf: $asOf) { name }');
    expect(data).toEqual({ user: { name: 'elsewhere' } });
  });

  it('costs what is asked of it', async () => {
    const query = (count: number) =>
      `{ ${Array.from({ length: count }, (_, i) => `c${i}: check(user: "lin", permission: "ADMIN", asOf: ${i % 3})`).join(' ')} }`;
    expect(await served.codeOf(OPERATOR, query(10))).toBeNull();
    expect(await served.codeOf(OPERATOR, query(120))).toBe('REQUEST_TOO_LARGE');
  });

  it('ends where a directory was removed or loaded anew, and says how far back one can look', async () => {
    const { store } = served.gateway;
    const { value: gone, revision: added } = await store.transact(
      { type: 'OPERATOR' },
      async (transaction) => {
        const directory = await addDirectory(transaction, { name: 'Gone' });
        await transaction.addUsers(directory.id, [person('gus')]);
        return directory;
      },
    );
    const reload = await reloadOf(store, gone.id);
    await reload.addUsers([{ id: null, facts: person('gil') }]);
    const { revision: reloaded } = await store.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.switchGeneration(gone.id, reload.generation),
    );
    const refusal = async (asOf: number) => {
      const { errors } = await served.ask(
        OPERATOR,
        `{ check(user: "gus", permission: "ADMIN", asOf: ${asOf}) }`,
      );
      return errors?.[0].extensions ?? null;
    };
    const barred = (revision: number, oldest: number, reason: string) => ({
      code: 'REVISION_NOT_REACHABLE',
      details: { revision, oldest, reason },
    });
    expect(await refusal(added)).toEqual(barred(added, reloaded, 'DIRECTORY_RELOADED'));
    expect(await refusal(reloaded)).toBeNull();
    const { revision: removed } = await store.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.removeDirectory(gone.id),
    );
    expect(await refusal(reloaded)).toEqual(barred(reloaded, removed, 'DIRECTORY_REMOVED'));
    expect(await refusal(then)).toEqual(barred(then, removed, 'DIRECTORY_REMOVED'));
    expect(await refusal(removed)).toBeNull();
    expect(await served.codeOf(OPERATOR, `{ diff(from: ${then}, to: ${then}) { revision } }`)).toBe(
      'REVISION_NOT_REACHABLE',
    );
    expect(await served.codeOf(OPERATOR, `{ diff(from: ${removed}) { revision } }`)).toBeNull();
  });
});
