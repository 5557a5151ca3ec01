import { Agent, errors } from 'undici';
import type { DeliveryFailure, DeliveryFault } from '../../domain/index.js';
import { codeOf, isTimeOut, isTlsCode } from '../crowd/network-failure.js';
import { AddressNotPermitted, permittedLookup, requirePermittedHost } from './permitted-lookup.js';

/** From the search for the host to the head of the answer. */
const DEADLINE_MS = 5_000;
const MAX_CONNECTIONS = 4;

export interface EndpointCall {
  /** As `endpointFault` accepts it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `null` for an empty one. */
  readonly body: string | null;
}

/**
 * Posts something to an address that somebody else has chosen. A status of 2xx is success; the rest of the
 * answer is not read, and no redirect is followed.
 * @returns what went wrong, or `null`. It never throws for what the other side does, and takes five seconds
 *   at most.
 */
export type PostToEndpoint = (call: EndpointCall) => Promise<DeliveryFailure | null>;

/** @param deadlineMs of one call; five seconds when left out. */
export function createEndpointPost(deadlineMs = DEADLINE_MS): PostToEndpoint {
  const agent = new Agent({
    connections: MAX_CONNECTIONS,
    connect: { timeout: deadlineMs, lookup: permittedLookup },
    headersTimeout: deadlineMs,
    bodyTimeout: deadlineMs,
    maxHeaderSize: 16 * 1024,
  });
  return async ({ url, headers, body }) => {
    const target = new URL(url);
    const signal = AbortSignal.timeout(deadlineMs);
    try {
      requirePermittedHost(target);
      const answer = await agent.request({
        origin: target.origin,
        path: target.pathname + target.search,
        method: 'POST',
        headers: { ...headers },
        body: body ?? '',
        signal,
        // Calls are rare, and nobody is to wait for a connection that is kept for nothing.
        reset: true,
      });
      // Destroying a body that was not read to its end makes it emit an error that nobody waits for.
      answer.body.on('error', () => {});
      answer.body.destroy();
      return failureOf(answer.statusCode);
    } catch (error) {
      return { fault: signal.aborted ? 'TIMED_OUT' : faultOf(error), status: null };
    }
  };
}

function failureOf(status: number): DeliveryFailure | null {
  if (status >= 200 && status <= 299) return null;
  return { fault: status >= 300 && status <= 399 ? 'REDIRECTED' : 'REFUSED', status };
}

/** @throws what is no failure of the other side. */
function faultOf(error: unknown): DeliveryFault {
  if (error instanceof AddressNotPermitted) return 'ADDRESS_NOT_PERMITTED';
  if (error instanceof errors.HTTPParserError) return 'UNREACHABLE';
  const code = codeOf(error);
  if (code === null || code === 'UND_ERR_INVALID_ARG') throw error;
  if (isTimeOut(code)) return 'TIMED_OUT';
  return isTlsCode(code) ? 'TLS' : 'UNREACHABLE';
}
