import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADA, LIN, settleCompany } from './company.js';
import { type Served, serve } from './served.js';
import { SIGN_IN, TestBrowser } from './session-browser.js';

let served: Served;

beforeAll(async () => {
  served = await serve();
  await settleCompany(served.gateway.store);
});
afterAll(() => served.close());

describe('a stranger, who may only sign in or set a password by a token,', () => {
  const nothingElse: readonly { readonly name: string; readonly body: object }[] = [
    { name: 'a query', body: { query: '{ viewer { name } }' } },
    { name: 'the schema', body: { query: '{ __schema { queryType { name } } }' } },
    { name: 'another mutation', body: { query: 'mutation { signOut { ended } }' } },
    { name: 'nothing', body: {} },
    {
      name: 'a list',
      body: [{ query: 'mutation { signIn(name: "a", password: "b") { revision } }' }],
    },
    ...[
      'mutation { __typename }',
      'mutation { signIn: signOut { ended } }',
      'mutation { signIn(name: "a", password: "b") { revision } signOut { ended } }',
      'mutation { signIn(name: "a", password: "b") { revision } __typename }',
      'mutation { a: signIn(name: "a", password: "b") { revision } b: signIn(name: "a", password: "c") { revision } }',
      'mutation { resetPassword: signOut { ended } }',
      'mutation { resetPassword(token: "a", newPassword: "b") { revision } signOut { ended } }',
      'mutation { resetPassword(token: "a", newPassword: "b") { revision } signIn(name: "a", password: "b") { revision } }',
      'query { resetPassword(token: "a", newPassword: "b") { revision } }',
      'mutation { ...F } fragment F on Mutation { signIn(name: "a", password: "b") { revision } }',
      'mutation { ... { signIn(name: "a", password: "b") { revision } } }',
      'query { signIn(name: "a", password: "b") { revision } }',
      'subscription { signIn(name: "a", password: "b") { revision } }',
      'mutation A { signIn(name: "a", password: "b") { revision } } query B { viewer { name } }',
      `mutation { signIn(name: "a", password: "b") { revision ${'revision '.repeat(500)} } }`,
      'mutation {',
    ].map((query) => ({ name: query.slice(0, 90), body: { query } })),
    {
      name: 'the other one of two operations',
      body: {
        query:
          'mutation A { signIn(name: "a", password: "b") { revision } } query B { viewer { name } }',
        operationName: 'B',
      },
    },
  ];
  it.each(nothingElse)('may not do $name', async ({ body }) => {
    const answer = await new TestBrowser(served).send(body);
    expect([answer.status, JSON.parse(answer.text).errors[0].extensions.code]).toEqual([
      401,
      'UNAUTHENTICATED',
    ]);
    expect(answer.headers['www-authenticate']).toBeDefined();
  });
});

describe('a page', () => {
  it.each([
    { name: 'as a form', type: 'application/x-www-form-urlencoded' },
    { name: 'as text', type: 'text/plain' },
    { name: 'without a type', type: '' },
  ])('of another site neither signs anybody in nor out, $name', async ({ type }) => {
    const browser = new TestBrowser(served);
    await browser.signIn(LIN);
    const headers: Record<string, string> = {
      origin: 'https://evil.example',
      ...(type === '' ? {} : { 'content-type': type }),
    };
    const body = JSON.stringify({ query: SIGN_IN, variables: ADA });
    const begun = await served.send({ headers, body });
    expect([begun.status, begun.headers['set-cookie']]).toEqual([401, undefined]);
    const ended = await served.send({
      headers: { ...headers, ...browser.cookie },
      body: '{"query":"mutation { signOut { ended } }"}',
    });
    expect(ended.status).toBe(415);
    const get = (query: string, more: Record<string, string> = {}) =>
      served.send({
        method: 'GET',
        path: `/graphql?query=${encodeURIComponent(query)}`,
        headers: { ...browser.cookie, ...more },
      });
    expect((await get('{ viewer { name } }')).status).toBe(400);
    const preflighted = { 'apollo-require-preflight': 'yes' };
    expect((await get('{ viewer { name } }', preflighted)).status).toBe(200);
    expect((await get('mutation { signOut { ended } }', preflighted)).status).toBe(405);
    expect(await browser.whoAmI()).toBe('lin');
  });
});
