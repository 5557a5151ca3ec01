import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { ADA, addDirectory, type CompanyIds, idOf, person, SAM, settleCompany } from './company.js';
import { CONNECTION } from './copied-directory.js';
import { OPERATOR, type Served, serve } from './served.js';

type Planned = Readonly<Record<string, unknown>>;

const PREVIEW = 'query ($changes: [PlannedChangeInput!]!) { preview(changes: $changes)';
const CROWD = ['u1', 'u2', 'u3', 'u4', 'u5'];

interface GainedPage {
  preview: {
    permission: {
      gained: {
        totalCount: number;
        pageInfo: { hasNextPage: boolean; endCursor: string };
        nodes: {
          userName: string;
          before: { groups: { totalCount: number } };
          after: { effectivePermissions: { permissions: { permission: string }[] } };
          reasonBefore: { allowed: boolean; missing: { reason: string }[] };
          reasonAfter: { allowed: boolean; derivations: { message: string }[] };
        }[];
      };
    };
  };
}

describeEachDatabase('a preview of planned changes', (database) => {
  let served: Served;
  let ids: CompanyIds;
  let staff: string;
  let jira: string;

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
    const { store } = served.gateway;
    ids = await settleCompany(store);
    staff = idOf('Directory', ids.staff.id);
    const { value } = await store.transact({ type: 'OPERATOR' }, async (transaction) => {
      const copy = await addDirectory(transaction, {
        name: 'Jira',
        type: 'JIRA',
        connection: CONNECTION,
        password: 'secret',
      });
      const users = await transaction.addUsers(
        copy.id,
        ['lin', ...CROWD].map((name) => person(name)),
      );
      const [group] = await transaction.addGroups(copy.id, [
        { name: 'crowd', description: '', active: true },
      ]);
      await transaction.addMemberships(
        copy.id,
        users.map(({ id }) => ({ groupId: group.id, userId: id })),
      );
      return copy;
    });
    jira = idOf('Directory', value.id);
  });
  afterAll(() => served.close());

  const ask = <Data>(fields: string, ...changes: readonly Planned[]) =>
    served.read<{ preview: Data }>(OPERATOR, `${PREVIEW} { ${fields} } }`, { changes });
  const codeOf = (...changes: readonly Planned[]) =>
    served.codeOf(OPERATOR, `${PREVIEW} { revision } }`, { changes });
  const grant = (permission: string, type: string, name: string) => ({
    permission,
    subject: { type, name },
  });
  const user = (name: string) => ({ type: 'USER', name });

  it.each<{ name: string; changes: () => readonly Planned[]; code: string }>([
    { name: 'none', changes: () => [], code: 'INPUT_INVALID' },
    { name: 'one that is none', changes: () => [{}], code: 'INPUT_INVALID' },
    {
      name: 'two in one',
      changes: () => [{ removeDirectory: staff, membershipMode: 'ALL_DIRECTORIES' }],
      code: 'INPUT_INVALID',
    },
    {
      name: 'more than a thousand',
      changes: () => Array.from({ length: 1_001 }, () => ({ licenceLimit: { limit: 1 } })),
      code: 'INPUT_INVALID',
    },
    {
      name: 'an unknown directory',
      changes: () => [{ removeDirectory: idOf('Directory', 999) }],
      code: 'NOT_FOUND',
    },
    {
      name: 'an id of something else',
      changes: () => [{ removeDirectory: ids.users.lin }],
      code: 'NOT_FOUND',
    },
    {
      name: 'an incomplete order',
      changes: () => [{ directoryOrder: [staff] }],
      code: 'DIRECTORY_ORDER_INCOMPLETE',
    },
    {
      name: 'an order that repeats',
      changes: () => [{ directoryOrder: [staff, jira, staff] }],
      code: 'DIRECTORY_ORDER_INCOMPLETE',
    },
    {
      name: 'a place that there is not',
      changes: () => [{ directoryPosition: { directory: staff, position: 3 } }],
      code: 'INPUT_INVALID',
    },
    {
      name: 'the last internal directory',
      changes: () => [{ removeDirectory: staff }],
      code: 'LAST_INTERNAL_DIRECTORY',
    },
    {
      name: 'a directory that the plan has removed',
      changes: () => [
        { removeDirectory: jira },
        { directoryActive: { directory: jira, on: true } },
      ],
      code: 'NOT_FOUND',
    },
    { name: 'a bad name', changes: () => [{ addUser: { name: ' ' } }], code: 'NAME_INVALID' },
    { name: 'a name borne', changes: () => [{ addUser: { name: 'LIN' } }], code: 'NAME_TAKEN' },
    {
      name: 'a name that the plan has given',
      changes: () => [{ addGroup: { name: 'new' } }, { addGroup: { name: 'NEW' } }],
      code: 'NAME_TAKEN',
    },
    {
      name: 'a rename onto a name borne',
      changes: () => [{ renameUser: { name: 'lin', newName: 'max' } }],
      code: 'NAME_TAKEN',
    },
    { name: 'nobody', changes: () => [{ removeUser: { name: 'nobody' } }], code: 'NOT_FOUND' },
    {
      name: 'somebody of another directory',
      changes: () => [{ removeUser: { name: 'max', directory: jira } }],
      code: 'NOT_FOUND',
    },
    {
      name: 'somebody whom the plan has removed',
      changes: () => [
        { removeUser: { name: 'max' } },
        { addMember: { group: 'visitors', member: user('max') } },
      ],
      code: 'NOT_FOUND',
    },
    {
      name: 'a member that is one',
      changes: () => [{ addMember: { group: 'developers', member: user('lin') } }],
      code: 'MEMBERSHIP_EXISTS',
    },
    {
      name: 'a group that is in the group',
      changes: () => [
        { addMember: { group: 'bitbucket-users', member: { type: 'GROUP', name: 'developers' } } },
      ],
      code: 'MEMBERSHIP_EXISTS',
    },
    {
      name: 'a member that the plan has put in',
      changes: () => [
        { addMember: { group: 'visitors', member: user('nil') } },
        { addMember: { group: 'visitors', member: user('NIL') } },
      ],
      code: 'MEMBERSHIP_EXISTS',
    },
    {
      name: 'a member that is none',
      changes: () => [{ removeMember: { group: 'developers', member: user('nil') } }],
      code: 'MEMBERSHIP_NOT_FOUND',
    },
    {
      name: 'a membership of somebody new by an old name',
      changes: () => [
        { removeUser: { name: 'lin', directory: staff } },
        { addUser: { name: 'lin', directory: staff } },
        { removeMember: { group: 'developers', member: user('lin') } },
      ],
      code: 'MEMBERSHIP_NOT_FOUND',
    },
    {
      name: 'a member of a group in another directory',
      changes: () => [{ addMember: { group: 'crowd', member: user('max') } }],
      code: 'NOT_FOUND',
    },
    {
      name: 'an unknown permission',
      changes: () => [{ grant: grant('NOTHING', 'USER', 'lin') }],
      code: 'UNKNOWN_PERMISSION',
    },
    {
      name: 'a grant that there is',
      changes: () => [{ grant: grant('ADMIN', 'GROUP', 'Jira-Administrators') }],
      code: 'GRANT_EXISTS',
    },
    {
      name: 'a grant that there is not',
      changes: () => [{ revoke: grant('ADMIN', 'USER', 'lin') }],
      code: 'NOT_FOUND',
    },
    {
      name: 'a grant that the plan has taken back',
      changes: () => [
        { revoke: grant('ADMIN', 'GROUP', 'jira-administrators') },
        { revoke: grant('ADMIN', 'GROUP', 'jira-administrators') },
      ],
      code: 'NOT_FOUND',
    },
    {
      name: 'a limit below zero',
      changes: () => [{ licenceLimit: { limit: -1 } }],
      code: 'INPUT_INVALID',
    },
  ])('refuses $name as a mutation would', async ({ changes, code }) => {
    expect(await codeOf(...changes())).toBe(code);
  });

  it('lets a renamed group keep its members, and its name be taken by another', async () => {
    const { preview } = await ask<{
      permission: { gained: { nodes: { userName: string }[] }; lostCount: number };
    }>(
      'permission(key: "ADMIN") { lostCount gained { nodes { userName } } }',
      { renameGroup: { name: 'developers', newName: 'makers' } },
      { addGroup: { name: 'developers' } },
      { addMember: { group: 'developers', member: user('nil') } },
      { removeMember: { group: 'makers', member: user('max') } },
      { grant: grant('ADMIN', 'GROUP', 'makers') },
    );
    expect(preview.permission).toEqual({ lostCount: 0, gained: { nodes: [{ userName: 'lin' }] } });
  });

  it('counts what comes out in the end, however often it goes to and fro', async () => {
    const orders = [
      [jira, staff],
      [staff, jira],
    ];
    const changes = Array.from({ length: 998 }, (_, i) => ({ directoryOrder: orders[i % 2] }));
    const fields = 'masked { totalCount } permissions { gainedCount lostCount }';
    const still = { gainedCount: 0, lostCount: 0 };
    const { preview } = await ask<object>(
      fields,
      ...changes,
      { membershipMode: 'ALL_DIRECTORIES' },
      { membershipMode: 'FIRST_DIRECTORY' },
    );
    expect(preview).toEqual({
      masked: { totalCount: 0 },
      permissions: [still, still, still, still],
    });
    const once = await ask<object>('masked { totalCount }', ...changes, {
      directoryOrder: orders[0],
    });
    expect(once.preview).toEqual({ masked: { totalCount: 1 } });
  });

  it('asks what would be if a remote directory were changed at its server', async () => {
    const { preview } = await ask<{ permission: { gained: { totalCount: number } } }>(
      'permission(key: "PROJECT_CREATE") { gained { totalCount } }',
      { addUser: { directory: jira, name: 'u6' } },
      { addMember: { group: 'crowd', member: user('u6') } },
      { grant: grant('PROJECT_CREATE', 'GROUP', 'crowd') },
    );
    expect(preview.permission.gained.totalCount).toBe(CROWD.length + 1);
  });

  it('is paged by asking again, and says why', async () => {
    const page = (after: string | null) =>
      served.read<GainedPage>(
        OPERATOR,
        `query ($after: String, $changes: [PlannedChangeInput!]!) {
          preview(changes: $changes) { permission(key: "LICENSED_USER") {
            gained(first: 2, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes {
              userName before { groups { totalCount } }
              after { effectivePermissions { permissions { permission } } }
              reasonBefore { allowed missing { reason } }
              reasonAfter { allowed derivations { message } }
            } } } }
        }`,
        { after, changes: [{ grant: grant('LICENSED_USER', 'GROUP', 'crowd') }] },
      );
    const names: string[] = [];
    for (let after: string | null = null; ; ) {
      const { preview }: GainedPage = await page(after);
      const { gained } = preview.permission;
      expect(gained.totalCount).toBe(CROWD.length);
      for (const node of gained.nodes) {
        names.push(node.userName);
        expect(node.before.groups.totalCount).toBe(1);
        expect(node.after.effectivePermissions.permissions).toEqual([
          { permission: 'LICENSED_USER' },
        ]);
        expect(node.reasonBefore).toEqual({
          allowed: false,
          missing: [{ reason: 'NOT_IN_GRANTED_GROUP' }],
        });
        expect(node.reasonAfter).toEqual({
          allowed: true,
          derivations: [
            {
              message: `\`${node.userName}\` is in \`crowd\`, which has been granted LICENSED_USER`,
            },
          ],
        });
      }
      if (!gained.pageInfo.hasNextPage) break;
      after = gained.pageInfo.endCursor;
    }
    expect(names).toEqual(CROWD);
  });

  it('tells whoever may only look what it would take', async () => {
    const refusals = async (as: typeof ADA, ...changes: readonly Planned[]) => {
      const { preview } = await served.read<{
        preview: { refusals: { code: string; confirmable: boolean }[] };
      }>(as, `${PREVIEW} { refusals { code confirmable } } }`, { changes });
      return preview.refusals.map(({ code, confirmable }) => (confirmable ? `${code}?` : code));
    };
    const nested = { nestedGroups: { directory: staff, on: false } };
    expect(await refusals(ADA, nested)).toEqual(['PERMISSION_DENIED']);
    expect(await refusals(SAM, nested)).toEqual([]);
    const strip = { removeMember: { group: 'system-administrators', member: user('sam') } };
    expect(await refusals(ADA, strip)).toEqual(['NO_SYS_ADMIN_LEFT?', 'TARGET_OUTRANKS_VIEWER']);
    expect(await refusals(SAM, strip)).toEqual(['WOULD_LOCK_OUT_VIEWER?', 'NO_SYS_ADMIN_LEFT?']);
    expect(await refusals(ADA, { addGroup: { name: 'harmless' } })).toEqual([]);
  });

  it('is costly: a request may hold some, not many', async () => {
    const query = (count: number) =>
      `{ ${Array.from({ length: count }, (_, i) => `p${i}: preview(changes: [{ licenceLimit: { limit: ${i} } }]) { revision }`).join(' ')} }`;
    expect(await served.codeOf(OPERATOR, query(3))).toBeNull();
    expect(await served.codeOf(OPERATOR, query(30))).toBe('REQUEST_TOO_LARGE');
  });

  it('names what it adds without an id that anybody could read', async () => {
    const { preview } = await ask<{
      emptyGroups: { nodes: { id: string; name: string; description: string | null }[] };
    }>('emptyGroups { nodes { id name description } }', { addGroup: { name: 'unborn' } });
    const [group] = preview.emptyGroups.nodes;
    expect(group).toMatchObject({ name: 'unborn', description: null });
    expect(await served.read(OPERATOR, `{ node(id: "${group.id}") { id } }`)).toEqual({
      node: null,
    });
  });
});
