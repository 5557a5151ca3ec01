import type { IncomingHttpHeaders } from 'node:http';
import type { GatehouseError } from '../../domain/index.js';
import type { ServerFaults } from './server-faults.js';

/**
 * The error for a redirect, `null` for any other status. Of where it points only a path on the same
 * host is told, without its query: the rest is another host's, or may carry tokens.
 */
export function redirectFault(
  status: number,
  headers: IncomingHttpHeaders,
  asked: URL,
  faults: ServerFaults,
): GatehouseError<'PROTOCOL'> | null {
  if (status < 300 || status > 399) return null;
  const target = targetOf(headers.location, asked, faults);
  return faults.protocol('status', `is ${status}${target}; redirects are not followed`);
}

function targetOf(location: string | undefined, asked: URL, faults: ServerFaults): string {
  if (location === undefined || !URL.canParse(location, asked.href)) return '';
  const target = new URL(location, asked);
  if (target.hostname !== asked.hostname) return ', a redirect to another host';
  const scheme = target.protocol === asked.protocol ? '' : ` over ${target.protocol.slice(0, -1)}`;
  return `, a redirect to ${faults.quote(target.pathname)}${scheme}`;
}
