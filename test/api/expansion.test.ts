import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { addDirectory, type CompanyIds, person, settleCompany } from './company.js';
import { OPERATOR, type Served, serve } from './served.js';

interface Node {
  readonly path: string;
  readonly group: { readonly name: string };
  readonly userCount: number;
  readonly groupCount: number;
  readonly cycle: boolean;
}

interface Below {
  readonly expansion: {
    readonly group: { readonly name: string };
    readonly groups: {
      readonly totalCount: number;
      readonly nodes: readonly Node[];
      readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
    };
    readonly users: {
      readonly totalCount: number;
      readonly nodes: readonly { readonly name: string }[];
      readonly pageInfo: { readonly endCursor: string };
    };
  } | null;
}

const NODE = 'path group { name } userCount groupCount cycle';
const BELOW = `query ($path: String!, $first: Int, $after: String, $asOf: Revision) {
  expansion(path: $path, asOf: $asOf) { group { name }
    groups(first: $first, after: $after) { totalCount nodes { ${NODE} } pageInfo { endCursor hasNextPage } }
    users(first: $first, after: $after) { totalCount nodes { name } pageInfo { endCursor } }
  }
}`;

describeEachDatabase('the tree below a grant', (database) => {
  let served: Served;
  let ids: CompanyIds;

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
    const { store } = served.gateway;
    ids = await settleCompany(store);
    await store.transact({ type: 'OPERATOR' }, async (transaction) => {
      const wide = await addDirectory(transaction, { name: 'Wide', nestedGroups: true });
      const names = ['g1', 'g2', 'g3', 'g4', 'g5'];
      const [root, ...groups] = await transaction.addGroups(
        wide.id,
        ['bitbucket-users', ...names].map((name) => ({ name, description: '', active: true })),
      );
      const users = await transaction.addUsers(
        wide.id,
        names.map((name) => person(`of-${name}`)),
      );
      await transaction.addMemberships(
        wide.id,
        users.map(({ id }) => ({ groupId: root.id, userId: id })),
      );
      await transaction.addNestings(wide.id, [
        ...groups.map(({ id }) => ({ parentId: root.id, childId: id })),
        { parentId: groups[0].id, childId: root.id },
      ]);
    });
  });
  afterAll(() => served.close());

  const roots = async () => {
    const { grants } = await served.read<{
      grants: { nodes: { subjectName: string; expansion: Node[] }[] };
    }>(OPERATOR, `{ grants { nodes { subjectName expansion { ${NODE} } } } }`);
    return grants.nodes.find(({ subjectName }) => subjectName === 'bitbucket-users')!.expansion;
  };
  const below = (path: string, rest: Readonly<Record<string, unknown>> = {}) =>
    served.read<Below>(OPERATOR, BELOW, { path, ...rest });

  it('has a root for each directory, and is opened node by node', async () => {
    const [staff, wide] = await roots();
    expect(staff).toMatchObject({ userCount: 0, groupCount: 1, cycle: false });
    expect(wide).toMatchObject({ userCount: 5, groupCount: 5, cycle: false });
    const { expansion } = await below(wide.path, { first: 1 });
    const [g1] = expansion!.groups.nodes;
    expect(g1).toMatchObject({ group: { name: 'g1' }, userCount: 0, groupCount: 1 });
    const [again] = (await below(g1.path)).expansion!.groups.nodes;
    expect(again).toMatchObject({ group: { name: 'bitbucket-users' }, cycle: true, groupCount: 0 });
    expect((await below(again.path)).expansion).toMatchObject({
      groups: { totalCount: 0 },
      users: { totalCount: 5 },
    });
  });

  it('is paged at each node', async () => {
    const [, wide] = await roots();
    const names: string[] = [];
    for (let after: string | null = null; ; ) {
      const { expansion }: Below = await below(wide.path, { first: 2, after });
      const { nodes, pageInfo, totalCount } = expansion!.groups;
      expect(totalCount).toBe(5);
      names.push(...nodes.map(({ group }) => group.name));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(names).toEqual(['g1', 'g2', 'g3', 'g4', 'g5']);
    const first = (await below(wide.path, { first: 2 })).expansion!.users;
    const second = (await below(wide.path, { first: 2, after: first.pageInfo.endCursor }))
      .expansion!.users;
    expect([...first.nodes, ...second.nodes].map(({ name }) => name)).toEqual(
      ['g1', 'g2', 'g3', 'g4'].map((name) => `of-${name}`),
    );
  });

  it('is empty for a grant to a user, and the same from the group', async () => {
    const mutation = (verb: string) =>
      `mutation { done: ${verb}Permission(permission: "ADMIN", subject: { type: USER, name: "lin" }) { grant { expansion { path } } } }`;
    expect(await served.read(OPERATOR, mutation('grant'))).toEqual({
      done: { grant: { expansion: [] } },
    });
    await served.read(OPERATOR, mutation('revoke'));
    const { group } = await served.read<{ group: { expansion: Node[] } }>(
      OPERATOR,
      `{ group(name: "bitbucket-users") { expansion { ${NODE} } } }`,
    );
    expect(group.expansion).toEqual(await roots());
  });

  it('ends where the way is gone, unless it is asked about the past', async () => {
    const revision = await served.gateway.store.reader.revision();
    const [staff] = await roots();
    const [developers] = (await below(staff.path)).expansion!.groups.nodes;
    await served.read(
      OPERATOR,
      `mutation { removeMember(group: "${ids.groups['bitbucket-users']}", member: { type: GROUP, name: "developers" }) { revision } }`,
    );
    expect(await below(developers.path)).toEqual({ expansion: null });
    expect((await below(developers.path, { asOf: revision })).expansion).toMatchObject({
      group: { name: 'developers' },
      users: { nodes: [{ name: 'lin' }, { name: 'max' }] },
    });
    expect(await served.codeOf(OPERATOR, BELOW, { path: 'elsewhere' })).toBe('PAGE_INVALID');
  });
});
