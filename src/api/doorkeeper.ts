import type { IncomingMessage } from 'node:http';
import { GatehouseError } from '../domain/index.js';
import {
  clientAddress,
  type FailureThrottle,
  type Gateway,
  identifyViewer,
  type Viewer,
} from '../usecase/index.js';

/** What a browser needs in order to ask for a name and a password. */
export const CHALLENGE = 'Basic realm="Gatehouse", charset="UTF-8"';

const BASIC = /^Basic +([A-Za-z0-9+/_-]+={0,2}) *$/i;

/** Finds out who sends a request. */
export class Doorkeeper {
  private readonly gateway: Gateway;
  private readonly throttle: FailureThrottle;
  private readonly trustedProxies: readonly string[];

  /** @param trustedProxies as `parseRemoteAddresses` gives them. */
  constructor(gateway: Gateway, throttle: FailureThrottle, trustedProxies: readonly string[]) {
    this.gateway = gateway;
    this.throttle = throttle;
    this.trustedProxies = trustedProxies;
  }

  /**
   * @param authorization in place of the request's own header.
   * @throws GatehouseError `UNAUTHENTICATED`, `TOO_MANY_ATTEMPTS`.
   */
  async identify(
    request: IncomingMessage,
    authorization: string | undefined = request.headers.authorization,
  ): Promise<Viewer> {
    const credentials = readBasic(authorization);
    if (!credentials) throw new GatehouseError('UNAUTHENTICATED', {});
    const forwarded = request.headers['x-forwarded-for'];
    const address = clientAddress(
      {
        peer: request.socket.remoteAddress,
        forwardedFor: Array.isArray(forwarded) ? forwarded.join(',') : forwarded,
      },
      this.trustedProxies,
    );
    return identifyViewer(this.gateway, this.throttle, { ...credentials, address });
  }
}

/** Name and password of a Basic header (RFC 7617, in UTF-8), or `null` when it is none. */
export function readBasic(
  authorization: string | undefined,
): { readonly name: string; readonly password: string } | null {
  const encoded = BASIC.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}
