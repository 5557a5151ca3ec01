import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changeApplication } from '../../src/usecase/index.js';
import { describeEachDatabase } from '../support/databases.js';
import { APPLICATION, addApplication, buildCompany } from './company.js';
import { type Answer, loginHeader, type Served, serve } from './served.js';

const WRONG = 'not the password';

function expectChallenge(answer: Answer): void {
  expect(answer.status).toBe(401);
  expect(answer.body).toBe('Application failed to authenticate');
  expect(answer.headers).toMatchObject({
    'www-authenticate': 'BASIC realm="Crowd REST Service"',
    'content-type': 'text/plain;charset=UTF-8',
    'x-embedded-crowd-version': 'Gatehouse/1.2.3',
    'cache-control': 'no-cache',
  });
}

function expectForbidden(answer: Answer, address: string): void {
  expect(answer.status).toBe(403);
  expect(answer.headers).toMatchObject({
    'content-type': 'text/html;charset=UTF-8',
    'x-embedded-crowd-version': 'Gatehouse/1.2.3',
  });
  expect(answer.body).toContain(address);
  // The sentence by which dex knows a refused address.
  expect(answer.body).toContain('The server understood the request but refuses to authorize it.');
}

describeEachDatabase('the login of an application', (database) => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ url: await database.create(), trustedProxies: ['127.0.0.1'] });
    await buildCompany(served.gateway);
    await addApplication(served.gateway);
    await addApplication(served.gateway, { name: 'off', active: false });
    await addApplication(served.gateway, { name: 'nowhere', remoteAddresses: [] });
    await addApplication(served.gateway, {
      name: 'behind',
      remoteAddresses: ['192.0.2.0/24', '2001:db8::/32'],
    });
    await addApplication(served.gateway, { name: 'jörg', password: 'schlüssel' });
  });
  afterAll(() => served.close());

  it('lets in the right name and password from a listed address', async () => {
    const answer = await served.ask('/user?username=ann');
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'x-embedded-crowd-version': 'Gatehouse/1.2.3',
      'cache-control': 'no-cache',
    });
  });

  it('answers 401 with its challenge to a request without credentials', async () => {
    expectChallenge(await served.ask('/user?username=ann', { login: null }));
  });

  it.each([
    { name: 'both right', password: APPLICATION.password, from: '192.0.2.9', status: 200 },
    { name: 'the password wrong', password: WRONG, from: '192.0.2.9', status: 401 },
    {
      name: 'the address wrong',
      password: APPLICATION.password,
      from: '198.51.100.9',
      status: 403,
    },
    { name: 'both wrong', password: WRONG, from: '198.51.100.9', status: 403 },
  ])('answers $status with $name', async ({ password, from, status }) => {
    const answer = await served.ask('/user?username=ann', {
      login: { name: 'behind', password },
      headers: { 'x-forwarded-for': from },
    });
    if (status === 401) expectChallenge(answer);
    else if (status === 403) expectForbidden(answer, from);
    else expect(answer.status).toBe(status);
  });

  it('does not tell an unknown name from a wrong password', async () => {
    const unknown = await served.ask('/user', { login: { name: 'nobody', password: WRONG } });
    const wrong = await served.ask('/user', { login: { name: 'Stash', password: WRONG } });
    expectChallenge(unknown);
    expectChallenge(wrong);
    expect(unknown.body).toBe(wrong.body);
  });

  it.each(['stash', 'STASH', 'Stash ', ' Stash', 'Stash:app'])(
    'compares names exactly: %j is unknown',
    async (name) => {
      const login = { name, password: APPLICATION.password };
      expectChallenge(await served.ask('/user?username=ann', { login }));
    },
  );

  it('answers 403 to an inactive application, whatever the password', async () => {
    const asking = { headers: { 'x-forwarded-for': '127.0.0.1' } };
    for (const password of [APPLICATION.password, WRONG]) {
      const answer = await served.ask('/user', { ...asking, login: { name: 'off', password } });
      expectForbidden(answer, '127.0.0.1');
    }
  });

  it('admits nobody to an application without addresses', async () => {
    const login = { name: 'nowhere', password: APPLICATION.password };
    expectForbidden(await served.ask('/user?username=ann', { login }), '127.0.0.1');
  });

  it('believes a trusted proxy as far as trusted proxies wrote the header', async () => {
    const login = { name: 'behind', password: APPLICATION.password };
    const from = async (header: string) =>
      served.ask('/user?username=ann', { login, headers: { 'x-forwarded-for': header } });
    expect((await from('192.0.2.1, 127.0.0.1')).status).toBe(200);
    expect((await from('[2001:db8::7]:4711')).status).toBe(200);
    expectForbidden(await from('192.0.2.1, 198.51.100.1'), '198.51.100.1');
    expectForbidden(await from('192.0.2.1, unknown'), 'unknown address');
  });

  it.each([
    { name: 'another scheme', authorization: 'Bearer abc' },
    { name: 'no colon', authorization: `Basic ${Buffer.from('Stash').toString('base64')}` },
    { name: 'no base64', authorization: 'Basic %%%' },
    { name: 'nothing after the scheme', authorization: 'Basic ' },
    { name: 'the scheme alone', authorization: 'Basic' },
    { name: 'an empty header', authorization: '' },
    { name: 'an empty name and password', authorization: 'Basic Og==' },
    {
      name: 'a name longer than any',
      authorization: `Basic ${Buffer.from(`${'x'.repeat(9_000)}:x`).toString('base64')}`,
    },
    {
      name: 'a password longer than any',
      authorization: `Basic ${Buffer.from(`Stash:${'x'.repeat(9_000)}`).toString('base64')}`,
    },
    { name: 'a NUL', authorization: `Basic ${Buffer.from('Sta\0sh:x').toString('base64')}` },
  ])('answers 401 to credentials with $name', async ({ authorization }) => {
    expectChallenge(
      await served.ask('/user?username=ann', { login: null, headers: { authorization } }),
    );
  });

  it.each(['basic', 'BASIC', 'Basic'])('takes the scheme in any case: %s', async (scheme) => {
    const authorization = loginHeader().authorization.replace('Basic', scheme);
    const answer = await served.ask('/user?username=ann', {
      login: null,
      headers: { authorization },
    });
    expect(answer.status).toBe(200);
  });

  it.each(['utf8', 'latin1'] as const)('reads credentials sent as %s', async (encoding) => {
    const encoded = Buffer.from('jörg:schlüssel', encoding).toString('base64');
    const headers = { authorization: `Basic ${encoded}` };
    const answer = await served.ask('/user?username=ann', { login: null, headers });
    expect(answer.status).toBe(200);
  });

  it('answers an unknown path 404 after a login and 401 without', async () => {
    for (const path of ['/non-existent/location', '/', '', '/user/picture', '/session/abc']) {
      const known = await served.ask(path);
      expect([path, known.status]).toEqual([path, 404]);
      expect(known.headers['x-embedded-crowd-version']).toBe('Gatehouse/1.2.3');
      expectChallenge(await served.ask(path, { login: null }));
    }
  });

  it.each([
    '/rest/usermanagement/latest',
    '/crowd/rest/usermanagement/1',
    '/crowd/rest/usermanagement/latest',
  ])('serves below %s as well, and links there', async (base) => {
    const answer = await served.askAt(`${base}/group?groupname=juniors`);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain(`href="${served.origin}${base}/group?groupname=juniors"`);
  });

  it.each([
    '/',
    '/graphql',
    '/rest/usermanagement',
    '/rest/usermanagement/2/user',
    '/rest/usermanagement/10/user',
    '/x/rest/usermanagement/1/user',
  ])('leaves %s to others', async (path) => {
    const answer = await served.askAt(path, { login: null });
    expect([answer.status, answer.body]).toEqual([404, 'somebody else']);
    expect(answer.headers['x-embedded-crowd-version']).toBeUndefined();
  });

  it('logs each refusal with its reason, the address and the nearest rule, and no password', async () => {
    const from = served.logged.length;
    const ask = (name: string, password: string, address: string) =>
      served.ask('/user', { login: { name, password }, headers: { 'x-forwarded-for': address } });
    await ask('nobody', 'password-one', '192.0.2.1');
    await ask('behind', 'password-two', '192.0.3.1');
    await ask('behind', 'password-three', '192.0.2.1');
    await ask('off', 'password-four', '192.0.2.1');
    const refusals = served.logged.slice(from);
    expect(refusals.map(({ level, fields }) => ({ level, ...fields }))).toEqual([
      {
        level: 'warn',
        application: 'nobody',
        reason: 'UNKNOWN_APPLICATION',
        address: '192.0.2.1',
        nearestRule: null,
      },
      {
        level: 'warn',
        application: 'behind',
        reason: 'ADDRESS_REFUSED',
        address: '192.0.3.1',
        nearestRule: '192.0.2.0/24',
      },
      {
        level: 'warn',
        application: 'behind',
        reason: 'WRONG_PASSWORD',
        address: '192.0.2.1',
        nearestRule: '192.0.2.0/24',
      },
      {
        level: 'warn',
        application: 'off',
        reason: 'INACTIVE',
        address: '192.0.2.1',
        nearestRule: '127.0.0.1',
      },
    ]);
    expect(JSON.stringify(refusals)).not.toMatch(/password-(one|two|three|four)/);
  });

  it('escapes what it repeats in the page of a 403', async () => {
    await addApplication(served.gateway, { name: '<b>', remoteAddresses: [] });
    const login = { name: '<b>', password: APPLICATION.password };
    const { body } = await served.ask('/user', { login });
    expect(body).toContain('&lt;b&gt;');
    expect(body).not.toContain('<b>');
  });
});

describe('a changed application', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve();
    await buildCompany(served.gateway);
  });
  afterAll(() => served.close());

  it('counts from the next request on: password, addresses, active flag', async () => {
    const { id, name } = await addApplication(served.gateway, { name: 'moving' });
    const { gateway, operator } = served;
    const status = async (password: string) => {
      const answer = await served.ask('/user?username=ann', { login: { name, password } });
      return answer.status;
    };
    expect(await status(APPLICATION.password)).toBe(200);
    await changeApplication(gateway, operator, { id, password: 'another' });
    expect(await status(APPLICATION.password)).toBe(401);
    expect(await status('another')).toBe(200);
    await changeApplication(gateway, operator, { id, remoteAddresses: ['::1'] });
    expect(await status('another')).toBe(403);
    await changeApplication(gateway, operator, { id, remoteAddresses: ['127.0.0.0/8'] });
    expect(await status('another')).toBe(200);
    await changeApplication(gateway, operator, { id, active: false });
    expect(await status('another')).toBe(403);
  });

  it('does not trust a header when no proxy is trusted', async () => {
    await addApplication(served.gateway, { name: 'local', remoteAddresses: ['192.0.2.1'] });
    const answer = await served.ask('/user', {
      login: { name: 'local', password: APPLICATION.password },
      headers: { 'x-forwarded-for': '192.0.2.1' },
    });
    expectForbidden(answer, '127.0.0.1');
  });
});

describe('the trusted proxies', () => {
  it('are checked when the server is made', async () => {
    await expect(serve({ trustedProxies: ['localhost'] })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      details: { field: 'trustedProxies' },
    });
  });
});
