import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SAM, settleCompany } from './company.js';
import { authorization, OPERATOR, type Served, serve } from './served.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const QUERY = JSON.stringify({ query: '{ viewer { name } }' });
const GET = `/graphql?query=${encodeURIComponent('{ viewer { name } }')}`;

describe('GraphQL over HTTP', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ trustedProxies: ['127.0.0.1'] });
    await settleCompany(served.gateway.store);
  });
  afterAll(() => served.close());

  const requests: readonly {
    readonly name: string;
    readonly status: number;
    readonly path?: string;
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
    readonly code?: string;
  }[] = [
    { name: 'a query by POST', status: 200, headers: JSON_TYPE, body: QUERY },
    {
      name: 'a query by POST that says UTF-8',
      status: 200,
      headers: { 'content-type': 'application/json; charset="UTF-8"' },
      body: QUERY,
    },
    { name: 'a query by GET', status: 200, method: 'GET', path: GET },
    {
      name: 'a mutation by GET',
      status: 405,
      method: 'GET',
      path: `/graphql?query=${encodeURIComponent('mutation { setLicenceLimit(limit: 1) { revision } }')}`,
    },
    {
      name: 'a subscription by GET',
      status: 405,
      method: 'GET',
      path: `/graphql?query=${encodeURIComponent('subscription { licenceWarning { cursor } }')}`,
    },
    { name: 'a PUT', status: 405, method: 'PUT', headers: JSON_TYPE, body: QUERY },
    { name: 'a DELETE', status: 405, method: 'DELETE' },
    { name: 'an OPTIONS', status: 405, method: 'OPTIONS' },
    {
      name: 'a path below',
      status: 404,
      path: '/graphql/nothing',
      headers: JSON_TYPE,
      body: QUERY,
    },
    { name: 'a POST of text', status: 415, headers: { 'content-type': 'text/plain' }, body: QUERY },
    {
      name: 'a POST of a form',
      status: 415,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'query=%7Brevision%7D',
    },
    { name: 'a POST of no type', status: 415, body: QUERY },
    {
      name: 'a POST in another character set',
      status: 415,
      headers: { 'content-type': 'application/json; charset=latin1' },
      body: QUERY,
    },
    {
      name: 'a POST that is compressed',
      status: 415,
      headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
      body: QUERY,
    },
    { name: 'a POST of no JSON', status: 400, headers: JSON_TYPE, body: '{', code: 'BAD_REQUEST' },
    { name: 'a POST of nothing', status: 400, headers: JSON_TYPE, body: '', code: 'BAD_REQUEST' },
    { name: 'a POST of JSON that is no request', status: 400, headers: JSON_TYPE, body: '"x"' },
    { name: 'a POST without a query', status: 400, headers: JSON_TYPE, body: '{"variables":{}}' },
    {
      name: 'a document that cannot be parsed',
      status: 200,
      headers: JSON_TYPE,
      body: '{"query":"{"}',
      code: 'GRAPHQL_PARSE_FAILED',
    },
    {
      name: 'a document that is not valid',
      status: 200,
      headers: JSON_TYPE,
      body: '{"query":"{ nothing }"}',
      code: 'GRAPHQL_VALIDATION_FAILED',
    },
    {
      name: 'variables that do not fit',
      status: 200,
      headers: JSON_TYPE,
      body: '{"query":"query($n: Int!) { users(first: $n) { totalCount } }","variables":{"n":"x"}}',
      code: 'BAD_USER_INPUT',
    },
    {
      name: 'an operation that is not in the document',
      status: 200,
      headers: JSON_TYPE,
      body: '{"query":"query a { revision }","operationName":"b"}',
      code: 'OPERATION_RESOLUTION_FAILURE',
    },
    {
      name: 'a document that is not valid, asked for in the new media type',
      status: 400,
      headers: { ...JSON_TYPE, accept: 'application/graphql-response+json' },
      body: '{"query":"{ nothing }"}',
      code: 'GRAPHQL_VALIDATION_FAILED',
    },
    {
      name: 'a refused field',
      status: 200,
      headers: JSON_TYPE,
      body: '{"query":"{ check(user: \\"x\\", permission: \\"NOTHING\\") }"}',
      code: 'UNKNOWN_PERMISSION',
    },
    {
      name: 'an answer in a media type we do not have',
      status: 406,
      headers: { ...JSON_TYPE, accept: 'application/xml' },
      body: QUERY,
    },
  ];

  it.each(requests)('answers $name with $status', async ({ status, code, ...request }) => {
    const answer = await served.send({ as: OPERATOR, ...request });
    expect(answer.status).toBe(status);
    const { errors } = JSON.parse(answer.text) as {
      errors?: { message: string; extensions: { code: string } }[];
    };
    expect(errors === undefined).toBe(status === 200 && code === undefined);
    if (code !== undefined) expect(errors?.[0].extensions.code).toBe(code);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each([
    { accept: '*/*', type: 'application/json; charset=utf-8' },
    { accept: 'application/json', type: 'application/json; charset=utf-8' },
    {
      accept: 'application/graphql-response+json',
      type: 'application/graphql-response+json; charset=utf-8',
    },
  ])('answers $accept as $type, refusals too', async ({ accept, type }) => {
    for (const as of [OPERATOR, null]) {
      const answer = await served.send({ as, headers: { ...JSON_TYPE, accept }, body: QUERY });
      expect(answer.headers['content-type']).toBe(type);
    }
  });

  it.each([
    { name: 'no credentials', headers: {} },
    { name: 'a wrong password', headers: authorization({ name: 'sam', password: 'wrong' }) },
    { name: 'an unknown name', headers: authorization({ name: 'nobody', password: 'x' }) },
    { name: 'another scheme', headers: { authorization: 'Bearer abc' } },
    {
      name: 'no colon',
      headers: { authorization: `Basic ${Buffer.from('sam').toString('base64')}` },
    },
    { name: 'no base64', headers: { authorization: 'Basic {"name":"sam"}' } },
  ])('asks $name to sign in, whatever was wanted', async ({ headers }) => {
    for (const request of [
      { headers: { ...JSON_TYPE, ...headers }, body: QUERY },
      { headers: { ...headers, accept: 'text/html' }, method: 'GET' },
      { headers, method: 'GET', path: '/graphql/assets/start.js' },
      { headers, method: 'OPTIONS' },
    ]) {
      const answer = await served.send(request);
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Basic realm="Gatehouse", charset="UTF-8"');
      expect(JSON.parse(answer.text)).toEqual({
        errors: [
          { message: expect.any(String), extensions: { code: 'UNAUTHENTICATED', details: {} } },
        ],
      });
    }
  });

  it('takes names and passwords in UTF-8, with colons in the password', async () => {
    const { store } = served.gateway;
    const odd = { name: 'zoë', password: 'ä:ö:\u{1F600}' };
    const [directory] = await store.reader.directories();
    const mutation =
      'mutation($input: CreateUserInput!) { createUser(input: $input) { user { name } } }';
    const input = {
      ...odd,
      directory: Buffer.from(`Directory:${directory.id}`).toString('base64url'),
    };
    await served.read(SAM, mutation, { input });
    expect(await served.read(odd, '{ viewer { name } }')).toEqual({ viewer: { name: 'zoë' } });
  });

  it('stops guessing after five failures, and says when to come again', async () => {
    const guess = (password: string) =>
      served.send({
        headers: { ...JSON_TYPE, ...authorization({ name: 'max', password }) },
        body: QUERY,
      });
    for (let i = 0; i < 5; i++) expect((await guess(`guess ${i}`)).status).toBe(401);
    const refused = await guess('correct horse');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.parse(refused.text).errors[0].extensions.code).toBe('TOO_MANY_ATTEMPTS');
  });

  it('logs from where a sign-in failed, behind trusted proxies too', async () => {
    await served.send({
      headers: {
        ...JSON_TYPE,
        ...authorization({ name: 'sam', password: 'wrong' }),
        'x-forwarded-for': '198.51.100.7, 203.0.113.9',
      },
      body: QUERY,
    });
    expect(served.logged.at(-1)).toMatchObject({ fields: { user: 'sam', address: '203.0.113.9' } });
  });

  describe('from a browser', () => {
    const own = () => ({ origin: served.origin });

    const crossSite: readonly {
      readonly name: string;
      readonly headers: Record<string, string>;
    }[] = [
      { name: 'a GET with an origin', headers: { origin: 'https://evil.example' } },
      { name: 'a GET with a cookie', headers: { cookie: 'a=b' } },
      { name: 'a GET across sites', headers: { 'sec-fetch-site': 'cross-site' } },
      { name: 'a GET on the same site', headers: { 'sec-fetch-site': 'same-origin' } },
    ];
    it.each(crossSite)(
      'refuses $name without a header that only its own pages can send',
      async ({ headers }) => {
        const get = (more: Record<string, string>) =>
          served.send({ as: OPERATOR, method: 'GET', path: GET, headers: { ...headers, ...more } });
        const refused = await get({});
        expect(refused.status).toBe(400);
        expect(JSON.parse(refused.text).errors[0].extensions.code).toBe('BAD_REQUEST');
        expect((await get({ 'apollo-require-preflight': 'yes' })).status).toBe(200);
        expect((await get({ 'x-apollo-operation-name': 'q' })).status).toBe(200);
      },
    );

    it.each([
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain; a=application/json',
    ])('refuses a POST that another site may send (%s)', async (type) => {
      const answer = await served.send({
        as: OPERATOR,
        headers: { 'content-type': type, origin: 'https://evil.example' },
        body: QUERY,
      });
      expect(answer.status).toBe(415);
    });

    it('runs a POST of JSON, which another site may not send', async () => {
      const answer = await served.send({
        as: OPERATOR,
        headers: { ...JSON_TYPE, ...own(), 'sec-fetch-site': 'same-origin' },
        body: QUERY,
      });
      expect(answer.status).toBe(200);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    });

    it('gives no preflight what it asks for', async () => {
      const answer = await served.send({
        as: OPERATOR,
        method: 'OPTIONS',
        headers: {
          origin: 'https://evil.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type',
        },
      });
      expect(answer.status).toBe(405);
      const named = Object.keys(answer.headers).filter((header) => header.startsWith('access-'));
      expect(named).toEqual([]);
    });
  });

  it('leaves other paths to others', async () => {
    for (const path of ['/', '/graphqlx', '/rest/graphql', '/graphql.html']) {
      expect(await served.send({ as: OPERATOR, method: 'GET', path })).toMatchObject({
        status: 404,
        text: 'somebody else',
      });
    }
  });

  it('is not upset by a client that goes away while it sends', async () => {
    const socket = connect(Number(new URL(served.origin).port), '127.0.0.1');
    const { authorization: header } = authorization(OPERATOR);
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: ${header}\r\nContent-Length: 100\r\n\r\n{`,
    );
    const failures = () => served.logged.filter(({ level }) => level === 'error').length;
    const before = failures();
    await served.read(OPERATOR, '{ revision }');
    socket.destroy();
    await served.read(OPERATOR, '{ revision }');
    expect(failures()).toBe(before);
  });

  it('refuses requests that come after it was stopped, and says to come again', async () => {
    const stopped = await serve();
    await stopped.api.stop();
    const answer = await stopped.send({ as: OPERATOR, headers: JSON_TYPE, body: QUERY });
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBeDefined();
    expect(JSON.parse(answer.text).errors[0].extensions.code).toBe('SHUTTING_DOWN');
    await stopped.close();
  });

  it('lets a request that runs end before it stops', async () => {
    const stopping = await serve();
    const { reader } = stopping.gateway.store;
    const read = reader.applications.bind(reader);
    let release = (): void => undefined;
    let reached = (): void => undefined;
    const running = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const order: string[] = [];
    reader.applications = async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
        reached();
      });
      order.push('read');
      return read();
    };
    const answer = stopping.read(OPERATOR, '{ applications { totalCount } }');
    await running;
    const stopped = stopping.api.stop().then(() => order.push('stopped'));
    // Requests that come now are refused, so the stop has begun while the first one runs.
    expect(await stopping.codeOf(OPERATOR, '{ revision }')).toBe('SHUTTING_DOWN');
    release();
    expect(await answer).toEqual({ applications: { totalCount: 0 } });
    await stopped;
    expect(order).toEqual(['read', 'stopped']);
    await stopping.close();
  });
});
