import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { ConfigError } from './config.js';
import type { Log } from './usecase/index.js';

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 65_000;
const MAX_HEADER_BYTES = 32 * 1024;
const STOP_WITHIN_MS = 10_000;

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
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly log: Log;
}): Promise<ListeningServer> {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    (request, response) => {
      answer(options.faces, request, response).catch((error: unknown) => {
        options.log.error({ err: error }, 'a request failed outside its face');
        if (response.headersSent) response.destroy();
        else send(response, 500, 'something failed on our side');
      });
    },
  );
  server.on('upgrade', options.upgrade);
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
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
  faces: readonly Face[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  for (const face of faces) if (await face(request, response)) return;
  send(response, 404, 'nothing is served at this address; GraphQL is at /graphql');
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
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
