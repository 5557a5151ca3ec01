import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ListeningServer, listen } from '../../../src/server.js';
import { sendRaw } from '../../support/raw-http.js';

const HEADERS = { 'X-Known-By': 'this' };
const silent = () => undefined;

let server: ListeningServer;
/** How the face goes on with `/slow` once its head is sent. */
let goOn: () => void;

beforeEach(async () => {
  server = await listen({
    host: '127.0.0.1',
    port: 0,
    faces: [
      async (request, response) => {
        if (request.url === '/refused') {
          response.writeHead(413, { 'Content-Length': '7' }).end('refused');
          return true;
        }
        let body = '';
        for await (const piece of request) body += piece;
        if (request.url === '/slow') {
          response.writeHead(200);
          response.write('begun');
          goOn = () => response.end('ended');
        } else response.end(`served ${request.method} ${request.url} ${body}`);
        return true;
      },
    ],
    sockets: {
      path: '/sockets',
      upgrade: (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
    },
    unreadableHeaders: HEADERS,
    log: { info: silent, warn: silent, error: silent },
  });
});
afterEach(() => server.close());

const ask = async (text: string) => {
  const answer = await sendRaw(server.url, Buffer.from(text, 'latin1'), {
    endsHere: false,
    headOnly: false,
  });
  if (!answer) throw new Error('there was no answer');
  return answer;
};

/** A client that keeps its own side open whatever the server does. */
async function stubbornClient(): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  await once(socket, 'connect');
  socket.on('error', silent);
  return socket;
}

describe('what cannot be read', () => {
  it.each([
    { name: 'no HTTP', text: 'hello\r\n\r\n', status: 400 },
    { name: 'a method in small letters', text: 'get / HTTP/1.1\r\nHost: a\r\n\r\n', status: 400 },
    {
      name: 'two lengths',
      text: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n',
      status: 400,
    },
    { name: 'no host', text: 'GET / HTTP/1.1\r\n\r\n', status: 400 },
    {
      name: 'a head longer than any',
      text: `GET /${'x'.repeat(40_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      status: 431,
    },
    {
      name: 'such a head with much behind it',
      text: `GET /${'x'.repeat(40_000)} HTTP/1.1\r\nHost: a\r\n\r\n${'x'.repeat(2_000_000)}`,
      status: 431,
    },
  ])('is answered $status with the headers that belong to it: $name', async ({ text, status }) => {
    const answer = await ask(text);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-known-by')).toBe('this');
  });

  it('ends the connection, although the client keeps its side open', async () => {
    const socket = await stubbornClient();
    socket.resume();
    socket.write('hello\r\n\r\n');
    await once(socket, 'end');
    // Does not resolve while a connection is left.
    await server.close();
    socket.destroy();
  });

  it.each([
    { name: 'GET', head: 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n' },
    {
      name: 'GET, and the connection is to end',
      head: 'GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    },
    { name: 'DELETE', head: 'DELETE /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n' },
  ])('leaves what was asked before it its answer, the last one: after $name', async ({ head }) => {
    const socket = await stubbornClient();
    const pieces: Buffer[] = [];
    socket.on('data', (piece) => pieces.push(piece));
    socket.write(`${head}{}`);
    await once(socket, 'end');
    const [answer, ...more] = Buffer.concat(pieces)
      .toString()
      .split(/(?=HTTP\/1\.1 )/);
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*\r\nConnection: close\r\n.*served [A-Z]+ \/a $/s);
    expect(more).toEqual([]);
    // Would be reset if the server did not read it.
    socket.end(Buffer.alloc(1024 * 1024, ' '));
    await once(socket, 'close');
    expect(socket.errored).toBeNull();
  });

  it('is never told in the middle of an answer', async () => {
    const socket = await stubbornClient();
    const pieces: Buffer[] = [];
    socket.on('data', (piece) => pieces.push(piece));
    socket.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'data');
    socket.write('hello\r\n\r\n');
    await once(socket, 'end');
    goOn();
    socket.destroy();
    expect(Buffer.concat(pieces).toString()).not.toContain(' 400 ');
  });
});

describe('what is asked for beyond the request', () => {
  it.each([
    { name: 'an expectation', headers: 'Expect: the-impossible' },
    { name: 'HTTP/2', headers: 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c' },
    { name: 'a socket elsewhere', headers: 'Connection: Upgrade\r\nUpgrade: websocket' },
  ])('is passed over: $name', async ({ headers }) => {
    const { status, body } = await ask(
      `POST /a HTTP/1.1\r\nHost: a\r\n${headers}\r\nContent-Length: 5\r\n\r\nhello`,
    );
    expect([status, body.toString()]).toEqual([200, 'served POST /a hello']);
  });

  it('is a socket where sockets are offered', async () => {
    const socket = await stubbornClient();
    socket.write(
      'GET /sockets?a=b HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n',
    );
    const [piece] = await once(socket, 'data');
    expect(String(piece)).toContain(' 101 ');
    socket.destroy();
  });

  it('leaves the connection good for the next request', async () => {
    const socket = await stubbornClient();
    const head = 'HTTP/1.1\r\nHost: a\r\n';
    socket.write(`GET /a ${head}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`);
    const [first] = await once(socket, 'data');
    expect(String(first)).toContain('served GET /a');
    socket.write(`GET /b ${head}\r\n`);
    const [second] = await once(socket, 'data');
    expect(String(second)).toContain('served GET /b');
    socket.destroy();
  });
});

describe('a request of old', () => {
  it('needs no host', async () => {
    const { status, body } = await ask('GET /old HTTP/1.0\r\n\r\n');
    expect([status, body.toString()]).toEqual([200, 'served GET /old ']);
  });
});

describe('a client that is refused while it sends', () => {
  it.each([
    { name: 'by a face', url: '/refused', host: 'Host: a\r\n', status: 413 },
    { name: 'by nobody in particular', url: '/refused', host: '', status: 400 },
  ])('may send the rest and is not cut off, $name', async ({ url, host, status }) => {
    const socket = await stubbornClient();
    const length = 3 * 1024 * 1024;
    const head = `POST ${url} HTTP/1.1\r\n${host}Connection: close\r\nContent-Length: ${length}\r\n\r\n`;
    socket.write(head);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toContain(`HTTP/1.1 ${status} `);
    socket.resume();
    await once(socket, 'end');
    // Fails if the connection was reset.
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.end(Buffer.alloc(length, ' '), resolve);
    });
    await once(socket, 'close');
    expect(socket.errored).toBeNull();
  });
});
