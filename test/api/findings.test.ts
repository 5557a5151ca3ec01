import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { settleCompany } from './company.js';
import { OPERATOR, type Served, serve } from './served.js';

interface Page {
  readonly totalCount: number;
  readonly nodes: readonly { readonly code: string; readonly message: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const PAGE = `query ($first: Int, $after: String, $codes: [FindingCode!]) {
  findings(first: $first, after: $after, codes: $codes) {
    totalCount nodes { code message } pageInfo { hasNextPage endCursor }
  }
}`;

describeEachDatabase('findings', (database) => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
    await settleCompany(served.gateway.store);
    for (const name of ['gone-1', 'gone-2', 'gone-3', 'gone-4']) await grant(name);
  });
  afterAll(() => served.close());

  const grant = (name: string) =>
    served.read(
      OPERATOR,
      `mutation { grantPermission(permission: "PROJECT_CREATE", subject: { type: USER, name: "${name}" }) { revision } }`,
    );
  const revoke = (name: string) =>
    served.read(
      OPERATOR,
      `mutation { revokePermission(permission: "PROJECT_CREATE", subject: { type: USER, name: "${name}" }) { revision } }`,
    );
  const page = async (variables: Readonly<Record<string, unknown>>) =>
    (await served.read<{ findings: Page }>(OPERATOR, PAGE, variables)).findings;
  const about = ({ nodes }: Page) => nodes.map(({ message }) => /`([^`]+)`/.exec(message)?.[1]);

  it('say what is the matter and link what it is about', async () => {
    const data = await served.read(
      OPERATOR,
      `{ findings(first: 2) { totalCount nodes { code message permission ways
        user { name directory { name } effectivePermissions { permissions { permission } } }
        grant { subjectName expansion { cycle } } groups { name } directories { name } } } }`,
    );
    expect(data).toEqual({
      findings: {
        totalCount: 5,
        nodes: [
          {
            code: 'LAST_HOLDER',
            message: '`sam` is the only one who holds SYS_ADMIN; give it to a second person',
            permission: 'SYS_ADMIN',
            ways: null,
            user: {
              name: 'sam',
              directory: { name: 'Staff' },
              effectivePermissions: {
                permissions: ['LICENSED_USER', 'PROJECT_CREATE', 'ADMIN', 'SYS_ADMIN'].map(
                  (permission) => ({ permission }),
                ),
              },
            },
            grant: null,
            groups: [],
            directories: [],
          },
          {
            code: 'GRANT_TO_UNKNOWN_NAME',
            message:
              'PROJECT_CREATE is granted to the user `gone-1`, but no active directory knows the name; whoever comes to bear it gets the permission, so take the grant back unless it waits for somebody',
            permission: 'PROJECT_CREATE',
            ways: null,
            user: null,
            grant: { subjectName: 'gone-1', expansion: [] },
            groups: [],
            directories: [],
          },
        ],
      },
    });
  });

  it('are of the kinds asked for', async () => {
    const codes = async (wanted: readonly string[] | null) =>
      (await page({ codes: wanted })).nodes.map(({ code }) => code);
    expect(await codes(['LAST_HOLDER', 'NESTED_CYCLE'])).toEqual(['LAST_HOLDER']);
    expect(await codes([])).toEqual([]);
    expect(await codes(null)).toHaveLength(5);
    const unknown = '{ findings(codes: [NOTHING]) { totalCount } }';
    expect(await served.codeOf(OPERATOR, unknown)).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('are paged, also when the list changes between two pages', async () => {
    const codes = ['GRANT_TO_UNKNOWN_NAME'];
    const first = await page({ codes, first: 2 });
    expect(about(first)).toEqual(['gone-1', 'gone-2']);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const after = first.pageInfo.endCursor;
    expect(about(await page({ codes, first: 2, after }))).toEqual(['gone-3', 'gone-4']);
    // One more before it: nothing is told twice.
    await grant('ever-gone');
    const moved = await page({ codes, first: 1, after });
    expect(moved.totalCount).toBe(5);
    expect(about(moved)).toEqual(['gone-3']);
    await revoke('ever-gone');
    // The one seen last is gone: the page goes on at its old place.
    await revoke('gone-2');
    expect(about(await page({ codes, first: 1, after }))).toEqual(['gone-3']);
    await grant('gone-2');
  });

  it.each(['?', Buffer.from('["name","x"]').toString('base64url')])(
    'take no cursor of another list (%s)',
    async (after) => {
      expect(await served.codeOf(OPERATOR, PAGE, { after })).toBe('PAGE_INVALID');
    },
  );

  it('are of what is now', async () => {
    await revoke('gone-4');
    expect((await page({})).totalCount).toBe(4);
    await grant('gone-4');
    expect((await page({})).totalCount).toBe(5);
  });
});
