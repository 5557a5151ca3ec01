import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StandingClock } from '../support/gateway.js';
import { addApplication, buildCompany, USER_PASSWORD } from './company.js';
import { BASE, JSON_ONLY, type Served, serve } from './served.js';
import {
  ALIVE,
  AT_HOME,
  JSON_BODY,
  NO_SESSION,
  OTHER_FACTORS,
  outcome,
  SessionClient,
  XML,
} from './session-client.js';

const MINUTE = 60_000;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const BEGIN = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

const clock = new StandingClock();
let served: Served;
let client: SessionClient;

beforeAll(async () => {
  served = await serve({ clock });
  await buildCompany(served.gateway);
  await addApplication(served.gateway);
  client = new SessionClient(served);
});
// Wrong passwords are counted by the minute.
beforeEach(() => clock.advance(MINUTE));
afterAll(() => served.close());

const escaped = USER_PASSWORD.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const xmlLogin = (inner = `<username>ann</username><password>${escaped}</password>`) =>
  `<authentication-context>${inner}</authentication-context>`;
const xmlFactors = (...factors: readonly { name: string; value: string }[]) =>
  `<validation-factors>${factors
    .map(
      ({ name, value }) =>
        `<validation-factor><name>${name}</name><value>${value}</value></validation-factor>`,
    )
    .join('')}</validation-factors>`;
const postXml = (path: string, body: string, headers = {}) =>
  client.ask(path, { method: 'POST', headers: { ...XML, ...headers }, body });
const tokenIn = (body: string) => /<token>([^<]+)<\/token>/.exec(body)?.[1] ?? '';
const linkTo = (name: string) => `${served.origin}${BASE}/user?username=${name}`;
const fullUser = async (name: string, headers = {}) => {
  const { body } = await client.ask(`/user?username=${name}`, { headers });
  return body.replace(BEGIN, '');
};

describe('a session as it is written', () => {
  /** In XML, with the user as an element. */
  const xml = (token: string, user: string, [created, ends]: readonly string[]) =>
    [
      `${BEGIN}<session expand="user"><token>${token}</token>${user}`,
      `<link href="${served.origin}${BASE}/session/${token}" rel="self"/>`,
      `<created-date>${created}</created-date><expiry-date>${ends}</expiry-date></session>`,
    ].join('');
  const times = () =>
    [0, 30 * MINUTE].map((ms) => new Date(clock.now().getTime() + ms).toISOString());

  it('is 201 in XML, with the token first, then the user', async () => {
    const answer = await postXml('/session', xmlLogin());
    const token = tokenIn(answer.body);
    expect(token).toMatch(TOKEN);
    const user = `<user name="ann"><link href="${linkTo('ann')}" rel="self"/></user>`;
    expect(answer.body).toBe(xml(token, user, times()));
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/xml',
      'cache-control': 'no-cache',
      location: `${served.origin}${BASE}/session/${token}`,
    });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('holds the whole user when that is asked for, and always when it is read', async () => {
    const opened = await postXml('/session?expand=user', xmlLogin());
    const token = tokenIn(opened.body);
    const whole = xml(token, await fullUser('ann'), times());
    expect(opened.body).toBe(whole);
    expect((await client.ask(`/session/${token}`)).body).toBe(whole);
    const checked = await postXml(`/session/${token}?expand=user`, xmlFactors());
    expect([checked.status, checked.body]).toEqual([200, whole]);
  });

  it('is the same in JSON, with times in milliseconds', async () => {
    const { body, status, headers } = await client.open('ann', USER_PASSWORD);
    const { token } = JSON.parse(body);
    expect([status, headers['content-type']]).toEqual([201, 'application/json']);
    const at = clock.now().getTime();
    const href = `${served.origin}${BASE}/session/${token}`;
    const json = (user: string) =>
      `{"expand":"user","token":"${token}","user":${user},"link":{"href":"${href}","rel":"self"},"created-date":${at},"expiry-date":${at + 30 * MINUTE}}`;
    const minimal = `{"link":{"href":"${linkTo('ann')}","rel":"self"},"name":"ann"}`;
    expect(body).toBe(json(minimal));
    const read = await client.ask(`/session/${token}`, { headers: JSON_ONLY });
    expect(read.body).toBe(json(await fullUser('ann', JSON_ONLY)));
    expect((await client.post(`/session/${token}`, {})).body).toBe(json(minimal));
  });

  it('has no address beyond what the protocol has', async () => {
    const token = await client.tokenOf('ann', USER_PASSWORD);
    const put = await client.ask(`/session/${token}`, { method: 'PUT' });
    expect([put.status, put.headers.allow]).toEqual([405, 'GET, HEAD, POST, DELETE']);
    const get = await client.ask('/session');
    expect([get.status, get.headers.allow]).toEqual([405, 'POST, DELETE']);
    const answer = await client.ask(`/session/${token}`, { login: null });
    expect(answer.status).toBe(401);
  });
});

describe('signing in', () => {
  it.each([
    { name: 'XML', headers: XML, body: xmlLogin() },
    {
      name: 'XML with factors and more elements',
      headers: { 'content-type': 'application/xml; charset="utf-8"' },
      body: xmlLogin(
        `<x/><username>ANN</username><password><![CDATA[${USER_PASSWORD}]]></password>${xmlFactors(...AT_HOME)}`,
      ),
    },
    { name: 'JSON', headers: JSON_BODY, body: { username: 'ann', password: USER_PASSWORD } },
    {
      name: 'JSON as a later server has it',
      headers: JSON_BODY,
      body: {
        userName: 'ann',
        password: USER_PASSWORD,
        validationFactors: { validationFactor: AT_HOME },
      },
    },
    {
      name: 'JSON with empty factors',
      headers: JSON_BODY,
      body: { username: 'ann', password: USER_PASSWORD, 'validation-factors': {} },
    },
  ])('takes $name', async ({ headers, body }) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await client.ask('/session', { method: 'POST', headers, body: text });
    expect([answer.status, answer.body.includes('<user name="ann">')]).toEqual([201, true]);
  });

  it.each([
    { user: 'ann', password: 'wrong', says: '400 INVALID_USER_AUTHENTICATION' },
    { user: 'nobody', password: 'x', says: '400 USER_NOT_FOUND' },
    { user: 'bob', password: USER_PASSWORD, says: '400 INACTIVE_ACCOUNT' },
    { user: 'dan', password: USER_PASSWORD, says: '400 USER_NOT_FOUND' },
    {
      user: 'nobody',
      password: 'x',
      query: '?validate-password=false',
      says: '400 INVALID_USER_AUTHENTICATION',
    },
    {
      user: 'bob',
      password: '',
      query: '?validate-password=false',
      says: '400 INACTIVE_ACCOUNT',
    },
    { user: '', password: 'x', says: '400 ILLEGAL_ARGUMENT' },
    { user: 'ann', password: USER_PASSWORD, query: '?duration=0', says: '400 ILLEGAL_ARGUMENT' },
    { user: 'ann', password: USER_PASSWORD, query: '?duration=x', says: '400 ILLEGAL_ARGUMENT' },
  ])('of $user$query is refused with $says', async ({ user, password, query = '', says }) => {
    expect(outcome(await client.open(user, password, { query }))).toBe(says);
  });

  it.each([
    { name: 'no name', body: xmlLogin('<password>x</password>') },
    { name: 'no password', body: xmlLogin('<username>ann</username>') },
    { name: 'another root', body: '<login><username>ann</username></login>' },
    {
      name: 'a factor without a value',
      body: xmlLogin(
        `<username>ann</username><password>${escaped}</password><validation-factors><validation-factor><name>a</name></validation-factor></validation-factors>`,
      ),
    },
    {
      name: 'more factors than there are',
      body: xmlLogin(
        `<username>ann</username><password>${escaped}</password>${xmlFactors(
          ...Array.from({ length: 21 }, (_, i) => ({ name: `n${i}`, value: 'x' })),
        )}`,
      ),
    },
  ])('with $name is 400 ILLEGAL_ARGUMENT', async ({ body }) => {
    expect(outcome(await postXml('/session', body))).toBe('400 ILLEGAL_ARGUMENT');
  });

  it('needs no password when the application answers for the user', async () => {
    const body = JSON.stringify({ username: 'ann' });
    const query = '/session?validate-password=false';
    const answer = await client.ask(query, { method: 'POST', headers: JSON_BODY, body });
    expect(answer.status).toBe(201);
    expect(await client.look(tokenIn(answer.body))).toBe(ALIVE);
    expect(served.logged.at(-1)).toMatchObject({
      level: 'info',
      fields: { user: 'ann', application: 'Stash', address: '127.0.0.1' },
    });
  });

  it('gives a token of our own making each time, and adopts none', async () => {
    const tokens = new Set<string>();
    for (let i = 0; i < 3; i++) {
      tokens.add(await client.tokenOf('ann', USER_PASSWORD, { factors: AT_HOME }));
    }
    expect(tokens.size).toBe(3);
    const chosen = 'A'.repeat(43);
    const body = JSON.stringify({ username: 'ann', password: USER_PASSWORD, token: chosen });
    const headers = { ...JSON_BODY, cookie: `crowd.token_key=${chosen}` };
    const answer = await client.ask(`/session?token=${chosen}`, { method: 'POST', headers, body });
    expect(tokenIn(answer.body)).not.toBe(chosen);
    expect(await client.look(chosen)).toBe(NO_SESSION);
    expect(await client.check(chosen)).toBe(NO_SESSION);
  });

  it('is refused after five wrong passwords, together with those at /authentication', async () => {
    const authentication = (password: string) =>
      client.post('/authentication?username=cid', { value: password });
    for (let i = 0; i < 3; i++) {
      expect((await client.open('cid', 'wrong')).status).toBe(400);
    }
    for (let i = 0; i < 2; i++) expect((await authentication('wrong')).status).toBe(400);
    clock.advance(10_000);
    for (const answer of [
      await client.open('CID', USER_PASSWORD),
      await authentication(USER_PASSWORD),
    ]) {
      expect(outcome(answer)).toBe('429 OPERATION_FAILED');
      expect(answer.headers['retry-after']).toBe('50');
      expect(answer.headers['x-embedded-crowd-version']).toBe('Gatehouse/1.2.3');
    }
    expect((await client.open('ann', USER_PASSWORD)).status).toBe(201);
    clock.advance(50_000);
    expect((await client.open('cid', USER_PASSWORD)).status).toBe(201);
  });
});

describe('factors', () => {
  const proxied = [...AT_HOME, { name: 'X-Forwarded-For', value: '10.0.0.1' }];

  it('must be the ones of the sign-in, all of them and no others', async () => {
    const token = await client.tokenOf('ann', USER_PASSWORD, { factors: proxied });
    expect(await client.check(token, proxied)).toBe(ALIVE);
    expect(await client.check(token, [...proxied].reverse())).toBe(ALIVE);
    expect(await client.check(token, [...proxied, ...proxied])).toBe(ALIVE);
    for (const others of [
      [],
      AT_HOME,
      [{ name: 'remote_address', value: '198.51.100.8' }, proxied[1]],
      [...proxied, { name: 'more', value: '' }],
      proxied.map(({ name, value }) => ({ name: value, value: name })),
    ]) {
      expect(await client.check(token, others)).toBe(OTHER_FACTORS);
    }
    expect(await client.look(token)).toBe(ALIVE);
  });

  it('are none in `{}`, and the same in XML and JSON', async () => {
    const without = await client.tokenOf('ann', USER_PASSWORD);
    expect(outcome(await client.post(`/session/${without}`, {}))).toBe(ALIVE);
    expect(outcome(await postXml(`/session/${without}`, '<validation-factors/>'))).toBe(ALIVE);
    expect(outcome(await postXml(`/session/${without}`, xmlFactors(...AT_HOME)))).toBe(
      OTHER_FACTORS,
    );
    const bound = await client.tokenOf('ann', USER_PASSWORD, { factors: AT_HOME });
    expect(outcome(await postXml(`/session/${bound}`, xmlFactors(...AT_HOME)))).toBe(ALIVE);
    expect(outcome(await client.post(`/session/${bound}`, {}))).toBe(OTHER_FACTORS);
  });

  it('do not depend on how an address and a name are written', async () => {
    const factors = [{ name: 'Remote_Address', value: ' ::ffff:198.51.100.7 ' }];
    const token = await client.tokenOf('ann', USER_PASSWORD, { factors });
    expect(await client.check(token, AT_HOME)).toBe(ALIVE);
  });

  it('cannot be read from what is kept', async () => {
    const token = await client.tokenOf('ann', USER_PASSWORD, { factors: AT_HOME });
    const rows = await served.gateway.store.sql.read((session) =>
      session.select<object>('SELECT * FROM user_session'),
    );
    const kept = JSON.stringify(rows);
    expect(kept).toContain('remote_address');
    expect(kept).not.toContain('198.51.100.7');
    expect(kept).not.toContain(token);
    expect(JSON.stringify(served.logged)).not.toContain(token);
  });

  it.each([
    { name: 'another root', body: '<factors/>' },
    { name: 'a factor without a name', body: '{"validationFactors":[{"value":"x"}]}' },
    { name: 'factors that are no list', body: '{"validationFactors":"x"}' },
    { name: 'a factor that is a text', body: '{"validationFactors":["x"]}' },
  ])('with $name are 400 ILLEGAL_ARGUMENT', async ({ body }) => {
    const token = await client.tokenOf('ann', USER_PASSWORD);
    const headers = body.startsWith('<') ? XML : JSON_BODY;
    const answer = await client.ask(`/session/${token}`, { method: 'POST', headers, body });
    expect(outcome(answer)).toBe('400 ILLEGAL_ARGUMENT');
  });
});

describe('the cookie of sessions', () => {
  it('is described in XML and JSON', async () => {
    const xml = await client.ask('/config/cookie');
    expect([xml.status, xml.body]).toEqual([
      200,
      `${BEGIN}<cookie-config><domain/><secure>false</secure><name>crowd.token_key</name></cookie-config>`,
    ]);
    const json = await client.ask('/config/cookie', { headers: JSON_ONLY });
    expect(json.body).toBe('{"domain":"","name":"crowd.token_key","secure":false}');
  });

  it('is described as it is set up', async () => {
    const cookie = { name: 'sso', domain: '.example.org', secure: true };
    const other = await serve({ sessions: { cookie } });
    await addApplication(other.gateway);
    const xml = await other.ask('/config/cookie');
    const json = await other.ask('/config/cookie', { headers: JSON_ONLY });
    await other.close();
    expect(xml.body).toBe(
      `${BEGIN}<cookie-config><domain>.example.org</domain><secure>true</secure><name>sso</name></cookie-config>`,
    );
    expect(json.body).toBe('{"domain":".example.org","name":"sso","secure":true}');
  });
});
