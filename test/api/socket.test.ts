import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ADA, LIN, NIL, settleCompany } from './company.js';
import { authorization, OPERATOR, type Served, serve } from './served.js';
import { askOver, openByHand, socketClient } from './sockets.js';

const INIT = { type: 'connection_init' };

describe('GraphQL over WebSocket', () => {
  let served: Served;
  const clients: ReturnType<typeof socketClient>[] = [];

  beforeAll(async () => {
    served = await serve();
    await settleCompany(served.gateway.store);
  });
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.dispose())));
  afterAll(() => served.close());

  const open = (...args: [headers: Record<string, string>, params?: Record<string, unknown>]) => {
    const [headers, connectionParams] = args;
    const client = socketClient(served.origin, headers, { connectionParams });
    clients.push(client);
    return client;
  };

  it.each([
    { name: "the upgrade's header", headers: authorization(LIN), params: undefined },
    { name: 'the first message', headers: {}, params: authorization(LIN) },
    {
      name: 'the first message rather than the header',
      headers: authorization(ADA),
      params: authorization(LIN),
    },
  ])('takes who somebody is from $name', async ({ headers, params }) => {
    const { data } = await askOver(open(headers, params), '{ viewer { name } }');
    expect(data).toEqual({ viewer: { name: 'lin' } });
  });

  it.each([
    { name: 'without credentials', messages: [INIT], ended: { code: 4401 } },
    {
      name: 'with a wrong password in the first message',
      messages: [{ ...INIT, payload: authorization({ name: 'lin', password: 'wrong' }) }],
      ended: { code: 4401 },
    },
    {
      name: 'that says nothing of the kind',
      messages: [{ ...INIT, payload: { authorization: { name: 'lin' } } }],
      ended: { code: 4401 },
    },
    {
      name: 'that asks before it says who it is',
      messages: [{ type: 'subscribe', id: '1', payload: { query: '{ viewer { name } }' } }],
      ended: { code: 4401 },
    },
    {
      name: 'that speaks no GraphQL',
      headers: authorization(LIN),
      messages: ['hello'],
      ended: { code: 4400 },
    },
    {
      name: 'that says more than a mebibyte at once',
      headers: authorization(LIN),
      messages: ['x'.repeat(1024 * 1024 + 1)],
      ended: { code: 1009 },
    },
    {
      name: 'with the old sub-protocol',
      headers: authorization(LIN),
      protocol: 'graphql-ws',
      ended: { refused: expect.stringContaining('subprotocol') },
    },
    {
      name: 'with a wrong password in its header',
      headers: authorization({ name: 'lin', password: 'wrong' }),
      ended: { status: 401, challenge: 'Basic realm="Gatehouse", charset="UTF-8"' },
    },
    { name: 'elsewhere', headers: authorization(LIN), path: '/socket', ended: { status: 404 } },
    {
      name: 'that a page of another site opened',
      headers: { ...authorization(LIN), origin: 'https://evil.example' },
      ended: { status: 403 },
    },
    {
      name: 'that a page without an origin opened',
      headers: { ...authorization(LIN), origin: 'null' },
      ended: { status: 403 },
    },
    {
      name: 'that a page on another port opened',
      headers: { ...authorization(LIN), origin: 'http://127.0.0.1:1' },
      ended: { status: 403 },
    },
  ])('ends a socket $name', async ({ ended, ...options }) => {
    // A server that chooses no sub-protocol is told by the client as an error of its own.
    const end = await openByHand(served.origin, options).catch((error: Error) => ({
      refused: error.message,
    }));
    expect(end).toMatchObject(ended);
  });

  it('takes a socket that its own page opened', async () => {
    const client = open({ ...authorization(LIN), origin: served.origin });
    expect((await askOver(client, '{ viewer { name } }')).data).toEqual({
      viewer: { name: 'lin' },
    });
  });

  it('has the same gates, limits and errors as HTTP', async () => {
    const client = open(authorization(NIL));
    const code = async (query: string, variables = {}) =>
      (await askOver(client, query, variables)).errors?.[0].extensions.code;
    expect(await code('{ revision }')).toBe('PERMISSION_DENIED');
    expect(await code('mutation { setLicenceLimit(limit: 1) { revision } }')).toBe(
      'PERMISSION_DENIED',
    );
    expect(await code('{')).toBe('GRAPHQL_PARSE_FAILED');
    expect(await code('{ nothing }')).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await code('query($id: ID!) { node(id: $id) { id } }')).toBe('BAD_USER_INPUT');
    expect(await code('query a { revision } query b { revision }')).toBe(
      'OPERATION_RESOLUTION_FAILURE',
    );
    expect(await code(`{ ${'revision '.repeat(20_001)} }`)).toBe('GRAPHQL_PARSE_FAILED');
    expect(
      await code('{ users(first: 1000) { nodes { groups(first: 1000) { nodes { name } } } } }'),
    ).toBe('REQUEST_TOO_LARGE');
  });

  it('tells an incident when something fails on our side, and the log the rest', async () => {
    const { reader } = served.gateway.store;
    const read = reader.usersByIds;
    reader.usersByIds = async () => {
      throw new Error('SELECT hunter2');
    };
    const { errors } = await askOver(open(authorization(ADA)), '{ user(name: "lin") { email } }');
    reader.usersByIds = read;
    expect(errors?.[0].extensions.code).toBe('INTERNAL');
    expect(JSON.stringify(errors)).not.toContain('hunter2');
    expect(served.logged.at(-1)).toMatchObject({
      level: 'error',
      fields: { incident: errors?.[0].extensions.details?.incident },
    });
  });

  it('runs so many operations at a time on one socket, and no more', async () => {
    const client = open(authorization(OPERATOR));
    const subscription = 'subscription { licenceWarning { cursor } }';
    const waiting = Array.from({ length: 100 }, () =>
      client.iterate({ query: subscription }).next(),
    );
    const { errors } = await askOver(client, '{ revision }');
    expect(errors).toMatchObject([{ extensions: { code: 'REQUEST_TOO_LARGE' } }]);
    client.terminate();
    await Promise.allSettled(waiting);
  });
});
