import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Gateway, parseRemoteAddresses } from '../usecase/index.js';
import { acceptedFormat } from './accept.js';
import { type AnswerHead, sendPieces, sendText } from './answer.js';
import { type Document, isShort } from './documents.js';
import { refusalOf } from './errors.js';
import { admitApplication } from './gatekeeper.js';
import { shortJson, writeJson } from './json-writer.js';
import { Links } from './links.js';
import { writeMemberships } from './memberships-writer.js';
import { Query } from './query.js';
import { readRequestBody } from './request-body.js';
import { findResource } from './resources.js';
import { readOrigin, readTarget, resourceName, type Target } from './target.js';
import { shortXml, writeXml } from './xml-writer.js';

const MAX_MESSAGE_LENGTH = 1_000;

const XML = 'application/xml';
/** Without a charset: an npm client compares the whole header. */
const JSON_TYPE = 'application/json';

export interface UserServerOptions {
  /** Of this program, for the header by which clients know a user server. */
  readonly version: string;
  /** Addresses and ranges whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
  readonly trustedProxies: readonly string[];
}

/** Answers a request below the protocol's base and says so; leaves every other one alone. */
export type UserServer = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** @throws GatehouseError `INPUT_INVALID` for a trusted proxy that is no address or range. */
export function createUserServer(gateway: Gateway, options: UserServerOptions): UserServer {
  const trustedProxies = parseRemoteAddresses(options.trustedProxies, 'trustedProxies');
  // Atlassian's client looks for this header before it looks at the status, so each answer has it.
  const product = `Gatehouse/${options.version}`;
  return async (request, response) => {
    const target = readTarget(request.url ?? '');
    if (!target) return false;
    response.setHeader('X-Embedded-Crowd-Version', product);
    response.setHeader('Cache-Control', 'no-cache');
    const links = new Links(readOrigin(request, trustedProxies) + target.base);
    const send = (document: Document, status: number, extra: Readonly<Record<string, string>>) =>
      sendDocument(request, response, document, links, { status, headers: extra });
    try {
      const document = await answer(gateway, trustedProxies, target, request, response);
      if (document) await send(document, 200, {});
    } catch (error) {
      await refuse(gateway, response, error, send);
    }
    return true;
  };
}

/** The order is the protocol's: whoever has not logged in is not told what there is. */
async function answer(
  gateway: Gateway,
  trustedProxies: readonly string[],
  target: Target,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Document | null> {
  const caller = await admitApplication(gateway, trustedProxies, request, response);
  if (!caller) return null;
  const { handle, pathArgument } = findResource(resourceName(target.path), request.method ?? '');
  const query = new Query(target.query);
  const readBody = () => readRequestBody(request);
  return handle({ gateway, caller, pathArgument, query, readBody });
}

async function refuse(
  gateway: Gateway,
  response: ServerResponse,
  error: unknown,
  send: (
    document: Document,
    status: number,
    extra: Readonly<Record<string, string>>,
  ) => Promise<void>,
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
    await send({ kind: 'error', reason, message: message || null }, status, headers);
  }
}

async function sendDocument(
  request: IncomingMessage,
  response: ServerResponse,
  document: Document,
  links: Links,
  head: AnswerHead,
): Promise<void> {
  if (document.kind === 'memberships') {
    await sendPieces(response, withType(head, XML), writeMemberships(document.parts));
    return;
  }
  const json = acceptedFormat(request.headers.accept) === 'JSON';
  const typed = withType(head, json ? JSON_TYPE : XML);
  if (isShort(document)) {
    sendText(response, typed, json ? shortJson(document, links) : shortXml(document, links));
  } else {
    await sendPieces(
      response,
      typed,
      json ? writeJson(document, links) : writeXml(document, links),
    );
  }
}

function withType({ status, headers }: AnswerHead, type: string): AnswerHead {
  return { status, headers: { 'Content-Type': type, ...headers } };
}
