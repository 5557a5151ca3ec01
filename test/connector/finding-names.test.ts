import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { nameKey } from '../../src/domain/index.js';
import { sendXml } from '../support/crowd-answers.js';
import { connectTo } from '../support/crowd-connection.js';
import { askedNames, listDocument, numbered } from '../support/crowd-lists.js';
import { type LocalServer, startServer } from '../support/misbehaving-server.js';

let server: LocalServer;
beforeEach(async () => {
  server = await startServer((request, response) => {
    const entry = request.query.get('entity-type') === 'group' ? 'group' : 'user';
    sendXml(response, 200, listDocument(entry, askedNames(request)));
  });
});
afterEach(() => server.close());

describe('finding names', () => {
  it('asks for many in one request', async () => {
    const names = numbered('user', 200);
    const found = await connectTo(server.url).findUsers(names);
    expect([...found.keys()]).toEqual(names);
    expect(server.requests).toHaveLength(1);
  });

  it('asks for more than 200 in several', async () => {
    const names = numbered('group', 401);
    const found = await connectTo(server.url).findGroups(names);
    expect(found.size).toBe(401);
    expect(server.requests.map((request) => askedNames(request).length)).toEqual([200, 200, 1]);
  });

  it('writes the restriction of the protocol', async () => {
    await connectTo(server.url).findGroups(['R&D', 'devs']);
    const [request] = server.requests;
    expect(Object.fromEntries(request?.query ?? [])).toEqual({
      'entity-type': 'group',
      'start-index': '0',
      'max-results': '1000',
      expand: 'group',
    });
    const property =
      '<property><name>name</name><type>STRING</type></property><match-mode>EXACTLY_MATCHES</match-mode>';
    expect(request?.body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><boolean-search-restriction boolean-logic="or"><restrictions>' +
        `<property-search-restriction>${property}<value>R&amp;D</value></property-search-restriction>` +
        `<property-search-restriction>${property}<value>devs</value></property-search-restriction>` +
        '</restrictions></boolean-search-restriction>',
    );
  });

  it('compares names by key, leaves out the unknown and drops what was not asked for', async () => {
    server.behave((_request, response) => {
      sendXml(response, 200, listDocument('user', ['Ann', 'mallory', 'ÉMILE']));
    });
    const found = await connectTo(server.url).findUsers(['ann', 'E\u0301mile', 'bob']);
    expect([...found].map(([key, { name }]) => ({ key, name }))).toEqual([
      { key: 'ann', name: 'Ann' },
      { key: nameKey('émile'), name: 'ÉMILE' },
    ]);
  });

  it('asks for a name once, however it is spelt', async () => {
    const found = await connectTo(server.url).findUsers(['ann', 'ANN', 'Ann']);
    expect(found.size).toBe(1);
    expect(server.requests.map((request) => askedNames(request).length)).toEqual([1]);
  });

  it('asks nothing when no name could exist', async () => {
    const names = ['', 'a\u0000', '\uD800', 'a'.repeat(256)];
    expect((await connectTo(server.url).findUsers(names)).size).toBe(0);
    expect((await connectTo(server.url).findGroups([])).size).toBe(0);
    expect(server.requests).toEqual([]);
  });
});
