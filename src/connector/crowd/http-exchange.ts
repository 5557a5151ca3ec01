import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import { type DirectoryConnection, GatehouseError, isGatehouseError } from '../../domain/index.js';
import type { RemoteServer } from '../connector.js';
import { type ExchangePhase, networkFailure } from './network-failure.js';
import { type Patience, Postponed, postponedBy } from './patience.js';
import { redirectFault } from './redirect.js';
import { ServerFaults, type ServerTrouble } from './server-faults.js';
import { readVersionHeader, VERSION_HEADER } from './version-header.js';
import { WaitingBudget } from './waiting-budget.js';

/** Address of the protocol below the server's URL (Crowd REST API, "User Management Resources"). */
const BASE_PATH = '/rest/usermanagement/1';

/** Enough for a run and sign-ins side by side, few enough to be no burden on the server. */
const MAX_CONNECTIONS = 8;

const MIB = 1024 * 1024;

/**
 * What an answer may cost: bytes, and time of waiting as a multiple of the permitted silence, on top of that for
 * the connection. Where a person waits it is never more than ten seconds in all: enough for a Jira that asks
 * an LDAP server in its turn, and few enough that they are told before they give up.
 */
const ALLOWANCES = {
  SMALL: { bytes: MIB, silences: 2, mostMs: Number.POSITIVE_INFINITY },
  PAGE: { bytes: 64 * MIB, silences: 20, mostMs: Number.POSITIVE_INFINITY },
  STREAM: { bytes: 2048 * MIB, silences: 240, mostMs: Number.POSITIVE_INFINITY },
  SIGN_IN: { bytes: MIB, silences: 1, mostMs: 10_000 },
  LOOK_UP: { bytes: 64 * MIB, silences: 1, mostMs: 10_000 },
} as const;

export type Allowance = keyof typeof ALLOWANCES;

/** Milliseconds that an exchange may spend waiting, from the search for the host to the last byte. */
export function longestWaitMs(allowance: Allowance, connection: DirectoryConnection): number {
  const { silences, mostMs } = ALLOWANCES[allowance];
  return Math.min(connection.connectTimeoutMs + silences * connection.requestTimeoutMs, mostMs);
}

export interface CrowdRequest {
  readonly method: 'GET' | 'POST';
  /** Path below the protocol's base, with a leading slash. */
  readonly resource: string;
  readonly query?: Readonly<Record<string, string>>;
  /** An XML document. */
  readonly body?: string;
  readonly allowance: Allowance;
  /** Given where nobody waits and the request may be sent again. */
  readonly patience?: Patience;
  /** A secret of this request besides the application's. */
  readonly secret?: string;
}

/** An answer of a user server, whatever its status. Its body must be read or discarded. */
export interface CrowdAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly server: RemoteServer;
  readonly faults: ServerFaults;
  /** The bytes as they come, once. Leaving the loop early closes the connection. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Resolves once the body was read, left or discarded, with the error it broke off with, or `null`. */
  readonly ended: Promise<ServerTrouble>;
  /** Closes the connection without reading the body. */
  discard(): void;
}

/** Sends requests to one server. */
export interface HttpExchange {
  /** Makes the errors of this server. */
  readonly faults: ServerFaults;
  /** Requests sent and body bytes received so far. */
  usage(): { readonly requests: number; readonly bytes: number };
  /**
   * Sends one request and waits for the head of the answer.
   * @throws GatehouseError `UNREACHABLE` or `TLS`; `PROTOCOL` for a redirect (none is followed: the
   * credentials would go along) and for an answer that names no Jira or Crowd.
   */
  send(request: CrowdRequest): Promise<CrowdAnswer>;
}

/** Sends requests over connections of its own, and counts what goes through. */
export class DirectExchange implements HttpExchange {
  readonly #connection: DirectoryConnection;
  readonly #url: URL;
  readonly #basePath: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly faults: ServerFaults;
  readonly #agent: Agent;
  #requests = 0;
  #bytes = 0;

  constructor(connection: DirectoryConnection, password: string) {
    this.#connection = connection;
    this.#url = readServerUrl(connection.serverUrl);
    this.#basePath = this.#url.pathname.replace(/\/$/, '') + BASE_PATH;
    const basic = Buffer.from(`${connection.applicationName}:${password}`).toString('base64');
    this.#headers = {
      accept: 'application/xml',
      'accept-encoding': 'identity',
      // Sent at once: Jira and Crowd answer 401 first otherwise, and a request is lost.
      authorization: `Basic ${basic}`,
      'x-atlassian-token': 'no-check',
    };
    this.faults = new ServerFaults(this.#url.origin, [password, basic]);
    this.#agent = new Agent({
      connections: MAX_CONNECTIONS,
      connect: { timeout: connection.connectTimeoutMs },
      headersTimeout: connection.requestTimeoutMs,
      bodyTimeout: connection.requestTimeoutMs,
      // Below the idle time of Tomcat (20 s), so that no request meets a connection being closed.
      keepAliveTimeout: 4_000,
      maxHeaderSize: 16 * 1024,
    });
  }

  usage(): { readonly requests: number; readonly bytes: number } {
    return { requests: this.#requests, bytes: this.#bytes };
  }

  /** @throws Postponed when the request has patience and the answer asks for some; else as promised. */
  async send(request: CrowdRequest): Promise<CrowdAnswer> {
    const faults = request.secret ? this.faults.hiding(request.secret) : this.faults;
    const { bytes } = ALLOWANCES[request.allowance];
    const budget = new WaitingBudget(longestWaitMs(request.allowance, this.#connection));
    const options = this.#options(request, budget.signal);
    this.#requests += 1;
    const response = await this.#guard('BEFORE_ANSWER', faults, () =>
      budget.spend(() => this.#agent.request(options)),
    );
    const { statusCode: status, headers, body } = response;
    // Destroying a body that was not read to its end makes it emit an error that nobody waits for.
    body.on('error', () => {});
    try {
      const redirect = redirectFault(status, headers, this.#url, faults);
      if (redirect) throw redirect;
      const afterMs = request.patience ? postponedBy(status, headers) : null;
      if (afterMs !== null) throw new Postponed(afterMs, faults.unreachable(`answers ${status}`));
      const { promise: ended, resolve: end } = openEnd();
      return {
        status,
        headers,
        server: readVersionHeader(headers[VERSION_HEADER.toLowerCase()], status, faults),
        faults,
        body: this.#read(body, budget, bytes, faults, end),
        ended,
        discard: () => {
          body.destroy();
          end(null);
        },
      };
    } catch (error) {
      body.destroy();
      throw error;
    }
  }

  #options(request: CrowdRequest, signal: AbortSignal): Dispatcher.RequestOptions {
    const query = request.query ? `?${new URLSearchParams(request.query)}` : '';
    return {
      origin: this.#url.origin,
      path: this.#basePath + request.resource + query,
      method: request.method,
      headers: request.body
        ? { ...this.#headers, 'content-type': 'application/xml' }
        : { ...this.#headers },
      body: request.body ?? null,
      signal,
    };
  }

  async *#read(
    body: Readable,
    budget: WaitingBudget,
    limit: number,
    faults: ServerFaults,
    end: (trouble: ServerTrouble) => void,
  ): AsyncGenerator<Uint8Array, void, void> {
    const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
    let received = 0;
    try {
      for (;;) {
        const piece = await this.#guard('WITHIN_ANSWER', faults, () =>
          budget.spend(() => pieces.next()),
        );
        if (piece.done) return;
        received += piece.value.length;
        this.#bytes += piece.value.length;
        if (received > limit) {
          throw faults.protocol('body', `is larger than ${limit / MIB} MiB`);
        }
        yield piece.value;
      }
    } catch (error) {
      if (isGatehouseError(error, 'UNREACHABLE', 'TLS')) end(error);
      throw error;
    } finally {
      body.destroy();
      end(null);
    }
  }

  async #guard<Value>(
    phase: ExchangePhase,
    faults: ServerFaults,
    work: () => Promise<Value>,
  ): Promise<Value> {
    try {
      return await work();
    } catch (error) {
      throw networkFailure(error, phase, this.#connection, faults);
    }
  }
}

/** A promise and what resolves it; only the first time counts. */
function openEnd() {
  let resolve: (trouble: ServerTrouble) => void = () => undefined;
  const promise = new Promise<ServerTrouble>((first) => {
    resolve = first;
  });
  return { promise, resolve };
}

function readServerUrl(serverUrl: string): URL {
  if (URL.canParse(serverUrl)) {
    const url = new URL(serverUrl);
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  }
  throw new GatehouseError('INPUT_INVALID', {
    field: 'serverUrl',
    reason: 'is no http or https URL',
  });
}
