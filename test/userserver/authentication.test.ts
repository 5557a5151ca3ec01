import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StandingClock } from '../support/gateway.js';
import { addApplication, buildCompany, USER_PASSWORD } from './company.js';
import { JSON_ONLY, reasonIn, type Served, serve } from './served.js';

const clock = new StandingClock();
let served: Served;

beforeAll(async () => {
  served = await serve({ clock });
  await buildCompany(served.gateway);
  await addApplication(served.gateway);
});
// Wrong passwords are counted by the minute.
beforeEach(() => clock.advance(60_000));
afterAll(() => served.close());

const XML = { 'content-type': 'application/xml' };
const JSON_BODY = { 'content-type': 'application/json' };

function xmlPassword(password: string): string {
  const escaped = password.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<?xml version="1.0" encoding="UTF-8"?><password><value>${escaped}</value></password>`;
}

function post(path: string, body: string, headers: Record<string, string> = XML) {
  return served.ask(path, { method: 'POST', body, headers });
}

describe('checking a password', () => {
  it.each([
    { name: 'XML', headers: XML, body: xmlPassword(USER_PASSWORD) },
    {
      name: 'XML with a charset in quotation marks',
      headers: { 'content-type': 'application/xml; charset="utf-8"' },
      body: xmlPassword(USER_PASSWORD),
    },
    {
      name: 'text/xml',
      headers: { 'content-type': 'text/xml' },
      body: xmlPassword(USER_PASSWORD),
    },
    {
      name: 'CDATA',
      headers: XML,
      body: `<password><value><![CDATA[${USER_PASSWORD}]]></value></password>`,
    },
    {
      name: 'XML with white space and a comment',
      headers: XML,
      body: xmlPassword(USER_PASSWORD).replace('<value>', '\n  <!-- secret -->\n  <value>'),
    },
    { name: 'JSON', headers: JSON_BODY, body: JSON.stringify({ value: USER_PASSWORD }) },
    {
      name: 'JSON with a charset and more keys',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ link: null, value: USER_PASSWORD }),
    },
  ])('answers the user to the right password in $name', async ({ headers, body }) => {
    const answer = await post('/authentication?username=ANN', body, headers);
    expect(answer.status).toBe(200);
    expect(answer.body).toBe((await served.ask('/user?username=ann')).body);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('answers JSON when JSON is wanted', async () => {
    const answer = await post(
      '/authentication?username=cid&expand=attributes',
      xmlPassword(USER_PASSWORD),
      {
        ...XML,
        ...JSON_ONLY,
      },
    );
    expect(answer.headers['content-type']).toBe('application/json');
    expect(JSON.parse(answer.body)).toMatchObject({ name: 'cid', email: 'cid@example.org' });
  });

  it.each([
    {
      name: 'a wrong password',
      user: 'ann',
      password: 'wrong',
      reason: 'INVALID_USER_AUTHENTICATION',
    },
    { name: 'an empty password', user: 'ann', password: '', reason: 'INVALID_USER_AUTHENTICATION' },
    {
      name: 'a space too many',
      user: 'ann',
      password: `${USER_PASSWORD} `,
      reason: 'INVALID_USER_AUTHENTICATION',
    },
    {
      name: 'a password longer than any',
      user: 'ann',
      password: 'x'.repeat(2_000),
      reason: 'INVALID_USER_AUTHENTICATION',
    },
    { name: 'an unknown user', user: 'nobody', password: 'x', reason: 'USER_NOT_FOUND' },
    {
      name: 'a user of a directory that is switched off',
      user: 'dan',
      password: 'x',
      reason: 'USER_NOT_FOUND',
    },
    {
      name: 'an inactive user',
      user: 'bob',
      password: USER_PASSWORD,
      reason: 'INACTIVE_ACCOUNT',
    },
  ])('answers 400 $reason to $name', async ({ user, password, reason }) => {
    for (const [headers, body] of [
      [XML, xmlPassword(password)],
      [JSON_BODY, JSON.stringify({ value: password })],
    ] as const) {
      const answer = await post(`/authentication?username=${user}`, body, headers);
      expect([answer.status, reasonIn(answer)]).toEqual([400, reason]);
      expect(answer.headers['www-authenticate']).toBeUndefined();
    }
  });

  it.each([
    { name: 'no user', path: '/authentication', body: xmlPassword('x') },
    { name: 'no body', path: '/authentication?username=ann', body: '' },
    { name: 'no value', path: '/authentication?username=ann', body: '<password/>' },
    {
      name: 'another root',
      path: '/authentication?username=ann',
      body: '<passwort><value>x</value></passwort>',
    },
    {
      name: 'the value deeper down',
      path: '/authentication?username=ann',
      body: '<password><a><value>x</value></a></password>',
    },
  ])('answers 400 ILLEGAL_ARGUMENT to $name', async ({ path, body }) => {
    const answer = await post(path, body);
    expect([answer.status, reasonIn(answer)]).toEqual([400, 'ILLEGAL_ARGUMENT']);
  });

  it('does not log a password', async () => {
    await post('/authentication?username=ann', xmlPassword('a-very-wrong-one'));
    expect(served.logged.length).toBeGreaterThan(0);
    expect(JSON.stringify(served.logged)).not.toContain('a-very-wrong-one');
  });
});

describe('a directory that cannot be asked', () => {
  let elsewhere: Served;

  beforeAll(async () => {
    elsewhere = await serve();
    const { gateway } = elsewhere;
    await addApplication(gateway);
    await gateway.store.transact({ type: 'OPERATOR' }, async (transaction) => {
      const { id } = await transaction.addDirectory({
        name: 'remote',
        type: 'JIRA',
        nestedGroups: true,
        connection: {
          // Port 9 (discard) of the loopback address: nobody answers there.
          serverUrl: 'http://127.0.0.1:9',
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
        password: 'secret',
      });
      await transaction.addUsers(id, [
        {
          name: 'ann',
          displayName: '',
          firstName: '',
          lastName: '',
          email: '',
          active: true,
          externalId: 'a',
        },
      ]);
    });
  });
  afterAll(() => elsewhere.close());

  it('is never told as a wrong password', async () => {
    const answer = await elsewhere.ask('/authentication?username=ann', {
      method: 'POST',
      headers: XML,
      body: xmlPassword('x'),
    });
    expect([answer.status, reasonIn(answer)]).toEqual([500, 'OPERATION_FAILED']);
    // Which servers there are is none of the application's business.
    expect(answer.body).not.toContain('127.0.0.1');
  });
});
