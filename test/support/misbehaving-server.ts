import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';

/** One request as it arrived, body included. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a server does with a request. Whatever the protocol forbids may be done through the response's socket. */
export type Behaviour = (
  request: ReceivedRequest,
  response: ServerResponse,
) => void | Promise<void>;

export interface LocalServer {
  /** `http` or `https` URL on 127.0.0.1, without a trailing slash. */
  readonly url: string;
  /** All requests so far, in the order of their arrival. */
  readonly requests: readonly ReceivedRequest[];
  /** What it does from now on. */
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

/** A server on a free port of 127.0.0.1 that does what a test tells it, with `certificate` over TLS. */
export async function startServer(
  behaviour: Behaviour,
  certificate?: { readonly key: string; readonly cert: string },
): Promise<LocalServer> {
  let behave = behaviour;
  const requests: ReceivedRequest[] = [];
  const receive = async (message: IncomingMessage, response: ServerResponse) => {
    const request = await readRequest(message);
    requests.push(request);
    await behave(request, response);
  };
  const listener = (message: IncomingMessage, response: ServerResponse) => {
    // A client that has gone away is part of many tests; the test sees it on its own side.
    receive(message, response).catch(() => response.destroy());
  };
  const server: Server = certificate
    ? createHttpsServer(certificate, listener)
    : createHttpServer(listener);
  const port = await listen(server);
  return {
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    behave: (next) => {
      behave = next;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** A TCP server that hands each connection to `connected`; its port speaks nothing else. */
export async function startSocketServer(
  connected: (socket: Socket) => void,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    connected(socket);
  });
  const port = await listen(server);
  return {
    port,
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** A port of 127.0.0.1 where nothing listens. */
export async function refusedPort(): Promise<number> {
  const { port, close } = await startSocketServer(() => {});
  await close();
  return port;
}

/** Writes `pieces` no faster than they are taken, and stops when the client has gone. */
export async function writeAll(response: ServerResponse, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    if (response.destroyed) return;
    if (!response.write(piece)) await drainedOrClosed(response);
  }
}

function drainedOrClosed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const proceed = () => {
      response.off('drain', proceed);
      response.off('close', proceed);
      resolve();
    };
    response.on('drain', proceed);
    response.on('close', proceed);
  });
}

/** The same piece again and again, without an end. */
export function* forEver(piece: string): Generator<string, never, void> {
  for (;;) yield piece;
}

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function readRequest(message: IncomingMessage): Promise<ReceivedRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer);
  const url = new URL(message.url ?? '/', 'http://127.0.0.1');
  return {
    method: message.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: message.headers,
    body: Buffer.concat(pieces).toString('utf8'),
  };
}
