import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApplicationCaller, type Gateway, parseRemoteAddresses } from '../usecase/index.js';
import { AnswerMemory } from './answer-memory.js';
import { refusalOf } from './errors.js';
import { Gatekeeper } from './gatekeeper.js';
import { Links } from './links.js';
import { MembershipsMemory } from './memberships-memory.js';
import { Query } from './query.js';
import { asReply, type Reply } from './reply.js';
import { readRequestBody } from './request-body.js';
import { findResource } from './resources.js';
import { sendKept, sendReply } from './send-reply.js';
import { readOrigin, readTarget, resourceName, type Target } from './target.js';

const MAX_MESSAGE_LENGTH = 1_000;
/** Of those whose answers are remembered: what is kept must stay small. */
const LONGEST_QUESTION = 1_000;

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
  const gatekeeper = new Gatekeeper(gateway, trustedProxies);
  const answers = new AnswerMemory(gateway);
  const memberships = new MembershipsMemory();
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
      const caller = await gatekeeper.admit(request, response);
      if (caller) {
        const admitted = {
          gateway,
          answers,
          memberships,
          caller,
          target,
          links,
          request,
          response,
        };
        await answer(admitted);
      }
    } catch (error) {
      await refuse(gateway, request, response, error, links);
    }
    return true;
  };
}

/** One request of an application that was let in: whoever was not is not told what there is. */
interface Admitted {
  readonly gateway: Gateway;
  readonly answers: AnswerMemory;
  readonly memberships: MembershipsMemory;
  readonly caller: ApplicationCaller;
  readonly target: Target;
  readonly links: Links;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function answer(admitted: Admitted): Promise<void> {
  const { answers, request, response, links } = admitted;
  const question = questionOf(admitted);
  const before = question === null ? undefined : answers.find(question);
  if (before) {
    sendKept(response, before);
    return;
  }
  const since = answers.standing();
  const reply = await handle(admitted);
  const sent = await sendReply(request, response, reply, links);
  if (question !== null && sent && reply.status === 200) answers.keep(question, sent, since);
}

async function handle(admitted: Admitted): Promise<Reply> {
  const { gateway, memberships, caller, target, links, request } = admitted;
  const resource = findResource(resourceName(target.path), request.method ?? '');
  const { pathArgument } = resource;
  const query = new Query(target.query);
  const readBody = () => readRequestBody(request);
  const exchange = { gateway, memberships, caller, pathArgument, query, links, readBody };
  return asReply(await resource.handle(exchange));
}

/** All that an answer depends on but what the log tells; `null` for what does more than to ask. */
function questionOf({ caller, target, links, request }: Admitted): string | null {
  if (request.method !== 'GET') return null;
  const { accept } = request.headers;
  // Neither a header nor a URL holds a line break.
  const question = `${caller.application.id}\n${accept}\n${links.base}\n${target.path}?${target.query}`;
  return question.length <= LONGEST_QUESTION ? question : null;
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
