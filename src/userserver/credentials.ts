import { isUtf8 } from 'node:buffer';

const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i;

/** Reads Basic credentials, split at the first colon; `null` when there are none or they are unreadable. */
export function readBasicCredentials(
  authorization: string | undefined,
): { readonly name: string; readonly password: string } | null {
  const encoded = BASIC.exec((authorization ?? '').trim())?.[1];
  if (encoded === undefined) return null;
  const text = decode(Buffer.from(encoded, 'base64'));
  const colon = text.indexOf(':');
  return colon < 0 ? null : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** RFC 7617 leaves the character set open: newer clients send UTF-8, older Java ones Latin-1. */
function decode(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}
