import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sendXml, xml } from '../support/crowd-answers.js';
import { allOf, connectTo, failureOf } from '../support/crowd-connection.js';
import { listDocument, listOf, numbered } from '../support/crowd-lists.js';
import { type LocalServer, startServer } from '../support/misbehaving-server.js';

let server: LocalServer;
beforeEach(async () => {
  server = await startServer(() => {});
});
afterEach(() => server.close());

describe('pages', () => {
  it('go on until one is empty, the next asked for while a full one is read', async () => {
    const names = numbered('user', 2300);
    server.behave(listOf('user', names));
    const pages = await allOf(connectTo(server.url).readUsers());
    expect(pages.map((page) => page.length)).toEqual([1000, 980, 320]);
    expect(pages.flat().map(({ name }) => name)).toEqual(names);
    expect(server.requests.map(({ query }) => query.get('start-index'))).toEqual([
      '0',
      '980',
      '1960',
      // Asked for before the third page turned out to be the last one.
      '2940',
      '2300',
    ]);
  });

  it('asked for ahead are no others than those asked for in turn, when somebody goes meanwhile', async () => {
    const names = numbered('user', 5000);
    let asked = 0;
    server.behave((request, response) => {
      asked += 1;
      // The first of all, so that whatever is asked for from now on has moved up by one.
      if (asked === 3) names.shift();
      listOf('user', names)(request, response);
    });
    const read = await allOf(connectTo(server.url).readUsers());
    expect(read.flat().map(({ name }) => name)).toEqual(numbered('user', 5000));
  });

  it('asked for ahead fail the reading like others', async () => {
    const list = listOf('user', numbered('user', 5000));
    server.behave((request, response) => {
      if (request.query.get('start-index') === '2940') sendXml(response, 403, '<error/>');
      else list(request, response);
    });
    expect(await failureOf(allOf(connectTo(server.url).readUsers()))).toMatchObject({
      code: 'ADDRESS_REFUSED',
    });
  });

  it('asked for ahead are left unread by whoever has enough', async () => {
    server.behave(listOf('user', numbered('user', 5000)));
    const remote = connectTo(server.url);
    let pages = 0;
    for await (const _page of remote.readUsers()) {
      pages += 1;
      if (pages === 3) break;
    }
    const sizeOfPage = listDocument('user', numbered('user', 1000)).length;
    const { requests, bytes } = remote.usage();
    expect(requests).toBe(4);
    expect(bytes).toBeLessThan(3.5 * sizeOfPage);
  });

  it('may be shorter than was asked for', async () => {
    const names = numbered('group', 250);
    server.behave(listOf('group', names, 100));
    const pages = await allOf(connectTo(server.url).readGroups());
    expect(pages.flat().map(({ name }) => name)).toEqual(names);
    expect(server.requests.map(({ query }) => query.get('start-index'))).toEqual([
      '0',
      '98',
      '196',
      '250',
    ]);
  });

  it('may be longer than was asked for', async () => {
    const names = numbered('user', 1500);
    server.behave((request, response) => {
      const rest = names.slice(Number(request.query.get('start-index')));
      sendXml(response, 200, listDocument('user', rest));
    });
    const pages = await allOf(connectTo(server.url).readUsers());
    expect(pages.map((page) => page.length)).toEqual([1500]);
  });

  it('may be none', async () => {
    server.behave(listOf('user', []));
    expect(await allOf(connectTo(server.url).readUsers())).toEqual([]);
  });

  it('are refused when the server begins again', async () => {
    server.behave(xml(listDocument('user', numbered('user', 1000))));
    expect(await failureOf(allOf(connectTo(server.url).readUsers()))).toEqual({
      code: 'PROTOCOL',
      details: {
        server: server.url,
        field: 'start-index',
        reason: 'is ignored: the same entries come again',
      },
    });
    expect(server.requests).toHaveLength(7);
  });

  it('tell an entry once that moved to the next page meanwhile', async () => {
    const pages = [['ann', 'bob'], ['bob', 'carol'], []];
    server.behave((_request, response) => {
      sendXml(response, 200, listDocument('user', pages.shift() ?? []));
    });
    const read = await allOf(connectTo(server.url).readUsers());
    expect(read.flat().map(({ name }) => name)).toEqual(['ann', 'bob', 'carol']);
  });

  it('keep an entry without a name, for the reader to set aside', async () => {
    const pages = ['<users><user><email>x@example.org</email></user><user name="bob"/></users>'];
    server.behave((_request, response) => {
      sendXml(response, 200, pages.shift() ?? '<users/>');
    });
    const read = await allOf(connectTo(server.url).readUsers());
    expect(read.flat().map(({ name, email }) => ({ name, email }))).toEqual([
      { name: '', email: 'x@example.org' },
      { name: 'bob', email: '' },
    ]);
  });

  it('pass on values that are longer than can be kept', async () => {
    const long = 'x'.repeat(5000);
    const pages = [`<users><user name="ann"><display-name>${long}</display-name></user></users>`];
    server.behave((_request, response) => {
      sendXml(response, 200, pages.shift() ?? '<users/>');
    });
    const read = await allOf(connectTo(server.url).readUsers());
    expect(read.flat().map(({ displayName }) => displayName)).toEqual([long]);
  });

  it.each([
    {
      name: 'another list',
      body: '<groups/>',
      field: 'users',
      reason: 'was expected as the root of the document, `groups` came',
    },
    {
      name: 'an unknown word for active',
      body: '<users><user name="ann"><active>maybe</active></user></users>',
      field: 'active',
      reason: 'is `maybe`, neither true nor false',
    },
    {
      name: 'nothing',
      body: '',
      field: 'body',
      reason: 'is not well-formed XML (line 1, column 0)',
    },
  ])('are refused when $name comes', async ({ body, field, reason }) => {
    server.behave(xml(body));
    expect(await failureOf(allOf(connectTo(server.url).readUsers()))).toEqual({
      code: 'PROTOCOL',
      details: { server: server.url, field, reason },
    });
  });
});
