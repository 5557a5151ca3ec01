import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SessionSettings } from '../usecase/index.js';

/** What the first cookie of this name holds; `null` when there is none. */
export function readCookie({ headers }: IncomingMessage, name: string): string | null {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0 || pair.slice(0, equals).trim() !== name) continue;
    const value = pair.slice(equals + 1).trim();
    // Java's servers put a value in quotation marks that need not be.
    return value.replace(/^"(.*)"$/, '$1');
  }
  return null;
}

/**
 * Gives a browser the token of its session, or with `null` has it forget the one it has. Scripts
 * cannot read the cookie, other sites cannot send it with anything but a link that is followed, and the
 * browser forgets it when it is closed; the session's own end is the server's affair.
 */
export function setSessionCookie(
  response: ServerResponse,
  { name, domain, secure }: SessionSettings['cookie'],
  token: string | null,
): void {
  const cookie = [
    `${name}=${token ?? ''}`,
    'Path=/',
    ...(domain === null ? [] : [`Domain=${domain}`]),
    ...(token === null ? ['Max-Age=0'] : []),
    'HttpOnly',
    'SameSite=Lax',
    ...(secure ? ['Secure'] : []),
  ];
  response.setHeader('Set-Cookie', cookie.join('; '));
}
