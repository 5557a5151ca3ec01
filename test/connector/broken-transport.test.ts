import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { JIRA_HEADERS, sendXml, XML_HEADERS } from '../support/crowd-answers.js';
import { makeCertificate } from '../support/crowd-certificate.js';
import { allOf, connectTo, failureOf, IMPATIENT } from '../support/crowd-connection.js';
import {
  type LocalServer,
  refusedPort,
  startServer,
  startSocketServer,
  writeAll,
} from '../support/misbehaving-server.js';

const HALF = '<users><user name="ann"/><user na';
const WHOLE = '<users><user name="ann"/></users>';
const CUT = 'the answer broke off in the middle';
const SLOW = 'no complete answer came in time';
const HEAD =
  'HTTP/1.1 200 OK\r\nX-Embedded-Crowd-Version: JIRA/9.12.0\r\nContent-Type: application/xml\r\n';

let server: LocalServer;
beforeEach(async () => {
  server = await startServer(() => {});
});
afterEach(() => server.close());

const unreachable = (reason: string) => ({
  code: 'UNREACHABLE',
  details: { server: server.url, reason },
});

describe('an answer that is cut short', () => {
  it.each([
    { name: 'half a page of a known length', head: `Content-Length: 500\r\n`, body: HALF },
    { name: 'a whole document of a greater length', head: `Content-Length: 500\r\n`, body: WHOLE },
    {
      name: 'chunks without the last one',
      head: 'Transfer-Encoding: chunked\r\n',
      body: `${HALF.length.toString(16)}\r\n${HALF}\r\n`,
    },
    {
      name: 'a whole document in chunks without the last one',
      head: 'Transfer-Encoding: chunked\r\nConnection: close\r\n',
      body: `${WHOLE.length.toString(16)}\r\n${WHOLE}\r\n`,
    },
  ])('is not taken for whole: $name', async ({ head, body }) => {
    server.behave((_request, response) => {
      response.socket?.end(`${HEAD}${head}\r\n${body}`);
    });
    const remote = connectTo(server.url);
    expect(await failureOf(allOf(remote.readUsers()))).toEqual(unreachable(CUT));
    expect(await failureOf(remote.findUsers(['ann']))).toEqual(unreachable(CUT));
  });

  it('is not taken for whole when only the document tells', async () => {
    server.behave((_request, response) => sendXml(response, 200, HALF));
    expect(await failureOf(allOf(connectTo(server.url).readUsers()))).toEqual({
      code: 'PROTOCOL',
      details: { server: server.url, field: 'body', reason: 'ends before the document is closed' },
    });
  });

  it('is not taken for whole when its end is that of the connection', async () => {
    server.behave((_request, response) => {
      response.socket?.end(`${HEAD}Connection: close\r\n\r\n${HALF}`);
    });
    expect(await failureOf(allOf(connectTo(server.url).readUsers()))).toEqual({
      code: 'PROTOCOL',
      details: { server: server.url, field: 'body', reason: 'ends before the document is closed' },
    });
  });

  it('by a reset fails', async () => {
    server.behave((_request, response) => {
      response.writeHead(200, { ...XML_HEADERS, 'Content-Length': '500' });
      response.write(HALF, () => response.socket?.resetAndDestroy());
    });
    expect(await failureOf(allOf(connectTo(server.url).readUsers()))).toEqual(unreachable(CUT));
  });

  it('before it began fails', async () => {
    server.behave((_request, response) => {
      response.socket?.resetAndDestroy();
    });
    expect(await failureOf(connectTo(server.url).identify())).toEqual(
      unreachable('the connection was closed without an answer'),
    );
  });

  it('fails also when it is the page of an error', async () => {
    server.behave((_request, response) => {
      response.socket?.end(
        'HTTP/1.1 403 Forbidden\r\nX-Embedded-Crowd-Version: JIRA/9.12.0\r\nContent-Length: 500\r\n\r\nClient',
      );
    });
    expect(await failureOf(connectTo(server.url).identify())).toEqual(unreachable(CUT));
  });
});

describe('a slow server', () => {
  it('that never answers is given up', async () => {
    server.behave(() => {});
    expect(await failureOf(connectTo(server.url, IMPATIENT).identify())).toEqual(unreachable(SLOW));
  });

  it('that falls silent within an answer is given up', async () => {
    server.behave((_request, response) => {
      response.writeHead(200, XML_HEADERS);
      response.write(HALF);
    });
    const remote = connectTo(server.url, IMPATIENT);
    expect(await failureOf(remote.identify())).toEqual(unreachable(SLOW));
  });

  it('that falls silent between memberships is given up', async () => {
    server.behave((_request, response) => {
      response.writeHead(200, XML_HEADERS);
      response.write('<memberships><membership group="devs"/>');
    });
    const memberships = connectTo(server.url, IMPATIENT).readMemberships();
    expect(await failureOf(allOf(memberships))).toEqual(unreachable(SLOW));
  });

  it('that drips and is never silent is given up as well', async () => {
    server.behave((_request, response) => {
      response.writeHead(200, XML_HEADERS);
      response.write('<events newEventToken="');
      const drip = setInterval(() => response.write('1'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const remote = connectTo(server.url, IMPATIENT);
    expect(await failureOf(remote.currentEventToken())).toEqual(unreachable(SLOW));
  });

  it('that drips the page of an error is given up as well', async () => {
    server.behave((_request, response) => {
      response.writeHead(403, { ...JIRA_HEADERS, 'Content-Type': 'text/html' });
      const drip = setInterval(() => response.write('1'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const remote = connectTo(server.url, IMPATIENT);
    expect(await failureOf(remote.currentEventToken())).toEqual(unreachable(SLOW));
  });

  it('does not suffer for a slow reader', async () => {
    // The reader waits for the timers that would end a silent exchange, and loses nothing.
    const groups = 200;
    const group = (i: number) => `<membership group="${i}${' '.repeat(20_000)}"/>`;
    server.behave(async (_request, response) => {
      response.writeHead(200, XML_HEADERS);
      response.write('<memberships>');
      await writeAll(
        response,
        Array.from({ length: groups }, (_, i) => group(i)),
      );
      response.end('</memberships>');
    });
    const silent = await startServer(() => {});
    try {
      let read = 0;
      for await (const _ of connectTo(server.url, IMPATIENT).readMemberships()) {
        read += 1;
        if (read === 1) await failureOf(connectTo(silent.url, IMPATIENT).identify());
      }
      expect(read).toBe(groups);
    } finally {
      await silent.close();
    }
  });
});

describe('no connection', () => {
  it('to a port where nothing listens', async () => {
    const url = `http://127.0.0.1:${await refusedPort()}`;
    expect(await failureOf(connectTo(url).identify())).toEqual({
      code: 'UNREACHABLE',
      details: { server: url, reason: 'nothing accepts connections at this port' },
    });
  });

  it('to a host name with several addresses, none of which listens', async () => {
    const url = `http://localhost:${await refusedPort()}`;
    expect(await failureOf(connectTo(url).identify())).toEqual({
      code: 'UNREACHABLE',
      details: { server: url, reason: 'nothing accepts connections at this port' },
    });
  });

  it('to a host that does not exist', async () => {
    // A resolver without a network says that it cannot tell at present.
    expect(await failureOf(connectTo('http://no-such-host.invalid').identify())).toEqual({
      code: 'UNREACHABLE',
      details: {
        server: 'http://no-such-host.invalid',
        reason: expect.stringMatching(
          /^no such host$|^the host name cannot be resolved at present$/,
        ),
      },
    });
  });

  it('to a server that never finishes the TLS handshake', async () => {
    const silent = await startSocketServer(() => {});
    try {
      const url = `https://127.0.0.1:${silent.port}`;
      const remote = connectTo(url, { connectTimeoutMs: 200 });
      expect(await failureOf(remote.identify())).toEqual({
        code: 'UNREACHABLE',
        details: { server: url, reason: 'no connection within 200 ms' },
      });
    } finally {
      await silent.close();
    }
  });

  it('to a port that speaks no HTTP', async () => {
    const mail = await startSocketServer((socket) => socket.end('220 mail.example.org ESMTP\r\n'));
    try {
      const url = `http://127.0.0.1:${mail.port}`;
      expect(await failureOf(connectTo(url).identify())).toEqual({
        code: 'PROTOCOL',
        details: {
          server: url,
          field: 'HTTP',
          reason: 'was not spoken at this port; check the scheme of the URL',
        },
      });
    } finally {
      await mail.close();
    }
  });
});

describe('TLS', () => {
  it('to a port that speaks plain HTTP', async () => {
    const url = server.url.replace('http:', 'https:');
    expect(await failureOf(connectTo(url).identify())).toEqual({
      code: 'TLS',
      details: { server: url, reason: 'the port does not speak TLS' },
    });
    expect(server.requests).toEqual([]);
  });

  const certificate = makeCertificate();
  const whenMade = certificate ? it : it.skip;
  whenMade('to a server with a self-signed certificate', async () => {
    const secure = await startServer(() => {}, certificate ?? undefined);
    try {
      expect(await failureOf(connectTo(secure.url).identify())).toEqual({
        code: 'TLS',
        details: { server: secure.url, reason: 'its certificate is self-signed' },
      });
      expect(secure.requests).toEqual([]);
    } finally {
      await secure.close();
    }
  });
});
