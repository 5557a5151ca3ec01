import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import { GatehouseError, isGatehouseError } from '../domain/index.js';
import type { Gateway } from '../usecase/index.js';
import { mayBeCrossSiteQuery } from './cross-site.js';
import { CHALLENGE, type Doorkeeper, type Visitor } from './doorkeeper.js';
import { extensionsOf, internalError } from './errors.js';
import { statusOf } from './graphql-server.js';
import { readJsonBody, UnreadableBody } from './request-body.js';
import { RequestContext } from './request-context.js';
import { isOpenToStrangers } from './stranger-operation.js';

/** An answer that is shown to people in a browser. */
export interface PageResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What `/graphql` and the paths below it show to a browser; `null` when it is no request for a page. */
export type Page = (request: IncomingMessage) => PageResponse | null;

const PATH = '/graphql';
const RETRY_AFTER_STOP_SECONDS = 5;

/** GraphQL over HTTP, and the page beside it. */
export class HttpFace {
  private readonly gateway: Gateway;
  private readonly server: ApolloServer<RequestContext>;
  private readonly doorkeeper: Doorkeeper;
  private readonly page: Page;
  private readonly until: AbortSignal;
  private readonly running = new Set<Promise<void>>();
  private stopping = false;

  /** @param until given when what requests have begun must end. */
  constructor(options: {
    readonly gateway: Gateway;
    readonly server: ApolloServer<RequestContext>;
    readonly doorkeeper: Doorkeeper;
    readonly page: Page;
    readonly until: AbortSignal;
  }) {
    this.gateway = options.gateway;
    this.server = options.server;
    this.doorkeeper = options.doorkeeper;
    this.page = options.page;
    this.until = options.until;
  }

  /** Answers what is addressed to GraphQL. @returns whether it was. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const path = pathOf(request);
    if (path !== PATH && !path.startsWith(`${PATH}/`)) return false;
    const work = this.answer(request, response, path).catch((error: unknown) =>
      this.refuse(request, response, error),
    );
    this.running.add(work);
    await work;
    this.running.delete(work);
    return true;
  }

  /** Refuses new requests and waits for those that run. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.allSettled(this.running);
  }

  private async answer(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> {
    if (this.stopping) throw new GatehouseError('SHUTTING_DOWN', {});
    const visitor = await this.doorkeeper.recognise(request);
    if (!visitor) {
      await this.admitStranger(request, response, path);
      return;
    }
    const page = request.method === 'GET' || request.method === 'HEAD' ? this.page(request) : null;
    if (page) {
      response.writeHead(page.status, page.headers);
      response.end(request.method === 'HEAD' ? undefined : page.body);
    } else if (path !== PATH) {
      sendFault(request, response, 404, 'there is nothing at this address; GraphQL is at /graphql');
    } else if (request.method === 'GET' && mayBeCrossSiteQuery(request)) {
      sendFault(
        request,
        response,
        400,
        'a browser must send the header `apollo-require-preflight` along with a query by GET',
      );
    } else if (request.method !== 'GET' && request.method !== 'POST') {
      response.setHeader('Allow', 'GET, POST');
      sendFault(request, response, 405, 'send GraphQL by POST, or a query by GET');
    } else {
      const body = request.method === 'POST' ? await readJsonBody(request) : undefined;
      await this.execute(request, response, visitor, body);
    }
  }

  /** Nobody who is unknown may do anything but say who they are, or set a password by a token. */
  private async admitStranger(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> {
    const body =
      path === PATH && request.method === 'POST'
        ? await readJsonBody(request).catch(unlessUnreadable)
        : null;
    if (!isOpenToStrangers(body)) throw new GatehouseError('UNAUTHENTICATED', {});
    await this.execute(request, response, null, body);
  }

  private async execute(
    request: IncomingMessage,
    response: ServerResponse,
    visitor: Visitor | null,
    body: unknown,
  ): Promise<void> {
    const browser = this.doorkeeper.browserOf(request, response);
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    }
    const answer = await this.server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method ?? 'GET',
        headers,
        search: queryOf(request),
        body,
      },
      context: async () => new RequestContext(this.gateway, visitor, this.until, browser),
    });
    if (answer.body.kind !== 'complete') throw new Error('an answer came in parts');
    for (const [name, value] of answer.headers) response.setHeader(name, value);
    send(response, statusOf(answer), answer.body.string);
  }

  /** Answers what never became an operation. */
  private refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (response.headersSent || request.socket.destroyed) {
      response.destroy();
      return;
    }
    if (error instanceof UnreadableBody) {
      response.setHeader('Connection', 'close');
      sendFault(request, response, error.status, error.message);
      return;
    }
    const refusal = isGatehouseError(error) ? error : internalError(error, this.gateway.log);
    const status = statusOfRefusal(refusal, (name, value) => response.setHeader(name, value));
    sendErrors(request, response, status, refusal.message, extensionsOf(refusal));
  }
}

/** A stranger is asked to sign in, whatever else is wrong with what they sent. */
function unlessUnreadable(error: unknown): null {
  if (error instanceof UnreadableBody) return null;
  throw error;
}

export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0];
}

/** The status of a request that was refused as a whole; gives the headers that belong to it. */
export function statusOfRefusal(
  refusal: GatehouseError,
  setHeader: (name: string, value: string) => unknown,
): number {
  if (isGatehouseError(refusal, 'UNAUTHENTICATED')) {
    setHeader('WWW-Authenticate', CHALLENGE);
    return 401;
  }
  if (isGatehouseError(refusal, 'TOO_MANY_ATTEMPTS')) {
    setHeader('Retry-After', String(refusal.details.retryAfterSeconds));
    return 429;
  }
  if (isGatehouseError(refusal, 'REQUEST_TOO_LARGE')) {
    // The rest of the body may not be read, so nothing can follow it.
    setHeader('Connection', 'close');
    return 413;
  }
  if (isGatehouseError(refusal, 'SHUTTING_DOWN')) {
    setHeader('Connection', 'close');
    setHeader('Retry-After', String(RETRY_AFTER_STOP_SECONDS));
    return 503;
  }
  return 500;
}

function queryOf(request: IncomingMessage): string {
  const mark = (request.url ?? '').indexOf('?');
  return mark < 0 ? '' : (request.url ?? '').slice(mark);
}

function sendFault(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  message: string,
): void {
  sendErrors(request, response, status, message, { code: 'BAD_REQUEST' });
}

function sendErrors(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  message: string,
  extensions: object,
): void {
  const accepted = request.headers.accept ?? '';
  const type = accepted.includes('application/graphql-response+json')
    ? 'application/graphql-response+json'
    : 'application/json';
  response.setHeader('Content-Type', `${type}; charset=utf-8`);
  send(response, status, `${JSON.stringify({ errors: [{ message, extensions }] })}\n`);
}

function send(response: ServerResponse, status: number, text: string): void {
  const body = Buffer.from(text, 'utf8');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Length', body.length);
  response.writeHead(status);
  response.end(body);
}
