import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { GatehouseError, isGatehouseError } from '../domain/index.js';
import type { Gateway } from '../usecase/index.js';
import { isCrossSiteSocket } from './cross-site.js';
import type { Doorkeeper, Visitor } from './doorkeeper.js';
import { extensionsOf, internalError } from './errors.js';
import { pathOf, statusOfRefusal } from './http-face.js';
import { MAX_REQUEST_BYTES } from './limits.js';
import { type OpenSocket, SocketOperations } from './socket-operations.js';
import { within } from './within.js';

const MAX_SOCKETS = 1_000;
/** A socket that has not answered a ping when the next one is due is dead. */
const PING_EVERY_MS = 12_000;
const CLOSE_WITHIN_MS = 2_000;

const SERVICE_RESTART = 1012;
const INTERNAL_SERVER_ERROR = 4500;

/** GraphQL over WebSocket: `graphql-transport-ws` on the same address. */
export class SocketFace {
  private readonly gateway: Gateway;
  private readonly doorkeeper: Doorkeeper;
  private readonly operations: SocketOperations;
  private readonly sockets: WebSocketServer;
  private stopping = false;

  constructor(options: {
    readonly gateway: Gateway;
    readonly doorkeeper: Doorkeeper;
    readonly introspection: boolean;
  }) {
    this.gateway = options.gateway;
    this.doorkeeper = options.doorkeeper;
    this.operations = new SocketOperations(options);
    this.sockets = new WebSocketServer({
      noServer: true,
      maxPayload: MAX_REQUEST_BYTES,
      handleProtocols: (protocols) => handleProtocols(protocols),
    });
  }

  /** Opens a socket, or answers why not and closes the connection. */
  handleUpgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    const drop = () => connection.destroy();
    connection.once('error', drop);
    this.identify(request).then(
      (visitor) => {
        connection.off('error', drop);
        this.sockets.handleUpgrade(request, connection, head, (socket) =>
          this.opened(socket, request, visitor),
        );
      },
      (error: unknown) => refuse(connection, error, this.gateway),
    );
  }

  /**
   * Lets running queries and mutations end within bounds, then closes every socket with a code that
   * makes clients come again. A socket that does not close in time is cut.
   */
  async stop(drainWithinMs: number): Promise<void> {
    this.stopping = true;
    await within(drainWithinMs, this.operations.stop());
    const closing = [...this.sockets.clients].map((socket) => closed(socket));
    await Promise.all(closing);
    this.sockets.close();
  }

  /** @returns `null` for somebody who says who they are by the first message. */
  private async identify(request: IncomingMessage): Promise<Visitor | null> {
    if (pathOf(request) !== '/graphql') throw new RefusedUpgrade(404);
    if (isCrossSiteSocket(request)) throw new RefusedUpgrade(403);
    if (this.stopping) throw new GatehouseError('SHUTTING_DOWN', {});
    if (this.sockets.clients.size >= MAX_SOCKETS) throw new RefusedUpgrade(503);
    return this.doorkeeper.recognise(request);
  }

  private opened(socket: WebSocket, request: IncomingMessage, visitor: Visitor | null): void {
    const ended = new AbortController();
    const open: OpenSocket = { socket, request, visitor, until: ended.signal };
    const answered = keepAlive(socket);
    const left = this.operations.opened(
      {
        protocol: socket.protocol,
        send: (data) => send(socket, data),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data) => {
            handle(String(data)).catch((error: unknown) => {
              internalError(error, this.gateway.log);
              socket.close(INTERNAL_SERVER_ERROR, 'Internal server error');
            });
          }),
      },
      open,
    );
    socket.on('error', (error) => {
      // The library closes the socket by itself; most often a message was too large or no text.
      this.gateway.log.warn({ reason: error.message }, 'a socket failed');
    });
    socket.once('close', (code, reason) => {
      clearInterval(answered);
      ended.abort();
      left(code, String(reason)).catch((error: unknown) => internalError(error, this.gateway.log));
    });
  }
}

/** An upgrade that is refused for what it is, whoever sends it. */
class RefusedUpgrade extends Error {
  readonly status: 403 | 404 | 503;

  constructor(status: 403 | 404 | 503) {
    super(STATUS_CODES[status]);
    this.status = status;
  }
}

function refuse(connection: Duplex, error: unknown, { log }: Gateway): void {
  const headers = new Map<string, string>();
  let status: number;
  let body: object;
  if (error instanceof RefusedUpgrade) {
    status = error.status;
    body = { message: error.message, extensions: { code: 'BAD_REQUEST' } };
  } else {
    const refusal = isGatehouseError(error) ? error : internalError(error, log);
    const setHeader = (name: string, value: unknown) => headers.set(name, String(value));
    status = statusOfRefusal(refusal, setHeader);
    body = { message: refusal.message, extensions: extensionsOf(refusal) };
  }
  const text = `${JSON.stringify({ errors: [body] })}\n`;
  headers.set('Connection', 'close');
  headers.set('Content-Type', 'application/json; charset=utf-8');
  headers.set('Content-Length', String(Buffer.byteLength(text)));
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  connection.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines}\r\n${text}`);
}

function keepAlive(socket: WebSocket): NodeJS.Timeout {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  return setInterval(() => {
    if (!answered) socket.terminate();
    else if (socket.readyState === socket.OPEN) {
      answered = false;
      socket.ping();
    }
  }, PING_EVERY_MS).unref();
}

function send(socket: WebSocket, data: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) resolve();
    else socket.send(data, (error) => (error ? reject(error) : resolve()));
  });
}

function closed(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => socket.terminate(), CLOSE_WITHIN_MS);
    socket.once('close', () => {
      clearTimeout(cut);
      resolve();
    });
    socket.close(SERVICE_RESTART, 'the gateway is stopping');
  });
}
