import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Gateway, parseRemoteAddresses } from '../usecase/index.js';
import { Doorkeeper } from './doorkeeper.js';
import { startGraphqlServer } from './graphql-server.js';
import { HttpFace, type Page } from './http-face.js';
import { SocketFace } from './socket-face.js';
import { within } from './within.js';

const DRAIN_WITHIN_MS = 10_000;

export interface ApiOptions {
  /** Addresses and ranges whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Whether the schema may be asked about itself; everybody who asks has signed in. Default: yes. */
  readonly introspection?: boolean;
  /** What a browser is shown at `/graphql` and below it. Default: nothing. */
  readonly page?: Page;
}

/** GraphQL on an HTTP server that somebody else owns. */
export interface Api {
  /** Answers a request to `/graphql` or below it. @returns whether it was one. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** Takes every upgrade: what is no GraphQL socket is refused. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /**
   * Refuses new work, lets running work end (10 s at most) and closes the sockets with a code that
   * makes clients come again.
   */
  stop(): Promise<void>;
}

/** @throws GatehouseError `INPUT_INVALID` for a trusted proxy that is neither address nor range. */
export async function createApi(gateway: Gateway, options: ApiOptions): Promise<Api> {
  const introspection = options.introspection ?? true;
  const doorkeeper = new Doorkeeper(
    gateway,
    parseRemoteAddresses(options.trustedProxies, 'trustedProxies'),
  );
  const ended = new AbortController();
  const server = await startGraphqlServer({ introspection, log: gateway.log });
  const http = new HttpFace({
    gateway,
    server,
    doorkeeper,
    page: options.page ?? (() => null),
    until: ended.signal,
  });
  const sockets = new SocketFace({ gateway, doorkeeper, introspection });
  return {
    handle: (request, response) => http.handle(request, response),
    handleUpgrade: (request, socket, head) => sockets.handleUpgrade(request, socket, head),
    stop: async () => {
      await Promise.all([within(DRAIN_WITHIN_MS, http.stop()), sockets.stop(DRAIN_WITHIN_MS)]);
      ended.abort();
      await server.stop();
    },
  };
}
