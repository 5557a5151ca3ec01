import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { ADA, LIN, NIL, settleCompany } from './company.js';
import { OPERATOR, type Served, serve } from './served.js';

describe('limits', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve();
    await settleCompany(served.gateway.store);
  });
  afterAll(() => served.close());

  it('let twelve fields stand in each other, and no more', async () => {
    const four = 'parentGroups(first: 1) { nodes { '.repeat(4);
    const chain = (last: string) =>
      `{ group(name: "visitors") { ${four} ${last} ${'} }'.repeat(4)} } }`;
    const twelve = 'parentGroups(first: 1) { nodes { name } }';
    const thirteen = 'parentGroups(first: 1) { nodes { directory { name } } }';
    expect(await served.codeOf(ADA, chain(twelve))).toBeNull();
    expect(await served.codeOf(ADA, chain(thirteen))).toBe('REQUEST_TOO_LARGE');
  });

  it('count the depth through fragments', async () => {
    const fragments = [...'abcdefg'].map(
      (name, i, all) =>
        `fragment ${name} on Group { parentGroups(first: 1) { nodes { ${i + 1 < all.length ? `...${all[i + 1]}` : 'name'} } } }`,
    );
    const query = `{ group(name: "visitors") { ...a } } ${fragments.join(' ')}`;
    expect(await served.codeOf(ADA, query)).toBe('REQUEST_TOO_LARGE');
  });

  it.each([
    {
      name: 'a page of pages',
      query: 'users(first: 1000) { nodes { groups(first: 1000) { nodes { name } } } }',
    },
    {
      name: 'two thousand answers with reasons',
      query:
        'usersByName(names: $names) { effectivePermissions { permissions { derivations(first: 50) { message } } } }',
    },
    {
      name: 'a page behind a variable',
      query: 'users(first: $first) { nodes { groups(first: $first) { nodes { name } } } }',
    },
    {
      name: 'a page behind a default',
      query: 'users(first: $most) { nodes { groups(first: $most) { nodes { name } } } }',
    },
    {
      name: 'many spreads of one fragment',
      query: Array.from({ length: 60 }, (_, i) => `a${i}: users(first: 1000) { ...page }`).join(
        ' ',
      ),
    },
  ])('refuse $name before anything is read', async ({ query }) => {
    const fragment = query.includes('...page')
      ? 'fragment page on UserConnection { nodes { name displayName } }'
      : '';
    const used = ['names: [String!]! = []', 'first: Int', 'most: Int = 1000'].filter((variable) =>
      query.includes(`$${variable.split(':')[0]}`),
    );
    const head =
      used.length > 0 ? `query(${used.map((variable) => `$${variable}`).join(', ')})` : '';
    const names = Array.from({ length: 1_000 }, (_, i) => `u${i}`);
    const variables = query.includes('$names') ? { names } : { first: 1_000 };
    expect(await served.codeOf(ADA, `${head} { ${query} } ${fragment}`, variables)).toBe(
      'REQUEST_TOO_LARGE',
    );
  });

  it('let through what people need: a page of a thousand, a thousand checks, 400 look-ups', async () => {
    expect(
      await served.codeOf(
        ADA,
        '{ users(first: 1000) { edges { node { name displayName email directory { name } } } } }',
      ),
    ).toBeNull();
    const checks = Array.from({ length: 1_000 }, (_, i) => ({
      user: `u${i}`,
      permission: 'ADMIN',
    }));
    const query = 'query($checks: [CheckInput!]!) { checkMany(checks: $checks) { user allowed } }';
    expect(await served.codeOf(ADA, query, { checks })).toBeNull();
    const looks = Array.from({ length: 400 }, (_, i) => `u${i}: user(name: "u${i}") { id name }`);
    expect(await served.codeOf(ADA, `{ ${looks.join(' ')} }`)).toBeNull();
  });

  it('let the schema be asked about itself once in a request, and not over and over', async () => {
    expect(await served.codeOf(ADA, getIntrospectionQuery())).toBeNull();
    const often = Array.from(
      { length: 200 },
      (_, i) => `a${i}: __schema { types { fields { name args { name } } } }`,
    );
    expect(await served.codeOf(ADA, `{ ${often.join(' ')} }`)).toBe('REQUEST_TOO_LARGE');
  });

  it('stop reading a document of too many tokens', async () => {
    const many = `{ ${'revision '.repeat(20_001)} }`;
    expect(await served.codeOf(LIN, many)).toBe('GRAPHQL_PARSE_FAILED');
  });

  it('take a body of a mebibyte, and none that is larger', async () => {
    const sized = (bytes: number) => {
      const head = '{"query":"{ viewer { name } }","extensions":{"filler":"';
      return `${head}${'x'.repeat(bytes - head.length - 3)}"}}`;
    };
    const send = (body: string, headers = {}) =>
      served.send({ as: NIL, headers: { 'content-type': 'application/json', ...headers }, body });
    expect((await send(sized(1024 * 1024))).status).toBe(200);
    const refused = await send(sized(1024 * 1024 + 1));
    expect(refused.status).toBe(413);
    expect(JSON.parse(refused.text).errors[0].extensions.code).toBe('REQUEST_TOO_LARGE');
    expect((await send(sized(3 * 1024 * 1024))).status).toBe(413);
  });

  it('run no batch of operations', async () => {
    const answer = await served.send({
      as: OPERATOR,
      headers: { 'content-type': 'application/json' },
      body: '[{"query":"{ revision }"},{"query":"{ revision }"}]',
    });
    expect(answer.status).toBe(400);
  });

  it('can keep the schema to itself', async () => {
    const closed = await serve({ introspection: false });
    expect(await closed.codeOf(OPERATOR, '{ __schema { types { name } } }')).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
    expect(await closed.codeOf(OPERATOR, '{ viewer { __typename name } }')).toBeNull();
    await closed.close();
  });
});
