import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type ApplicationCaller,
  authenticateApplication,
  clientAddress,
  type Gateway,
} from '../usecase/index.js';
import { sendText } from './answer.js';
import { readBasicCredentials } from './credentials.js';
import { escapeXml } from './xml-writer.js';

/** Clients such as dex compare this body, and some wait for the challenge before they log in. */
const NOT_AUTHENTICATED = {
  status: 401,
  headers: {
    'WWW-Authenticate': 'BASIC realm="Crowd REST Service"',
    'Content-Type': 'text/plain;charset=UTF-8',
  },
  text: 'Application failed to authenticate',
} as const;

/** The sentence of Tomcat's 403 page, by which dex knows a refused address. */
const FORBIDDEN_DESCRIPTION = 'The server understood the request but refuses to authorize it.';

/**
 * Lets an application in, or answers 401 or 403 in the words that clients know.
 * @returns `null` when the request has been answered.
 */
export async function admitApplication(
  gateway: Gateway,
  trustedProxies: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<ApplicationCaller | null> {
  const credentials = readBasicCredentials(request.headers.authorization);
  if (!credentials) {
    sendText(response, NOT_AUTHENTICATED, NOT_AUTHENTICATED.text);
    return null;
  }
  const address = clientAddress(
    { peer: request.socket.remoteAddress, forwardedFor: forwardedFor(request) },
    trustedProxies,
  );
  const { name, password } = credentials;
  const access = await authenticateApplication(gateway, { name, password, address });
  switch (access.outcome) {
    case 'ADMITTED':
      return access.caller;
    case 'NOT_AUTHENTICATED':
      sendText(response, NOT_AUTHENTICATED, NOT_AUTHENTICATED.text);
      return null;
    case 'FORBIDDEN':
      sendText(
        response,
        { status: 403, headers: { 'Content-Type': 'text/html;charset=UTF-8' } },
        forbiddenPage(name, access.address),
      );
      return null;
  }
}

function forwardedFor({ headers }: IncomingMessage): string | undefined {
  const value = headers['x-forwarded-for'];
  return Array.isArray(value) ? value.join(',') : value;
}

/** Names the address that was judged: finding it out is the hard part for whoever sets up a client. */
function forbiddenPage(application: string, address: string | null): string {
  const who = address === null ? 'a client of unknown address' : `a client at ${address}`;
  const message = `The application "${application}" does not accept requests from ${who}.`;
  return [
    '<!doctype html><html lang="en"><head><title>HTTP Status 403 – Forbidden</title></head>',
    `<body><h1>HTTP Status 403 – Forbidden</h1><p>${escapeXml(message)}</p>`,
    `<p>${FORBIDDEN_DESCRIPTION}</p></body></html>`,
  ].join('');
}
