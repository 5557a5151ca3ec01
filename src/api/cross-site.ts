import type { IncomingMessage } from 'node:http';

/** Headers that a page of another site cannot set without a preflight, which we never allow. */
const PREFLIGHTED_HEADERS = ['x-apollo-operation-name', 'apollo-require-preflight'];

const BROWSER_HEADERS = ['cookie', 'origin', 'sec-fetch-site'];

/**
 * Whether a query by GET may have been caused by a page of another site. Browsers send remembered
 * Basic credentials along unasked, so being signed in proves nothing about who wants the answer. A
 * POST must be JSON, which no page can send to another site without a preflight.
 */
export function mayBeCrossSiteQuery({ headers }: IncomingMessage): boolean {
  if (!BROWSER_HEADERS.some((name) => headers[name] !== undefined)) return false;
  return !PREFLIGHTED_HEADERS.some((name) => headers[name]);
}

/** Whether a socket was opened by a page of another site; a socket needs no preflight. */
export function isCrossSiteSocket({ headers }: IncomingMessage): boolean {
  if (headers.origin === undefined) return false;
  const own = headers.host === undefined ? null : hostOf(`http://${headers.host}`);
  // `null` is the origin of sandboxed pages and of files; it has no host.
  return own === null || hostOf(headers.origin) !== own;
}

/** As a URL spells it, so that letter case does not matter. */
function hostOf(url: string): string | null {
  try {
    return new URL(url).host;
  } catch {
    return null;
  }
}
