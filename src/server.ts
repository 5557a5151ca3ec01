import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ConfigError } from './config.js';
import { pace } from './pace/index.js';
import type { Log } from './usecase/index.js';

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 65_000;
const MAX_HEADER_BYTES = 32 * 1024;
const STOP_WITHIN_MS = 10_000;
/** How long a connection that we end is still read, so that the client gets to read why. */
const FAREWELL_MS = 2_000;

/** What the parser says of a request that it gives up; everything else is a bad request. */
const UNREADABLE_STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers a request and says so, or leaves it to the next face. */
export type Face = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

export interface ListeningServer {
  readonly url: string;
  /** Takes no more connections, waits for running requests (10 s at most) and then cuts the rest. */
  close(): Promise<void>;
}

/** Serves the faces, the first that takes a request answers it; what none takes is 404. */
export async function listen(options: {
  readonly host: string;
  readonly port: number;
  readonly faces: readonly Face[];
  /** Where sockets are offered; an upgrade asked for elsewhere, or to something else, is passed over. */
  readonly sockets: {
    readonly path: string;
    readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  };
  /** Sent with what is answered before any face is asked: a request that cannot be read. */
  readonly unreadableHeaders: Readonly<Record<string, string>>;
  readonly log: Log;
}): Promise<ListeningServer> {
  const latest = new WeakMap<Duplex, ServerResponse>();
  /** What came after a whole request could not be read: the answer that is owed is the last one. */
  const spoilt = new WeakSet<Duplex>();
  const receive = (request: IncomingMessage, response: ServerResponse) => {
    latest.set(request.socket, response);
    pace.noteQuestion();
    answer(options, request, response).catch((error: unknown) => {
      options.log.error({ err: error }, 'a request failed outside its face');
      if (response.headersSent) response.destroy();
      else send(response, 500, 'something failed on our side');
    });
  };
  const server = createServer(
    {
      // Said by us, with the headers that belong to it.
      requireHostHeader: false,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    receive,
  );
  // An expectation that nobody knows may be passed over (RFC 9110, 10.1.1).
  server.on('checkExpectation', receive);
  server.on('upgrade', (request, socket, head) => {
    if (asksForSocket(request, options.sockets.path))
      options.sockets.upgrade(request, socket, head);
    else serveUnchanged(server, request, socket, head);
  });
  server.on('connection', (socket) => {
    endGently(socket, () => !spoilt.has(socket) && (latest.get(socket)?.req.complete ?? true));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // It is told again of each piece that comes after the first bad one.
    if (!socket.writable || spoilt.has(socket)) return;
    const owed = latest.get(socket);
    if (owed?.headersSent && !owed.writableFinished) socket.destroy();
    else if (owed && !owed.headersSent && owed.req.complete) {
      // Some clients send a body that they have not announced: what they asked for is answered.
      spoilt.add(socket);
      owed.setHeader('Connection', 'close');
    } else sayUnreadable(socket, error.code ?? '', options.unreadableHeaders);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(notListening(error, options)));
    server.listen(options.port, options.host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
  return { url: urlOf(server), close: () => close(server) };
}

function notListening(
  error: NodeJS.ErrnoException,
  { host, port }: { readonly host: string; readonly port: number },
): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new ConfigError(`port ${port} is in use: stop what listens there or set another PORT`);
    case 'EACCES':
      return new ConfigError(
        `port ${port} needs more rights than this process has: set another PORT`,
      );
    case 'EADDRNOTAVAIL':
      return new ConfigError(`${host} is no address of this machine: set another HOST`);
    default:
      return error;
  }
}

async function answer(
  { faces, unreadableHeaders }: Pick<Parameters<typeof listen>[0], 'faces' | 'unreadableHeaders'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  if (request.headers.host === undefined && request.httpVersion === '1.1') {
    for (const [name, value] of Object.entries(unreadableHeaders)) response.setHeader(name, value);
    send(response, 400, 'an HTTP/1.1 request needs a Host header');
    return;
  }
  for (const face of faces) if (await face(request, response)) return;
  send(response, 404, 'nothing is served at this address; GraphQL is at /graphql');
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function asksForSocket({ url, headers }: IncomingMessage, path: string): boolean {
  return url?.split('?', 1)[0] === path && headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * Serves a request as if it had asked for no upgrade, as RFC 9110 (7.8) permits: Java's HTTP client
 * asks for HTTP/2 with each request. The bytes are put back and read again without that header.
 */
function serveUnchanged(
  server: Server,
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  socket: Duplex,
  rest: Buffer,
): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name.toLowerCase() !== 'upgrade') lines.push(`${name}: ${rawHeaders[i + 1]}`);
  }
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  socket.unshift(Buffer.concat([head, rest]));
  server.emit('connection', socket);
}

/**
 * When a connection ends with an answer, what the client still sends is read first, as RFC 9112 (9.6)
 * advises: closed at once it would be reset, and the client not get to read the answer.
 * @param isRead whether the client has sent all of its request.
 */
function endGently(socket: Socket, isRead: () => boolean): void {
  // What the HTTP server calls after the last answer; there is no event before it.
  const destroySoon = socket.destroySoon.bind(socket);
  socket.destroySoon = () => {
    if (isRead()) destroySoon();
    else farewell(socket, '');
  };
}

/** Says the last words; whoever does not close their side after them is cut off. */
function farewell(socket: Duplex, words: string): void {
  const timer = setTimeout(() => socket.destroy(), FAREWELL_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.end(words);
}

/** Ends the connection too: a client that keeps its side open would hold it for ever. */
function sayUnreadable(
  socket: Duplex,
  code: string,
  headers: Readonly<Record<string, string>>,
): void {
  const status = UNREADABLE_STATUS[code] ?? 400;
  const all = { ...headers, Connection: 'close', 'Content-Length': '0' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  farewell(socket, `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), STOP_WITHIN_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
