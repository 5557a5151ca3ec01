import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EMPTY_REPORT } from '../../src/domain/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { RUN_OUT } from '../support/runs.js';
import { addDirectory, idOf, person } from './company.js';
import { OPERATOR, type Served, serve } from './served.js';

interface Page {
  readonly totalCount: number;
  readonly nodes: readonly Record<string, string>[];
  readonly edges: readonly { readonly cursor: string; readonly direct?: boolean }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** Seven of each, in an order that neither ids nor UTF-16 units give. */
const NAMES = ['Zoë', 'anna', '\u{1F600}', 'Émile', '\uFFFD', 'bob', 'anna b'];
const IN_ORDER = ['anna', 'anna b', 'bob', 'Zoë', 'Émile', '\uFFFD', '\u{1F600}'];

interface List {
  readonly name: string;
  /** With a place for the arguments of the page. */
  readonly query: string;
  readonly path: readonly string[];
  readonly node: string;
  readonly expected: readonly string[];
}

const LISTS: readonly List[] = [
  {
    name: 'users',
    query: 'users(PAGE) { FIELDS }',
    path: ['users'],
    node: 'name',
    expected: IN_ORDER,
  },
  {
    name: 'groups',
    query: 'groups(PAGE) { FIELDS }',
    path: ['groups'],
    node: 'name',
    expected: IN_ORDER,
  },
  {
    name: 'directories',
    query: 'directories(PAGE) { FIELDS }',
    path: ['directories'],
    node: 'name',
    expected: ['Staff', 'D1', 'D2', 'D3', 'D4', 'D5', 'D6'],
  },
  {
    name: 'grants',
    query: 'grants(PAGE) { FIELDS }',
    path: ['grants'],
    node: 'subjectName',
    expected: ['anna', 'anna', 'bob', 'Zoë', 'anna', 'bob', 'bob'],
  },
  {
    name: 'holders of a permission',
    query: 'holders(permission: "LICENSED_USER", PAGE) { FIELDS }',
    path: ['holders'],
    node: 'name',
    expected: IN_ORDER,
  },
  {
    name: 'members of a group',
    query: 'group(name: "bob") { members(PAGE) { FIELDS } }',
    path: ['group', 'members'],
    node: 'name',
    expected: IN_ORDER,
  },
  {
    name: 'groups of a user',
    query: 'user(name: "anna") { groups(nested: true, PAGE) { FIELDS } }',
    path: ['user', 'groups'],
    node: 'name',
    expected: IN_ORDER,
  },
  {
    name: 'groups in a group',
    query: 'group(name: "bob") { childGroups(nested: true, PAGE) { FIELDS } }',
    path: ['group', 'childGroups'],
    node: 'name',
    expected: IN_ORDER,
  },
  {
    name: 'groups that a group is in',
    query: 'group(name: "anna") { parentGroups(nested: true, PAGE) { FIELDS } }',
    path: ['group', 'parentGroups'],
    node: 'name',
    expected: IN_ORDER,
  },
  {
    name: 'users of a directory',
    query: 'directory(id: "STAFF") { users(PAGE) { FIELDS } }',
    path: ['directory', 'users'],
    node: 'name',
    expected: IN_ORDER,
  },
  {
    name: 'groups of a directory',
    query: 'directory(id: "STAFF") { groups(PAGE) { FIELDS } }',
    path: ['directory', 'groups'],
    node: 'name',
    expected: IN_ORDER,
  },
  {
    name: 'runs of a directory',
    query: 'directory(id: "COPY") { runs(PAGE) { FIELDS } }',
    path: ['directory', 'runs'],
    node: 'message',
    expected: ['run 6', 'run 5', 'run 4', 'run 3', 'run 2', 'run 1', 'run 0'],
  },
  {
    name: 'applications',
    query: 'applications(PAGE) { FIELDS }',
    path: ['applications'],
    node: 'name',
    expected: ['Bamboo', 'Bitbucket', 'Jenkins', 'bamboo', 'Émile', '\uFFFD', '\u{1F600}'],
  },
];

describeEachDatabase('lists', (database) => {
  let served: Served;
  const ids = { STAFF: '', COPY: '' };

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
    const { store } = served.gateway;
    const { value } = await store.transact({ type: 'OPERATOR' }, async (transaction) => {
      const staff = await addDirectory(transaction, { name: 'Staff', nestedGroups: true });
      for (const n of [1, 2, 3, 4, 5]) await addDirectory(transaction, { name: `D${n}` });
      const copy = await addDirectory(transaction, {
        name: 'D6',
        type: 'CROWD',
        password: 'secret',
        connection: {
          serverUrl: 'https://crowd.example.org',
          applicationName: 'gatehouse',
          incremental: false,
          intervalMinutes: 60,
          connectTimeoutMs: 1_000,
          requestTimeoutMs: 1_000,
          mostRemovedPercent: 100,
          mostRemovedUsers: 1_000,
          onlyUsers: [],
          onlyGroups: [],
          onUserRemoved: 'DELETE',
          tombstoneDays: 7,
        },
      });
      const users = await transaction.addUsers(
        staff.id,
        NAMES.map((name) => person(name)),
      );
      const groups = await transaction.addGroups(
        staff.id,
        NAMES.map((name) => ({ name, description: '', active: true })),
      );
      // Everybody is in one group, and the groups stand in a ring.
      const bob = groups.find(({ name }) => name === 'bob')!;
      await transaction.addMemberships(
        staff.id,
        users.map(({ id }) => ({ groupId: bob.id, userId: id })),
      );
      await transaction.addNestings(
        staff.id,
        groups.map(({ id }, i) => ({
          parentId: id,
          childId: groups[(i + 1) % groups.length].id,
        })),
      );
      for (const [permission, subjectType, subjectName] of [
        ['LICENSED_USER', 'USER', 'anna'],
        ['SYS_ADMIN', 'USER', 'anna'],
        ['ADMIN', 'USER', 'bob'],
        ['ADMIN', 'USER', 'Zoë'],
        ['ADMIN', 'GROUP', 'anna'],
        ['LICENSED_USER', 'GROUP', 'bob'],
        ['PROJECT_CREATE', 'GROUP', 'bob'],
      ] as const) {
        await transaction.addGrant({ permission, subjectType, subjectName });
      }
      for (const name of [
        'bamboo',
        '\u{1F600}',
        'Jenkins',
        'Bamboo',
        '\uFFFD',
        'Émile',
        'Bitbucket',
      ]) {
        await transaction.addApplication({ name, passwordHash: 'none', remoteAddresses: [] });
      }
      return { staff, copy };
    });
    for (let i = 0; i < 7; i++) {
      const run = await store.runs.start(value.copy.id, RUN_OUT);
      await store.runs.fail(run.id, {
        ...EMPTY_REPORT,
        reason: 'UNREACHABLE',
        message: `run ${i}`,
      });
    }
    ids.STAFF = idOf('Directory', value.staff.id);
    ids.COPY = idOf('Directory', value.copy.id);
  });
  afterAll(() => served.close());

  const pageOf = async (list: List, page: string): Promise<Page> => {
    const query = list.query
      .replace('PAGE', page)
      .replace('STAFF', ids.STAFF)
      .replace('COPY', ids.COPY)
      .replace(
        'FIELDS',
        `totalCount nodes { ${list.node} } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`,
      );
    const data: unknown = await served.read(OPERATOR, `{ ${query} }`);
    return list.path.reduce((value, key) => (value as Record<string, unknown>)[key], data) as Page;
  };

  describe.each(LISTS)('$name', (list) => {
    it('come whole and in order when the page is large enough', async () => {
      const page = await pageOf(list, 'first: 7');
      expect(page.nodes.map((node) => node[list.node])).toEqual(list.expected);
      expect(page.totalCount).toBe(7);
      expect(page.pageInfo).toEqual({
        hasNextPage: false,
        hasPreviousPage: false,
        startCursor: page.edges[0].cursor,
        endCursor: page.edges[6].cursor,
      });
    });

    it.each([1, 2, 3])('come page by page, %i at a time', async (first) => {
      const seen: string[] = [];
      let after = '';
      for (;;) {
        const page = await pageOf(list, `first: ${first}${after}`);
        expect(page.totalCount).toBe(7);
        expect(page.pageInfo.hasPreviousPage).toBe(after !== '');
        seen.push(...page.nodes.map((node) => node[list.node]));
        if (!page.pageInfo.hasNextPage) break;
        expect(page.nodes).toHaveLength(first);
        after = `, after: "${page.pageInfo.endCursor}"`;
      }
      expect(seen).toEqual(list.expected);
    });

    it('end with an empty page after the last item', async () => {
      const { pageInfo } = await pageOf(list, 'first: 7');
      const page = await pageOf(list, `first: 7, after: "${pageInfo.endCursor}"`);
      expect(page).toMatchObject({ nodes: [], totalCount: 7 });
      expect(page.pageInfo).toMatchObject({ hasNextPage: false, endCursor: null });
    });

    it.each([
      { name: 'no page size below one', page: 'first: 0' },
      { name: 'no negative page size', page: 'first: -1' },
      { name: 'no page size above a thousand', page: 'first: 1001' },
      { name: 'no text for a cursor', page: 'first: 1, after: "anna"' },
      { name: 'no empty cursor', page: 'first: 1, after: ""' },
      { name: 'no cursor of another list', page: `first: 1, after: "${cursor('other', 'anna')}"` },
      { name: 'no cursor with other parts', page: `first: 1, after: "${cursor('name', {})}"` },
    ])('take $name', async ({ page }) => {
      await expect(pageOf(list, page)).rejects.toThrow('PAGE_INVALID');
    });
  });

  it('take null for a page size and a cursor as left out', async () => {
    const data = await served.read<{ users: Page }>(
      OPERATOR,
      'query($first: Int, $after: String) { users(first: $first, after: $after) { totalCount nodes { name } } }',
      { first: null, after: null },
    );
    expect(data.users.nodes).toHaveLength(7);
  });

  it('refuse the cursor of a directory that is no more', async () => {
    const gone = cursor('directory', 9_999);
    expect(await served.codeOf(OPERATOR, `{ directories(after: "${gone}") { totalCount } }`)).toBe(
      'PAGE_INVALID',
    );
  });

  it('hold only what a filter lets through', async () => {
    const query = `{
      part: users(nameContains: "ANNA") { totalCount nodes { name } }
      none: users(nameContains: "nobody") { totalCount }
      groups(nameContains: "B") { nodes { name } }
      elsewhere: users(directory: "${ids.COPY}") { totalCount }
    }`;
    expect(await served.read(OPERATOR, query)).toEqual({
      part: { totalCount: 2, nodes: [{ name: 'anna' }, { name: 'anna b' }] },
      none: { totalCount: 0 },
      groups: { nodes: [{ name: 'anna b' }, { name: 'bob' }] },
      elsewhere: { totalCount: 0 },
    });
    const nowhere = '{ users(directory: "nothing") { totalCount } }';
    expect(await served.codeOf(OPERATOR, nowhere)).toBe('NOT_FOUND');
  });

  it('say which memberships are direct', async () => {
    const query = `{ group(name: "anna") {
      direct: parentGroups { edges { direct node { name } } }
      all: parentGroups(nested: true) { edges { direct node { name } } }
      members(nested: true) { edges { direct } }
    } }`;
    interface Edge {
      readonly direct: boolean;
      readonly node: { readonly name: string };
    }
    const { group } = await served.read<{
      group: Record<'direct' | 'all' | 'members', { edges: readonly Edge[] }>;
    }>(OPERATOR, query);
    expect(group.direct.edges).toEqual([{ direct: true, node: { name: 'Zoë' } }]);
    expect(group.all.edges.filter(({ direct }) => direct)).toEqual(group.direct.edges);
    expect(group.members.edges.every(({ direct }) => !direct)).toBe(true);
  });
});

function cursor(...parts: unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}
