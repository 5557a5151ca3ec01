import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addApplication, buildCompany, type Company } from './company.js';
import { BASE, JSON_ONLY, namesIn, reasonIn, type Served, serve } from './served.js';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

let served: Served;
let company: Company;
/** The address that links begin with. */
let base: string;

beforeAll(async () => {
  served = await serve();
  company = await buildCompany(served.gateway);
  await addApplication(served.gateway);
  base = served.origin + BASE;
});
afterAll(() => served.close());

function userXml(name: string, fields: string, key: string, active = true): string {
  const query = `username=${encodeURIComponent(name)}`;
  return [
    `<user name="${name}" expand="attributes">`,
    `<link href="${base}/user?${query}" rel="self"/>`,
    fields,
    `<password><link href="${base}/user/password?${query}" rel="edit"/></password>`,
    `<key>${key}</key><active>${active}</active>`,
    `<attributes><link href="${base}/user/attribute?${query}" rel="self"/></attributes></user>`,
  ].join('');
}

const annXml = () =>
  userXml(
    'ann',
    '<first-name>Ann</first-name><last-name>Lee</last-name><display-name>Ann Lee</display-name><email>ann@example.org</email>',
    `${company.first.id}:id-ann`,
  );

const annJson = () => ({
  expand: 'attributes',
  link: { href: `${base}/user?username=ann`, rel: 'self' },
  name: 'ann',
  'first-name': 'Ann',
  'last-name': 'Lee',
  'display-name': 'Ann Lee',
  email: 'ann@example.org',
  password: { link: { href: `${base}/user/password?username=ann`, rel: 'edit' } },
  key: `${company.first.id}:id-ann`,
  active: true,
  attributes: {
    attributes: [],
    link: { href: `${base}/user/attribute?username=ann`, rel: 'self' },
  },
});

const devsXml = () =>
  [
    '<group name="devs" expand="attributes">',
    `<link href="${base}/group?groupname=devs" rel="self"/>`,
    '<description>all developers</description><type>GROUP</type><active>true</active>',
    `<attributes><link href="${base}/group/attribute?groupname=devs" rel="self"/></attributes></group>`,
  ].join('');

describe('one user', () => {
  it('is a document of Crowd in XML', async () => {
    const answer = await served.ask('/user?username=ann');
    expect(answer.headers['content-type']).toBe('application/xml');
    expect(answer.body).toBe(DECLARATION + annXml());
    expect(Number(answer.headers['content-length'])).toBe(Buffer.byteLength(answer.body));
  });

  it('is a document of Crowd in JSON', async () => {
    const answer = await served.ask('/user?username=ann', { headers: JSON_ONLY });
    // The whole header: an npm client compares it for equality.
    expect(answer.headers['content-type']).toBe('application/json');
    expect(JSON.parse(answer.body)).toEqual(annJson());
  });

  it('leaves out what it does not have, and escapes what it has', async () => {
    const answer = await served.ask('/user?username=bob&expand=attributes');
    const fields =
      '<display-name>Bob &quot;B&quot; &lt;Ray&gt; &amp; Co</display-name><email>bob@example.org</email>';
    expect(answer.body).toBe(
      DECLARATION + userXml('Bob', fields, `${company.first.id}:id-Bob`, false),
    );
  });

  it.each(['ANN', 'Ann', 'ann'])('is found in any spelling: %s', async (name) => {
    expect((await served.ask(`/user?username=${name}`)).body).toBe(DECLARATION + annXml());
  });

  it.each([
    { name: 'composed', query: '%C3%A9va' },
    { name: 'decomposed', query: 'e%CC%81va' },
    { name: 'in capitals', query: '%C3%89VA' },
  ])('is found by a name $name', async ({ query }) => {
    expect((await served.ask(`/user?username=${query}`)).body).toContain('<user name="éva"');
  });

  it.each(['nobody', 'dan', 'ann%20', '%00', 'x'.repeat(300)])(
    'is not found by the name %j',
    async (name) => {
      const answer = await served.ask(`/user?username=${name}`);
      expect([answer.status, reasonIn(answer)]).toEqual([404, 'USER_NOT_FOUND']);
    },
  );

  it('is found by its key', async () => {
    const { first } = company;
    const key = (text: string) => served.ask(`/user?key=${encodeURIComponent(text)}`);
    expect((await key(`${first.id}:id-ann`)).body).toBe(DECLARATION + annXml());
    for (const other of [`${first.id}:id-cid`, `${first.id}:`, 'id-ann', '99:id-ann', ':', '']) {
      const answer = await key(other);
      expect([other, answer.status, reasonIn(answer)]).toEqual([other, 404, 'USER_NOT_FOUND']);
    }
  });

  it('is never a masked one, nor one of a directory that is switched off', async () => {
    const { second, off } = company;
    for (const key of [`${second.id}:masked`, `${off.id}:id-dan`]) {
      expect((await served.ask(`/user?key=${key}`)).status).toBe(404);
    }
  });

  it('must be named', async () => {
    for (const path of ['/user', '/user?username=', '/user?username', '/user?name=ann']) {
      const answer = await served.ask(path);
      expect([path, answer.status, reasonIn(answer)]).toEqual([path, 400, 'ILLEGAL_ARGUMENT']);
    }
  });
});

describe('one group', () => {
  it('is a document of Crowd in XML and in JSON', async () => {
    expect((await served.ask('/group?groupname=DEVS')).body).toBe(DECLARATION + devsXml());
    const { body } = await served.ask('/group?groupname=devs', { headers: JSON_ONLY });
    expect(JSON.parse(body)).toEqual({
      expand: 'attributes',
      link: { href: `${base}/group?groupname=devs`, rel: 'self' },
      name: 'devs',
      description: 'all developers',
      type: 'GROUP',
      active: true,
      attributes: {
        attributes: [],
        link: { href: `${base}/group/attribute?groupname=devs`, rel: 'self' },
      },
    });
  });

  it('reads + as a space in a query', async () => {
    const answer = await served.ask('/group?groupname=empty+%26+%3Codd%3E');
    expect(answer.body).toContain('<group name="Empty &amp; &lt;odd&gt;" expand="attributes">');
    expect(answer.body).toContain(`${base}/group?groupname=Empty%20%26%20%3Codd%3E`);
    expect(answer.body).toContain('<type>GROUP</type><active>false</active>');
  });

  it.each(['nothing', 'gone', ''])('is not found by the name %j', async (name) => {
    const answer = await served.ask(`/group?groupname=${name}`);
    expect([answer.status, reasonIn(answer)]).toEqual(
      name === '' ? [400, 'ILLEGAL_ARGUMENT'] : [404, 'GROUP_NOT_FOUND'],
    );
  });
});

describe('lists of members', () => {
  it.each([
    { path: '/user/group/direct?username=ann', names: ['devs'] },
    { path: '/user/group/direct?username=%C3%A9va', names: ['juniors'] },
    { path: '/user/group/nested?username=%C3%A9va', names: ['devs', 'juniors'] },
    { path: '/user/group/nested?username=cid', names: ['devs'] },
    { path: '/group/user/direct?groupname=devs', names: ['ann', 'Bob', 'cid'] },
    { path: '/group/user/nested?groupname=devs', names: ['ann', 'Bob', 'cid', 'éva'] },
    { path: '/group/user/direct?groupname=ops', names: [] },
    { path: '/group/child-group/direct?groupname=devs', names: ['juniors'] },
    { path: '/group/child-group/nested?groupname=devs', names: ['juniors'] },
    { path: '/group/child-group/direct?groupname=juniors', names: [] },
    {
      path: '/group/user/nested?groupname=devs&start-index=1&max-results=2',
      names: ['Bob', 'cid'],
    },
    { path: '/group/user/nested?groupname=devs&start-index=4', names: [] },
    { path: '/group/user/nested?groupname=devs&max-results=0', names: [] },
    { path: '/user/group/nested?username=%C3%A9va&start-index=1', names: ['juniors'] },
    { path: '/group/child-group/nested?groupname=devs&max-results=-1', names: ['juniors'] },
  ])('$path holds $names', async ({ path, names }) => {
    expect(namesIn(await served.ask(path))).toEqual(names);
  });

  it('hold names and links only, unless they are expanded', async () => {
    const minimal = await served.ask('/user/group/direct?username=ann');
    expect(minimal.body).toBe(
      `${DECLARATION}<groups expand="group"><group name="devs"><link href="${base}/group?groupname=devs" rel="self"/></group></groups>`,
    );
    const full = await served.ask('/user/group/direct?username=ann&expand=group');
    expect(full.body).toBe(`${DECLARATION}<groups expand="group">${devsXml()}</groups>`);
  });

  it('are lists in JSON as well', async () => {
    const path = '/group/user/direct?groupname=devs&max-results=1';
    const minimal = await served.ask(path, { headers: JSON_ONLY });
    expect(JSON.parse(minimal.body)).toEqual({
      expand: 'user',
      users: [{ link: { href: `${base}/user?username=ann`, rel: 'self' }, name: 'ann' }],
    });
    const full = await served.ask(`${path}&expand=user`, { headers: JSON_ONLY });
    expect(JSON.parse(full.body)).toEqual({ expand: 'user', users: [annJson()] });
    const none = await served.ask('/group/user/direct?groupname=ops', { headers: JSON_ONLY });
    expect(JSON.parse(none.body)).toEqual({ expand: 'user', users: [] });
  });

  it.each([
    { expand: 'user', full: true },
    { expand: 'user,attributes', full: true },
    { expand: 'attributes, user', full: true },
    { expand: 'attributes', full: false },
    { expand: 'none', full: false },
    { expand: 'users', full: false },
    { expand: 'group', full: false },
    { expand: '', full: false },
  ])('expand=$expand gives full users: $full', async ({ expand, full }) => {
    const path = `/group/user/direct?groupname=devs&expand=${encodeURIComponent(expand)}`;
    expect((await served.ask(path)).body.includes('<email>')).toBe(full);
  });

  it.each([
    { path: '/user/group/direct?username=nobody', reason: 'USER_NOT_FOUND' },
    { path: '/user/group/nested?username=dan', reason: 'USER_NOT_FOUND' },
    { path: '/group/user/direct?groupname=nothing', reason: 'GROUP_NOT_FOUND' },
    { path: '/group/user/nested?groupname=gone', reason: 'GROUP_NOT_FOUND' },
    { path: '/group/child-group/direct?groupname=nothing', reason: 'GROUP_NOT_FOUND' },
  ])('$path is 404', async ({ path, reason }) => {
    const answer = await served.ask(path);
    expect([answer.status, reasonIn(answer)]).toEqual([404, reason]);
  });
});

describe('one membership', () => {
  it.each([
    '/user/group/direct?username=ann&groupname=DEVS',
    '/user/group/nested?username=%C3%A9va&groupname=devs',
    '/group/user/direct?groupname=devs&username=cid',
    '/group/user/nested?groupname=devs&username=%C3%A9va',
    '/group/child-group/direct?groupname=devs&child-groupname=juniors',
    '/group/child-group/nested?groupname=devs&child-groupname=juniors',
  ])('%s is 200', async (path) => {
    expect((await served.ask(path)).status).toBe(200);
  });

  it.each([
    '/user/group/direct?username=%C3%A9va&groupname=devs',
    '/user/group/nested?username=ann&groupname=juniors',
    '/user/group/direct?username=ann&groupname=ops',
    '/user/group/direct?username=nobody&groupname=devs',
    '/user/group/direct?username=ann&groupname=nothing',
    '/user/group/direct?username=ann&groupname=',
    '/group/user/direct?groupname=devs&username=%C3%A9va',
    '/group/user/nested?groupname=ops&username=ann',
    '/group/user/direct?groupname=devs&username=dan',
    '/group/child-group/direct?groupname=juniors&child-groupname=devs',
    '/group/child-group/nested?groupname=nothing&child-groupname=devs',
  ])('%s is 404', async (path) => {
    const answer = await served.ask(path);
    expect([answer.status, reasonIn(answer)]).toEqual([404, 'MEMBERSHIP_NOT_FOUND']);
  });

  it('is told as the user or the group it was asked about', async () => {
    const user = await served.ask('/group/user/nested?groupname=devs&username=ann');
    expect(user.body).toBe(DECLARATION + annXml());
    const group = await served.ask('/user/group/nested?username=ann&groupname=devs');
    expect(group.body).toBe(DECLARATION + devsXml());
  });
});

describe('the format of an answer', () => {
  it.each([
    { accept: '*/*', type: 'application/xml' },
    { accept: 'application/xml', type: 'application/xml' },
    { accept: 'text/xml', type: 'application/xml' },
    { accept: 'application/json', type: 'application/json' },
    { accept: 'APPLICATION/JSON; charset=utf-8', type: 'application/json' },
    { accept: 'application/json, text/plain, */*', type: 'application/json' },
    { accept: 'application/json, application/xml', type: 'application/xml' },
    { accept: 'application/xml;q=0.8, application/json;q=0.9', type: 'application/json' },
    { accept: 'application/xml;q=0.9, application/json;q=0.8', type: 'application/xml' },
    { accept: 'application/xml;q=0, application/json;q=0.1', type: 'application/json' },
    { accept: 'application/json;q=0, */*', type: 'application/xml' },
    { accept: 'application/*', type: 'application/xml' },
    { accept: 'text/html,application/xml;q=0.9,*/*;q=0.8', type: 'application/xml' },
    { accept: 'text/html', type: 'application/xml' },
    { accept: ';;,,q=', type: 'application/xml' },
  ])('is $type for $accept', async ({ accept, type }) => {
    for (const path of ['/user?username=ann', '/user?username=nobody', '/nothing']) {
      const answer = await served.ask(path, { headers: { accept } });
      expect([path, answer.headers['content-type']]).toEqual([path, type]);
    }
  });

  it('is JSON for errors too, with the two keys that clients look for', async () => {
    const answer = await served.ask('/user?username=nobody', { headers: JSON_ONLY });
    expect(JSON.parse(answer.body)).toEqual({
      reason: 'USER_NOT_FOUND',
      message: expect.stringContaining('nobody'),
    });
  });

  it('has no body for HEAD and says the same of it', async () => {
    const { headers } = await served.ask('/user?username=ann');
    const answer = await served.ask('/user?username=ann', { method: 'HEAD' });
    expect([answer.status, answer.body]).toEqual([200, '']);
    for (const name of ['content-type', 'content-length', 'x-embedded-crowd-version']) {
      expect([name, answer.headers[name]]).toEqual([name, headers[name]]);
    }
    expect((await served.ask('/user?username=nobody', { method: 'HEAD' })).status).toBe(404);
    expect((await served.ask('/group/membership', { method: 'HEAD' })).status).toBe(200);
  });
});

describe('links', () => {
  it.each([
    { host: 'gate.example.org', origin: 'http://gate.example.org' },
    { host: 'gate_1:8080', origin: 'http://gate_1:8080' },
    { host: '[2001:db8::1]:80', origin: 'http://[2001:db8::1]:80' },
    { host: '"><script>', origin: null },
    { host: 'a/b', origin: null },
    { host: 'a@b', origin: null },
    { host: 'a:b', origin: null },
    { host: '-a', origin: null },
    { host: '', origin: null },
  ])('begin with $origin for the host $host', async ({ host, origin }) => {
    const answer = await served.ask('/user?username=ann', { headers: { host } });
    expect(answer.body).toContain(
      `<link href="${origin ?? served.origin}${BASE}/user?username=ann"`,
    );
  });

  it('are not https on the word of somebody who is no trusted proxy', async () => {
    const headers = { host: 'a', 'x-forwarded-proto': 'https' };
    const answer = await served.ask('/user?username=ann', { headers });
    expect(answer.body).toContain('href="http://a/');
  });
});

describe('methods', () => {
  it.each([
    { method: 'PATCH', path: '/user?username=ann', allow: 'GET, HEAD, POST, PUT, DELETE' },
    { method: 'GET', path: '/user/rename?username=ann', allow: 'POST' },
    { method: 'POST', path: '/user/password?username=ann', allow: 'PUT, DELETE' },
    { method: 'PUT', path: '/group/user/direct?groupname=devs', allow: 'GET, HEAD, POST, DELETE' },
    { method: 'DELETE', path: '/group/user/nested?groupname=devs', allow: 'GET, HEAD' },
    {
      method: 'DELETE',
      path: '/group/parent-group/direct?groupname=devs&parent-groupname=all',
      allow: 'GET, HEAD, POST',
    },
    { method: 'OPTIONS', path: '/group/membership', allow: 'GET, HEAD' },
    { method: 'GET', path: '/authentication?username=ann', allow: 'POST' },
    { method: 'HEAD', path: '/authentication?username=ann', allow: 'POST' },
    { method: 'PUT', path: '/search', allow: 'GET, HEAD, POST' },
    { method: 'PATCH', path: '/event', allow: 'GET, HEAD' },
    { method: 'DELETE', path: '/event/1', allow: 'GET, HEAD' },
  ])('$method $path is 405', async ({ method, path, allow }) => {
    const answer = await served.ask(path, { method });
    expect([answer.status, answer.headers.allow]).toEqual([405, allow]);
    if (method !== 'HEAD') expect(reasonIn(answer)).toBe('UNSUPPORTED_OPERATION');
    expect((await served.ask(path, { method, login: null })).status).toBe(401);
  });
});

describe('paths', () => {
  it.each([
    { path: '/user/?username=ann', status: 200 },
    { path: '/%75ser?username=ann', status: 200 },
    { path: '/user//?username=ann', status: 404 },
    { path: '/USER?username=ann', status: 404 },
    { path: '/user%2Fgroup%2Fdirect?username=ann', status: 404 },
    { path: '/user+?username=ann', status: 404 },
    { path: '/user%20?username=ann', status: 404 },
    { path: '/constructor', status: 404 },
    { path: '/__proto__', status: 404 },
    { path: '/%', status: 400 },
    { path: '/%zz', status: 400 },
    { path: '/%ff', status: 400 },
    { path: '/user/%c3', status: 400 },
  ])('$path is $status', async ({ path, status }) => {
    expect((await served.ask(path)).status).toBe(status);
  });
});
