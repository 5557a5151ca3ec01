import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Gateway, parseRemoteAddresses } from '../usecase/index.js';
import { refusalOf } from './errors.js';
import { admitApplication } from './gatekeeper.js';
import { Links } from './links.js';
import { Query } from './query.js';
import { asReply, type Reply } from './reply.js';
import { readRequestBody } from './request-body.js';
import { findResource } from './resources.js';
import { sendReply } from './send-reply.js';
import { readOrigin, readTarget, resourceName, type Target } from './target.js';

const MAX_MESSAGE_LENGTH = 1_000;

export interface UserServerOptions {
  /** Of this program, for the header by which clients know a user server. */
  readonly version: string;
  /** Addresses and ranges whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
  readonly trustedProxies: readonly string[];
}

/** Answers a request below the protocol's base and says so; leaves every other one alone. */
export type UserServer = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** By this clients know a user server; Atlassian's looks for it before it looks at the status. */
export function versionHeader(version: string): Readonly<Record<string, string>> {
  return { 'X-Embedded-Crowd-Version': `Gatehouse/${version}` };
}

/** @throws GatehouseError `INPUT_INVALID` for a trusted proxy that is no address or range. */
export function createUserServer(gateway: Gateway, options: UserServerOptions): UserServer {
  const trustedProxies = parseRemoteAddresses(options.trustedProxies, 'trustedProxies');
  const headers = Object.entries({
    ...versionHeader(options.version),
    'Cache-Control': 'no-cache',
  });
  return async (request, response) => {
    const target = readTarget(request.url ?? '');
    if (!target) return false;
    for (const [name, value] of headers) response.setHeader(name, value);
    const links = new Links(readOrigin(request, trustedProxies) + target.base);
    try {
      const reply = await answer(gateway, trustedProxies, target, links, request, response);
      if (reply) await sendReply(request, response, reply, links);
    } catch (error) {
      await refuse(gateway, request, response, error, links);
    }
    return true;
  };
}

/**
 * The order is the protocol's: whoever has not logged in is not told what there is.
 * @returns `null` when the request has been answered.
 */
async function answer(
  gateway: Gateway,
  trustedProxies: readonly string[],
  target: Target,
  links: Links,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Reply | null> {
  const caller = await admitApplication(gateway, trustedProxies, request, response);
  if (!caller) return null;
  const { handle, pathArgument } = findResource(resourceName(target.path), request.method ?? '');
  const query = new Query(target.query);
  const readBody = () => readRequestBody(request);
  return asReply(await handle({ gateway, caller, pathArgument, query, links, readBody }));
}

async function refuse(
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  links: Links,
): Promise<void> {
  // Nobody is left to be told, and it is no fault of ours.
  if (response.destroyed) return;
  const incident = randomUUID();
  const refusal = refusalOf(error, incident);
  if (refusal.cause !== undefined) {
    gateway.log.error({ incident, err: refusal.cause }, 'a request to the user server failed');
  }
  // A document that breaks off must not look like a whole one.
  if (response.headersSent) response.destroy();
  else {
    const message = refusal.message.slice(0, MAX_MESSAGE_LENGTH).toWellFormed();
    const { status, reason, headers } = refusal;
    const document = { kind: 'error', reason, message: message || null } as const;
    await sendReply(request, response, { status, headers, document }, links);
  }
}
