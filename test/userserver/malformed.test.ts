import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sendRaw } from '../support/raw-http.js';
import { addApplication, buildCompany } from './company.js';
import { JSON_ONLY, loginHeader, reasonIn, type Served, serve } from './served.js';

let served: Served;

beforeAll(async () => {
  served = await serve();
  await buildCompany(served.gateway);
  await addApplication(served.gateway);
});
afterAll(() => served.close());

const XML = 'application/xml';
const JSON_TYPE = 'application/json';
const SEARCH = '/search?entity-type=user';
const LOGIN = '/authentication?username=ann';

const wrapped = (inner: string) =>
  `<boolean-search-restriction boolean-logic="and"><restrictions>${inner}</restrictions></boolean-search-restriction>`;
const nested = (depth: number) =>
  `${'<boolean-search-restriction boolean-logic="and"><restrictions>'.repeat(depth - 1)}<null-search-restriction/>${'</restrictions></boolean-search-restriction>'.repeat(depth - 1)}`;
const property = (inner: string) =>
  `<property-search-restriction>${inner}</property-search-restriction>`;
const jsonNested = (depth: number): object =>
  Array.from({ length: depth - 1 }).reduce<object>(
    (inner) => ({
      'restriction-type': 'boolean-search-restriction',
      'boolean-logic': 'or',
      restrictions: [inner],
    }),
    { 'restriction-type': 'null-search-restriction' },
  );

interface Malformed {
  readonly name: string;
  readonly path?: string;
  readonly type?: string;
  readonly body: string | Buffer;
  readonly status?: number;
}

const BODIES: readonly Malformed[] = [
  { name: 'no body', body: '' },
  { name: 'blanks', body: ' \n ' },
  { name: 'no XML', body: 'name=ann' },
  { name: 'XML that ends early', body: '<null-search-restriction>' },
  { name: 'tags that cross', body: '<a><b></a></b>' },
  { name: 'two roots', body: '<null-search-restriction/><null-search-restriction/>' },
  { name: 'a bare ampersand', body: '<null-search-restriction>&</null-search-restriction>' },
  { name: 'an unknown entity', body: '<null-search-restriction>&nbsp;</null-search-restriction>' },
  {
    name: 'a forbidden character',
    body: '<null-search-restriction>\u0001</null-search-restriction>',
  },
  { name: 'a DOCTYPE', body: '<!DOCTYPE a><null-search-restriction/>' },
  {
    name: 'a DOCTYPE with an external entity',
    body: '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><null-search-restriction>&x;</null-search-restriction>',
  },
  {
    name: 'a DOCTYPE that grows',
    body: '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><null-search-restriction>&b;</null-search-restriction>',
  },
  { name: 'bytes that are not UTF-8', body: Buffer.from([0x3c, 0x61, 0xff, 0x2f, 0x3e]) },
  { name: 'UTF-16', body: Buffer.from('<null-search-restriction/>', 'utf16le') },
  { name: 'another root', body: '<search-restriction/>' },
  { name: 'an unknown node', body: wrapped('<not-search-restriction/>') },
  {
    name: 'no logic',
    body: '<boolean-search-restriction><restrictions/></boolean-search-restriction>',
  },
  {
    name: 'an unknown logic',
    body: '<boolean-search-restriction boolean-logic="xor"><restrictions/></boolean-search-restriction>',
  },
  { name: 'no wrapper', body: '<boolean-search-restriction boolean-logic="or"/>' },
  { name: 'an empty property restriction', body: property('') },
  {
    name: 'no name of a property',
    body: property('<property><type>STRING</type></property><match-mode>NULL</match-mode>'),
  },
  {
    name: 'an unknown property',
    body: property('<property><name>shoe</name></property><match-mode>NULL</match-mode>'),
  },
  {
    name: 'an unknown type',
    body: property(
      '<property><name>name</name><type>INT</type></property><match-mode>NULL</match-mode>',
    ),
  },
  {
    name: 'no match mode',
    body: property('<property><name>name</name></property><value>a</value>'),
  },
  {
    name: 'an unknown match mode',
    body: property(
      '<property><name>name</name></property><match-mode>LIKE</match-mode><value>a</value>',
    ),
  },
  {
    name: 'no value',
    body: property('<property><name>name</name></property><match-mode>CONTAINS</match-mode>'),
  },
  { name: 'conditions nested too deep', body: nested(51) },
  { name: 'conditions nested far too deep', body: nested(9_000) },
  {
    name: 'elements nested far too deep',
    body: `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`,
  },
  { name: 'too many conditions', body: wrapped('<null-search-restriction/>'.repeat(10_000)) },
  { name: 'no JSON', type: JSON_TYPE, body: '{' },
  { name: 'a JSON list', type: JSON_TYPE, body: '[]' },
  { name: 'a JSON text', type: JSON_TYPE, body: '"x"' },
  { name: 'a JSON null', type: JSON_TYPE, body: 'null' },
  { name: 'an empty JSON object', type: JSON_TYPE, body: '{}' },
  { name: 'JSON nested too deep', type: JSON_TYPE, body: JSON.stringify(jsonNested(51)) },
  { name: 'JSON lists nested far too deep', type: JSON_TYPE, body: `${'['.repeat(200_000)}` },
  {
    name: 'a condition that is a text',
    type: JSON_TYPE,
    body: '{"restriction-type":"boolean-search-restriction","boolean-logic":"or","restrictions":["x"]}',
  },
  {
    name: 'conditions that are no list',
    type: JSON_TYPE,
    body: '{"restriction-type":"boolean-search-restriction","boolean-logic":"or","restrictions":{}}',
  },
  {
    name: 'a property that is a text',
    type: JSON_TYPE,
    body: '{"restriction-type":"property-search-restriction","property":"name","match-mode":"NULL"}',
  },
  {
    name: 'a property of the prototype',
    type: JSON_TYPE,
    body: '{"restriction-type":"property-search-restriction","property":{"name":"constructor"},"match-mode":"NULL"}',
  },
  { name: 'no password', path: LOGIN, body: '<password/>' },
  { name: 'a JSON password that is a list', path: LOGIN, type: JSON_TYPE, body: '{"value":["x"]}' },
  { name: 'a JSON password that is null', path: LOGIN, type: JSON_TYPE, body: '{"value":null}' },
  { name: 'a JSON text as a password', path: LOGIN, type: JSON_TYPE, body: '"x"' },
  { name: 'XML announced as JSON', path: LOGIN, type: JSON_TYPE, body: '<password/>' },
  { name: 'no type', type: '', body: '<null-search-restriction/>', status: 415 },
  { name: 'plain text', type: 'text/plain', body: '<null-search-restriction/>', status: 415 },
  {
    name: 'a form',
    type: 'application/x-www-form-urlencoded',
    body: 'value=x',
    path: LOGIN,
    status: 415,
  },
  {
    name: 'another charset',
    type: 'application/xml; charset=iso-8859-1',
    body: '<null-search-restriction/>',
    status: 415,
  },
  { name: 'a body above 1 MiB', body: ' '.repeat(1024 * 1024 + 1), status: 413 },
  { name: 'a body of 3 MiB', body: 'x'.repeat(3 * 1024 * 1024), status: 413, path: LOGIN },
];

describe('a malformed body', () => {
  it.each(BODIES)(
    'with $name is refused',
    async ({ path = SEARCH, type = XML, body, status = 400 }) => {
      const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
      const xml = await served.ask(path, { method: 'POST', headers, body });
      expect([xml.status, reasonIn(xml)]).toEqual([status, 'ILLEGAL_ARGUMENT']);
      expect(xml.headers['x-embedded-crowd-version']).toBe('Gatehouse/1.2.3');
      const json = await served.ask(path, {
        method: 'POST',
        headers: { ...headers, ...JSON_ONLY },
        body,
      });
      expect(json.status).toBe(status);
      expect(JSON.parse(json.body)).toEqual({
        reason: 'ILLEGAL_ARGUMENT',
        message: expect.any(String),
      });
    },
  );

  it('that is compressed is refused', async () => {
    const headers = { 'content-type': XML, 'content-encoding': 'gzip' };
    const answer = await served.ask(SEARCH, { method: 'POST', headers, body: 'x' });
    expect(answer.status).toBe(415);
  });

  it('is no longer than it may be: the limits themselves are permitted', async () => {
    const post = (body: string, type = XML) =>
      served.ask(`${SEARCH}&max-results=1`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
    expect((await post(nested(50))).status).toBe(200);
    expect((await post(JSON.stringify(jsonNested(50)), JSON_TYPE)).status).toBe(200);
    expect((await post(wrapped('<null-search-restriction/>'.repeat(9_999)))).status).toBe(200);
    const element = '<null-search-restriction/>';
    const full = element + ' '.repeat(1024 * 1024 - element.length);
    expect((await post(full)).status).toBe(200);
  });
});

describe('the type of a body', () => {
  it.each(['constructor', '__proto__', 'toString'])('%s is none', async (type) => {
    const answer = await served.ask(SEARCH, {
      method: 'POST',
      headers: { 'content-type': type },
      body: '{"restriction-type":"null-search-restriction"}',
    });
    expect([answer.status, reasonIn(answer)]).toEqual([415, 'ILLEGAL_ARGUMENT']);
  });
});

describe('a client that takes us for a proxy', () => {
  it('is answered as it would be there, whatever host it names', async () => {
    const { authorization } = loginHeader();
    const ask = (url: string) =>
      sendRaw(
        served.origin,
        Buffer.from(`GET ${url} HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\n\r\n`),
        { endsHere: false, headOnly: false },
      );
    const own = await ask('/rest/usermanagement/1/user?username=ann');
    for (const scheme of ['http', 'HTTPS']) {
      const answer = await ask(`${scheme}://other:1/rest/usermanagement/1/user?username=ann`);
      expect(answer?.status).toBe(200);
      expect(answer?.body).toEqual(own?.body);
    }
  });
});

describe('a malformed query', () => {
  it.each([
    '/user?username=%',
    '/user?username=%zz',
    '/user?username=%ff',
    '/user?username=%c3%28',
    '/user?username=ann&%=x',
    '/user?%00%=ann',
    '/group?groupname=%e0%a4',
    '/search?entity-type=user&restriction=%',
    '/user/group/direct?username=%',
    '/group/user/nested?groupname=devs&username=%a',
  ])('%s is 400', async (path) => {
    const answer = await served.ask(path);
    expect([answer.status, reasonIn(answer)]).toEqual([400, 'ILLEGAL_ARGUMENT']);
  });

  it.each([
    '/user?username=ann&&&=&=x&y',
    '/user?username=ann&username=bob',
    '/user?username=ann?x=y',
    '/group/membership?=%20',
    '/search?entity-type=user&expand=&expand=user&start-index=0',
  ])('%s is odd and no reason to fail', async (path) => {
    expect([200, 404]).toContain((await served.ask(path)).status);
  });
});

describe('a failure of ours', () => {
  it('is told by an incident alone; the cause is in the log', async () => {
    const broken = await serve();
    await addApplication(broken.gateway);
    const cause = new Error('disk full at /secret/path');
    Object.defineProperty(broken.gateway.store.reader, 'groupsByIds', {
      value: () => Promise.reject(cause),
    });
    await broken.gateway.store.transact({ type: 'OPERATOR' }, async (transaction) => {
      const { id } = await transaction.addDirectory({
        name: 'only',
        type: 'INTERNAL',
        nestedGroups: true,
        connection: null,
        password: null,
      });
      await transaction.addGroups(id, [{ name: 'devs', description: '', active: true }]);
    });
    const answers = [
      await broken.ask('/group?groupname=devs'),
      await broken.ask('/search?entity-type=group&expand=group'),
    ];
    const errors = broken.logged.filter(({ level }) => level === 'error');
    await broken.close();
    expect(errors).toHaveLength(2);
    for (const [i, answer] of answers.entries()) {
      expect([answer.status, reasonIn(answer)]).toEqual([500, 'OPERATION_FAILED']);
      expect(answer.body).not.toContain('secret');
      const { incident, err } = errors[i].fields;
      expect(err).toBe(cause);
      expect(answer.body).toContain(String(incident));
    }
  });
});
