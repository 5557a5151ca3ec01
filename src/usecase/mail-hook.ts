import { createHmac } from 'node:crypto';
import type { EndpointCall } from '../connector/index.js';

/** Who sends the mails that applications ask for. */
export interface MailHook {
  readonly url: string;
  /** Signs what is sent there; `null`: it is not signed. */
  readonly secret: string | null;
}

/** What the hook is told; the README describes it for whoever writes one. */
export type MailDocument = {
  /** The same for every try, so that a mail is sent once although its answer was lost. */
  readonly id: string;
  /** The name of the application that asked for it. */
  readonly application: string;
  readonly email: string;
} & (
  | {
      readonly kind: 'PASSWORD_RESET';
      readonly userName: string;
      readonly displayName: string;
      readonly token: string;
      /** ISO 8601. */
      readonly expiresAt: string;
    }
  | { readonly kind: 'USERNAMES'; readonly userNames: readonly string[] }
);

/**
 * The call that hands a mail to its hook. The signature is the HMAC-SHA256 of the time, in seconds since
 * 1970, a full stop and the body, in hexadecimal: whoever checks both knows that it comes from here and is
 * not an old one sent again.
 */
export function callOfMailHook(
  { url, secret }: MailHook,
  document: MailDocument,
  now: Date,
): EndpointCall {
  const body = JSON.stringify(document);
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const signed =
    secret === null
      ? null
      : createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return {
    url,
    headers: {
      'content-type': 'application/json',
      'x-gatehouse-timestamp': timestamp,
      ...(signed !== null && { 'x-gatehouse-signature': `sha256=${signed}` }),
    },
    body,
  };
}
