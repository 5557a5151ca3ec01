import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { XML_HEADERS, xml } from '../support/crowd-answers.js';
import { allOf, connectTo, failureOf } from '../support/crowd-connection.js';
import {
  type Behaviour,
  forEver,
  type LocalServer,
  startServer,
  writeAll,
} from '../support/misbehaving-server.js';

let server: LocalServer;
beforeEach(async () => {
  server = await startServer(() => {});
});
afterEach(() => server.close());

const PIECE = 64 * 1024;
const TOO_LONG = 'holds a value longer than 1048576 characters';

/** A document of `head`, `count` times `piece`, and `tail`. */
function long(head: string, piece: string, count: number, tail: string): Behaviour {
  return xml(head + piece.repeat(count) + tail);
}

/** A body that goes on for as long as somebody reads. */
function endless(head: string, piece: string): Behaviour {
  return async (_request, response) => {
    response.writeHead(200, XML_HEADERS);
    response.write(head);
    await writeAll(response, forEver(piece));
  };
}

const BOMB = `<?xml version="1.0"?>
<!DOCTYPE users [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<users><user name="&c;"/></users>`;

describe('a hostile document', () => {
  it.each([
    {
      name: 'a document type',
      behaviour: xml('<!DOCTYPE users><users/>'),
      field: 'DOCTYPE',
      reason: 'is not accepted in an answer',
    },
    {
      name: 'an entity bomb',
      behaviour: xml(BOMB),
      field: 'DOCTYPE',
      reason: 'is not accepted in an answer',
    },
    {
      name: 'an external entity',
      behaviour: xml('<!DOCTYPE users SYSTEM "file:///etc/passwd"><users/>'),
      field: 'DOCTYPE',
      reason: 'is not accepted in an answer',
    },
    {
      name: 'an entity nobody declared',
      behaviour: xml('<users><user name="&eacute;"/></users>'),
      field: 'body',
      reason: 'names an entity beyond the five of XML (line 1, column 27)',
    },
    {
      name: 'a million levels',
      behaviour: long('<users>', '<a>', 1e6, ''),
      field: 'body',
      reason: 'nests elements deeper than 32',
    },
    {
      name: 'a huge attribute',
      behaviour: long('<users><user name="', 'x', 8e6, '"/></users>'),
      field: 'body',
      reason: TOO_LONG,
    },
    {
      name: 'a huge text',
      behaviour: long('<users><user name="ann"><email>', 'x', 8e6, '</email></user></users>'),
      field: 'body',
      reason: TOO_LONG,
    },
    {
      name: 'a huge text in many parts',
      behaviour: long(
        '<users><user name="ann"><email>',
        `${'x'.repeat(9e3)}<!---->`,
        200,
        '</email></user></users>',
      ),
      field: 'body',
      reason: TOO_LONG,
    },
    {
      name: 'a huge comment',
      behaviour: long('<users><!--', 'x', 8e6, '--></users>'),
      field: 'body',
      reason: TOO_LONG,
    },
    {
      name: 'a huge tag',
      behaviour: long('<users><', 'x', 8e6, '/></users>'),
      field: 'body',
      reason: TOO_LONG,
    },
    {
      name: 'a thousand attributes',
      behaviour: xml(
        `<users><user ${Array.from({ length: 1000 }, (_, i) => `a${i}=""`).join(' ')}/></users>`,
      ),
      field: 'body',
      reason: 'has an element with over 32 attributes',
    },
    {
      name: 'an attribute twice',
      behaviour: xml('<users><user name="ann" name="bob"/></users>'),
      field: 'body',
      reason: 'is not well-formed XML (line 1, column 36)',
    },
    {
      name: 'two roots',
      behaviour: xml('<users/><users/>'),
      field: 'body',
      reason: 'is not well-formed XML (line 1, column 15)',
    },
    {
      name: 'a character XML forbids',
      behaviour: xml('<users><user name="a&#0;"/></users>'),
      field: 'body',
      reason: 'is not well-formed XML (line 1, column 24)',
    },
  ])('with $name is refused', async ({ behaviour, field, reason }) => {
    server.behave(behaviour);
    expect(await failureOf(allOf(connectTo(server.url).readUsers()))).toEqual({
      code: 'PROTOCOL',
      details: { server: server.url, field, reason },
    });
  });

  it.each(['__proto__', 'constructor', 'toString'])('cannot reach %s', async (name) => {
    server.behave(xml(`<users><user ${name}="x"><${name}>y</${name}></user></users>`));
    const remote = connectTo(server.url);
    expect((await remote.findUsers(['ann'])).size).toBe(0);
    server.behave(xml(`<users><user name="&${name};"/></users>`));
    expect((await failureOf(remote.findUsers(['ann']))).code).toBe('PROTOCOL');
  });

  it('without an end is given up at 64 MiB of a page', async () => {
    server.behave(endless('<users>', `<user name="${'x'.repeat(PIECE)}"/>`));
    const remote = connectTo(server.url);
    expect(await failureOf(allOf(remote.readUsers()))).toEqual({
      code: 'PROTOCOL',
      details: { server: server.url, field: 'body', reason: 'is larger than 64 MiB' },
    });
    expect(remote.usage().bytes).toBeLessThan(65 * 1024 * 1024);
  });

  it('without an end is given up at 1 MiB of a small answer', async () => {
    server.behave(endless('<events newEventToken="1">', `<a>${'x'.repeat(1000)}</a>`));
    const remote = connectTo(server.url);
    expect(await failureOf(remote.currentEventToken())).toEqual({
      code: 'PROTOCOL',
      details: { server: server.url, field: 'body', reason: 'is larger than 1 MiB' },
    });
  });

  it('of one group without an end is given up', async () => {
    const name = 'x'.repeat(PIECE);
    server.behave(endless('<memberships><membership group="g"><users>', `<user name="${name}"/>`));
    expect(await failureOf(allOf(connectTo(server.url).readMemberships()))).toEqual({
      code: 'PROTOCOL',
      details: {
        server: server.url,
        field: 'membership',
        reason: 'holds more members than one group can have',
      },
    });
  });

  it('on an error page is read only as far as it is shown', async () => {
    server.behave(async (_request, response) => {
      response.writeHead(403, { ...XML_HEADERS, 'Content-Type': 'text/html' });
      await writeAll(response, forEver(`<p>no</p>${' '.repeat(1000)}`));
    });
    const remote = connectTo(server.url);
    const failure = await failureOf(remote.identify());
    expect(failure.code).toBe('ADDRESS_REFUSED');
    expect(remote.usage().bytes).toBeLessThan(1024 * 1024);
  });

  it('with comments and processing instructions is read', async () => {
    server.behave(
      xml(
        '<?xml version="1.0"?><?style a?><!-- a --><users><!-- b --><?c d?><user name="ann"/></users><!-- e -->\n',
      ),
    );
    expect((await connectTo(server.url).findUsers(['ann'])).size).toBe(1);
  });
});
