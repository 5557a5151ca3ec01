import { isIPv4 } from 'node:net';
import { admits, canonicalAddress } from './remote-addresses.js';

const BRACKETED_HOP = /^\[([^\]]*)\](?::\d{1,5})?$/;
const HOP_WITH_PORT = /^([\d.]+):\d{1,5}$/;

/** Who opened the connection, and what was said about those behind it. */
export interface Connection {
  /** The socket's address; absent when the socket is closed already. */
  readonly peer: string | undefined;
  /** `X-Forwarded-For`; several lines joined by commas, in order. */
  readonly forwardedFor: string | undefined;
}

/**
 * The caller's address in canonical form. The header is believed only from a trusted proxy, and only
 * as far as trusted proxies wrote it: read from the right, the first hop that is no trusted proxy is
 * the caller, whatever the caller wrote to its left. When all are trusted, the leftmost is.
 *
 * @param trustedProxies single addresses and ranges, as `parseRemoteAddresses` gives them.
 * @returns `null` when a trusted proxy passed on something that is no address. It is not replaced by
 *   that proxy's own address, which a list may well admit: an unknown caller is admitted nowhere.
 */
export function clientAddress(
  { peer, forwardedFor }: Connection,
  trustedProxies: readonly string[],
): string | null {
  let address = peer === undefined ? null : canonicalAddress(peer);
  if (forwardedFor === undefined) return address;
  const hops = forwardedFor.split(/[\s,]+/).filter((hop) => hop !== '');
  while (address !== null && hops.length > 0 && admits(trustedProxies, address)) {
    address = hopAddress(hops.pop() ?? '');
  }
  return address;
}

/** Whether the caller used HTTPS, which only a trusted proxy can tell: our own socket has none. */
export function cameByHttps(
  {
    peer,
    forwardedProto,
  }: Pick<Connection, 'peer'> & { readonly forwardedProto: string | string[] | undefined },
  trustedProxies: readonly string[],
): boolean {
  return forwardedProto === 'https' && admits(trustedProxies, peer ?? '');
}

/** Some proxies add the port, and then IPv6 comes in brackets. */
function hopAddress(hop: string): string | null {
  const bare = BRACKETED_HOP.exec(hop)?.[1];
  if (bare !== undefined) return isIPv4(bare) ? null : canonicalAddress(bare);
  return canonicalAddress(HOP_WITH_PORT.exec(hop)?.[1] ?? hop);
}
