import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { addApplication, addMany, buildCompany } from './company.js';
import { JSON_ONLY, namesIn, reasonIn, type Served, serve } from './served.js';

let served: Served;

const ALL_USERS = ['ann', 'Bob', 'cid', 'éva'];

beforeAll(async () => {
  served = await serve();
  await buildCompany(served.gateway);
  await addApplication(served.gateway);
});
afterAll(() => served.close());

function byText(type: string, restriction: string, more = '') {
  const query = new URLSearchParams({ 'entity-type': type, restriction });
  return served.ask(`/search?${query}${more}`);
}

function byXml(type: string, body: string, more = '') {
  return served.ask(`/search?entity-type=${type}${more}`, {
    method: 'POST',
    headers: { 'content-type': 'application/xml' },
    body,
  });
}

function byJson(type: string, body: unknown, more = '') {
  return served.ask(`/search?entity-type=${type}${more}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

interface PropertyNode {
  readonly property: string;
  readonly mode: string;
  readonly value?: string;
  readonly type?: string;
}

interface CombinedNode {
  readonly logic: string;
  readonly parts: readonly Node[];
}

/** A restriction, told once and sent in both formats. */
type Node = null | PropertyNode | CombinedNode;

function toXml(node: Node): string {
  if (node === null) return '<null-search-restriction/>';
  if ('parts' in node) {
    return [
      `<boolean-search-restriction boolean-logic="${node.logic}">\n <restrictions>`,
      ...node.parts.map(toXml),
      '</restrictions>\n</boolean-search-restriction>',
    ].join('\n');
  }
  const value = node.value?.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return [
    '<property-search-restriction>',
    `<property><name>${node.property}</name><type>${node.type ?? 'STRING'}</type></property>`,
    `<match-mode>${node.mode}</match-mode>`,
    value === undefined ? '' : `<value>${value}</value>`,
    '</property-search-restriction>',
  ].join('');
}

function toJson(node: Node): object {
  if (node === null) return { 'restriction-type': 'null-search-restriction' };
  if ('parts' in node) {
    return {
      'restriction-type': 'boolean-search-restriction',
      'boolean-logic': node.logic,
      restrictions: node.parts.map(toJson),
    };
  }
  return {
    'restriction-type': 'property-search-restriction',
    property: { name: node.property, type: node.type ?? 'STRING' },
    'match-mode': node.mode,
    value: node.value,
  };
}

const name = (value: string, mode = 'EXACTLY_MATCHES'): PropertyNode => ({
  property: 'name',
  mode,
  value,
});
const email = (value: string, mode = 'EXACTLY_MATCHES'): PropertyNode => ({
  property: 'email',
  mode,
  value,
});

const BY_DOCUMENT: readonly { node: Node; type?: string; names: readonly string[] }[] = [
  { node: null, names: ALL_USERS },
  { node: null, type: 'group', names: ['devs', 'Empty &amp; &lt;odd&gt;', 'juniors', 'ops'] },
  { node: null, type: 'GROUP', names: ['devs', 'Empty &amp; &lt;odd&gt;', 'juniors', 'ops'] },
  { node: name('ANN'), names: ['ann'] },
  { node: name('ann '), names: [] },
  { node: name('dan'), names: [] },
  { node: name('n', 'CONTAINS'), names: ['ann'] },
  { node: name('B', 'STARTS_WITH'), names: ['Bob'] },
  { node: name('B', 'ENDS_WITH'), names: ['Bob'] },
  { node: name('bob', 'LESS_THAN'), names: ['ann'] },
  { node: name('bob', 'LESS_THAN_OR_EQUAL'), names: ['ann', 'Bob'] },
  { node: name('bob', 'GREATER_THAN'), names: ['cid', 'éva'] },
  { node: name('bob', 'GREATER_THAN_OR_EQUAL'), names: ['Bob', 'cid', 'éva'] },
  { node: name('', 'CONTAINS'), names: ALL_USERS },
  { node: { property: 'name', mode: 'NULL' }, names: [] },
  { node: { property: 'email', mode: 'NULL' }, names: ['éva'] },
  { node: email('ANN@example.org'), names: ['ann'] },
  { node: email('@example.org', 'ENDS_WITH'), names: ['ann', 'Bob', 'cid'] },
  { node: { property: 'displayName', mode: 'contains', value: '<ray> &' }, names: ['Bob'] },
  { node: { property: 'displayName', mode: 'EXACTLY_MATCHES', value: 'another Ann' }, names: [] },
  { node: { property: 'firstName', mode: 'Exactly_Matches', value: 'ann' }, names: ['ann'] },
  { node: { property: 'lastName', mode: 'STARTS_WITH', value: 'L' }, names: ['ann'] },
  {
    node: { property: 'active', mode: 'EXACTLY_MATCHES', value: 'false', type: 'BOOLEAN' },
    names: ['Bob'],
  },
  {
    node: { property: 'active', mode: 'EXACTLY_MATCHES', value: 'TRUE', type: 'boolean' },
    names: ['ann', 'cid', 'éva'],
  },
  { node: { property: 'active', mode: 'NULL', type: 'BOOLEAN' }, names: [] },
  { node: { logic: 'or', parts: [name('cid'), name('ANN'), name('ann')] }, names: ['ann', 'cid'] },
  { node: { logic: 'OR', parts: [name('nobody'), name('dan')] }, names: [] },
  { node: { logic: 'or', parts: [] }, names: [] },
  { node: { logic: 'and', parts: [] }, names: ALL_USERS },
  { node: { logic: 'and', parts: [name('ann'), name('bob')] }, names: [] },
  { node: { logic: 'And', parts: [name('ann')] }, names: ['ann'] },
  { node: { logic: 'or', parts: [name('ann'), null] }, names: ALL_USERS },
  { node: { logic: 'and', parts: [name('b', 'CONTAINS'), null] }, names: ['Bob'] },
  {
    node: {
      logic: 'or',
      parts: [
        { logic: 'and', parts: [email('example', 'CONTAINS'), name('c', 'STARTS_WITH')] },
        { logic: 'or', parts: [name('éva')] },
      ],
    },
    names: ['cid', 'éva'],
  },
  {
    type: 'group',
    node: { property: 'description', mode: 'CONTAINS', value: 'DEVELOPERS' },
    names: ['devs'],
  },
  {
    type: 'group',
    node: { property: 'description', mode: 'CONTAINS', value: 'masked' },
    names: [],
  },
  {
    type: 'group',
    node: { property: 'active', mode: 'EXACTLY_MATCHES', value: 'false', type: 'BOOLEAN' },
    names: ['Empty &amp; &lt;odd&gt;'],
  },
  { type: 'group', node: name('Devs'), names: ['devs'] },
];

describe('search by a document', () => {
  it.each(BY_DOCUMENT)('$type $node finds $names', async ({ node, type = 'user', names }) => {
    expect(namesIn(await byXml(type, toXml(node)))).toEqual(names);
    expect(namesIn(await byJson(type, toJson(node)))).toEqual(names);
    // With details the rows are read as well, and nothing else may change.
    expect(namesIn(await byXml(type, toXml(node), '&expand=user,group'))).toEqual(names);
  });

  it('passes the "Test connection" of Atlassian\'s products, old and new', async () => {
    const query = '&start-index=0&max-results=1&expand=user';
    const fresh = await byXml('user', toXml({ property: 'name', mode: 'NULL' }), query);
    expect(namesIn(fresh)).toEqual([]);
    expect(namesIn(await byXml('user', toXml(null), query))).toEqual(['ann']);
  });

  it('takes XML and answers JSON', async () => {
    const answer = await served.ask('/search?entity-type=user', {
      method: 'POST',
      headers: { 'content-type': 'application/xml; charset=UTF-8', ...JSON_ONLY },
      body: toXml(name('cid')),
    });
    expect(JSON.parse(answer.body)).toMatchObject({ expand: 'user', users: [{ name: 'cid' }] });
  });

  it('takes a boolean as a value in JSON', async () => {
    const body = {
      ...toJson({ property: 'active', mode: 'EXACTLY_MATCHES', type: 'BOOLEAN' }),
      value: false,
    };
    expect(namesIn(await byJson('user', body))).toEqual(['Bob']);
  });
});

const BY_TEXT: readonly { text: string; type?: string; names: readonly string[] }[] = [
  { text: '', names: ALL_USERS },
  { text: ' \t\n', names: ALL_USERS },
  { text: 'name=ann', names: ['ann'] },
  { text: ' name = "ANN" ', names: ['ann'] },
  { text: "name='ann'", names: ['ann'] },
  { text: '"name"=ann', names: ['ann'] },
  { text: 'name=*n*', names: ['ann'] },
  { text: 'name=b*', names: ['Bob'] },
  { text: 'name="b*"', names: ['Bob'] },
  { text: 'name=*nn', names: [] },
  { text: 'name=*ann', names: ['ann'] },
  { text: 'name=*', names: ALL_USERS },
  { text: 'name<bob', names: ['ann'] },
  { text: 'name > bob', names: ['cid', 'éva'] },
  { text: 'active=true', names: ['ann', 'cid', 'éva'] },
  { text: 'active=TRUE AND name=a*', names: ['ann'] },
  { text: 'active=no', names: ['Bob'] },
  { text: 'active=true AND name="ann*" AND email="ann*"', names: ['ann'] },
  { text: 'name=ann or name=cid', names: ['ann', 'cid'] },
  { text: 'name=cid OR name=ann AND email=x', names: ['cid'] },
  { text: '(name=cid OR name=ann) AND email="a*"', names: ['ann'] },
  { text: '((name=cid)OR((name=ann)))', names: ['ann', 'cid'] },
  { text: 'displayName="Bob \\"B\\" <Ray> & Co"', names: ['Bob'] },
  { text: 'displayName=\'Bob "B" <Ray> & Co\'', names: ['Bob'] },
  { text: 'displayName=Ann\\ Lee', names: ['ann'] },
  { text: 'name="\\u00e9va"', names: ['éva'] },
  { text: 'email=""', names: ['éva'] },
  { text: 'name="and"', names: [] },
  { text: 'description=all*', type: 'group', names: ['devs'] },
  { text: 'name="empty & <odd>"', type: 'Group', names: ['Empty &amp; &lt;odd&gt;'] },
];

describe('search by text', () => {
  it.each(BY_TEXT)('$type $text finds $names', async ({ text, type = 'user', names }) => {
    expect(namesIn(await byText(type, text))).toEqual(names);
  });

  it('needs no restriction', async () => {
    expect(namesIn(await served.ask('/search?entity-type=user'))).toEqual(ALL_USERS);
  });

  it.each([
    'name',
    'name=',
    '=ann',
    'name==ann',
    'name=ann bob',
    'name=ann AND',
    'OR name=ann',
    'name=ann AND OR name=bob',
    '(name=ann',
    'name=ann)',
    '()',
    'name="ann',
    'name=\'ann"',
    'name=ann & email=x',
    'name!=ann',
    'NOT name=ann',
    'name in (ann, bob)',
    'name=a\\b',
    'name="a\\qb"',
    'name=\u0001',
    'unknown=ann',
    'createdDate>2024-01-01',
    'constructor=x',
    '__proto__=x',
    'active=*',
    'active<true',
    `${'('.repeat(60)}name=ann${')'.repeat(60)}`,
    '('.repeat(3_000),
  ])('answers 400 to %.60j', async (text) => {
    const answer = await byText('user', text);
    expect([answer.status, reasonIn(answer)]).toEqual([400, 'ILLEGAL_ARGUMENT']);
  });

  it('knows no e-mail of a group', async () => {
    expect((await byText('group', 'email=x')).status).toBe(400);
  });
});

describe('what is searched for', () => {
  it.each(['', 'entity-type=', 'entity-type=role', 'entity-type=users', 'type=user'])(
    'must be user or group: %j is 400',
    async (query) => {
      const answer = await served.ask(`/search?${query}`);
      expect([answer.status, reasonIn(answer)]).toEqual([400, 'ILLEGAL_ARGUMENT']);
    },
  );
});

describeEachDatabase('pages', (database) => {
  let large: Served;
  const USERS = 2_300;

  beforeAll(async () => {
    large = await serve({ url: await database.create() });
    await addApplication(large.gateway);
    await addMany(large.gateway, { users: USERS, groups: 3 });
  });
  afterAll(() => large.close());

  const page = async (query: string) =>
    namesIn(await large.ask(`/search?entity-type=user&${query}`));
  const named = (number: number) => `u${String(number).padStart(6, '0')}`;

  it('hold 1000 entries when nothing is asked for, and all with -1', async () => {
    expect(await page('')).toHaveLength(1_000);
    const all = await page('max-results=-1');
    expect(all).toEqual(Array.from({ length: USERS }, (_, i) => named(i + 1)));
    expect(await page('max-results=-1&expand=user')).toEqual(all);
    expect(await page('max-results=-1&restriction=email%3D""')).toEqual(all);
  });

  it.each([
    { query: 'max-results=1', first: 1, count: 1 },
    { query: 'max-results=99999', first: 1, count: USERS },
    { query: 'start-index=999&max-results=2', first: 1_000, count: 2 },
    { query: 'start-index=2299&max-results=2', first: 2_300, count: 1 },
    { query: 'start-index=2000', first: 2_001, count: 300 },
    { query: 'start-index=1500&max-results=-1', first: 1_501, count: 800 },
    { query: 'start-index=2300', first: 0, count: 0 },
    { query: 'start-index=999999999&max-results=-1', first: 0, count: 0 },
    { query: 'max-results=0', first: 0, count: 0 },
    { query: 'start-index=1001&max-results=1001&expand=user', first: 1_002, count: 1_001 },
    {
      query: 'start-index=1001&max-results=1001&restriction=active%3Dtrue',
      first: 1_002,
      count: 1_001,
    },
    { query: 'start-index=500&max-results=700&restriction=name%3Du*', first: 501, count: 700 },
    { query: 'max-results=2&max-results=5', first: 1, count: 2 },
  ])('$query gives $count from $first on', async ({ query, first, count }) => {
    expect(await page(query)).toEqual(Array.from({ length: count }, (_, i) => named(first + i)));
  });

  it('put together make the whole list, whatever their size', async () => {
    const names: string[] = [];
    for (;;) {
      const part = await page(`start-index=${names.length}&max-results=700`);
      if (part.length === 0) break;
      names.push(...part);
    }
    expect(names).toEqual(await page('max-results=-1'));
  });

  it.each([
    'max-results=-2',
    'max-results=x',
    'max-results=',
    'max-results=1.5',
    'max-results=1e3',
    'max-results=9999999999999999999',
    'start-index=-1',
    'start-index=x',
    'start-index=%20',
  ])('%s is 400', async (query) => {
    const answer = await large.ask(`/search?entity-type=user&${query}`);
    expect([answer.status, reasonIn(answer)]).toEqual([400, 'ILLEGAL_ARGUMENT']);
  });

  it('of many exact names are looked up', async () => {
    const parts = Array.from({ length: 1_500 }, (_, i) => name(named(i * 2 + 1)));
    const answer = await large.ask('/search?entity-type=user&max-results=-1&expand=user', {
      method: 'POST',
      headers: { 'content-type': 'application/xml' },
      body: toXml({ logic: 'or', parts }),
    });
    expect(namesIn(answer)).toHaveLength(1_150);
  });
});
