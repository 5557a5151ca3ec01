import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatehouseError } from '../domain/index.js';
import {
  cameByHttps,
  clientAddress,
  type Gateway,
  identifyViewer,
  isSignedIn,
  type Viewer,
  viewerOfToken,
} from '../usecase/index.js';
import { Browser } from './browser.js';
import { readCookie } from './session-cookie.js';

/** What a browser needs in order to ask for a name and a password. */
export const CHALLENGE = 'Basic realm="Gatehouse", charset="UTF-8"';

const BASIC = /^Basic +([A-Za-z0-9+/_-]+={0,2}) *$/i;

/** Somebody who has said who they are. */
export interface Visitor {
  readonly viewer: Viewer;
  /** The token of the session that tells it; `null` when it was a name and a password. */
  readonly token: string | null;
}

/** Finds out who sends a request. */
export class Doorkeeper {
  private readonly gateway: Gateway;
  private readonly trustedProxies: readonly string[];

  /** @param trustedProxies as `parseRemoteAddresses` gives them. */
  constructor(gateway: Gateway, trustedProxies: readonly string[]) {
    this.gateway = gateway;
    this.trustedProxies = trustedProxies;
  }

  /**
   * By a name and a password if they are sent, else by a session. A wrong password is refused
   * whatever session comes along with it.
   * @returns `null` for somebody who sends neither, or a session that is none.
   * @throws GatehouseError `UNAUTHENTICATED`, `TOO_MANY_ATTEMPTS`.
   */
  async recognise(request: IncomingMessage): Promise<Visitor | null> {
    const { authorization } = request.headers;
    if (authorization !== undefined) return this.identify(request, authorization);
    const token = this.tokenOf(request);
    const viewer = token === null ? null : await this.viewerOf(token, request);
    return viewer && { viewer, token };
  }

  /**
   * By a name and a password.
   * @param authorization in place of the request's own header.
   * @throws GatehouseError `UNAUTHENTICATED`, `TOO_MANY_ATTEMPTS`.
   */
  async identify(request: IncomingMessage, authorization: string): Promise<Visitor> {
    const credentials = readBasic(authorization);
    if (!credentials) throw new GatehouseError('UNAUTHENTICATED', {});
    const address = this.addressOf(request);
    return { viewer: await identifyViewer(this.gateway, { ...credentials, address }), token: null };
  }

  /** Who a token signs in now, which extends its session; `null` for nobody. */
  viewerOf(token: string, request: IncomingMessage): Promise<Viewer | null> {
    return viewerOfToken(this.gateway, token, this.addressOf(request));
  }

  /** Whether a visitor is still let in. Nothing is extended. */
  async isStillIn({ token }: Visitor, request: IncomingMessage): Promise<boolean> {
    return token === null || isSignedIn(this.gateway, token, this.addressOf(request));
  }

  /** The client of a request, to sign it in or out. */
  browserOf(request: IncomingMessage, response: ServerResponse): Browser {
    const peer = request.socket.remoteAddress;
    const forwardedProto = request.headers['x-forwarded-proto'];
    return new Browser({
      address: this.addressOf(request),
      secure: cameByHttps({ peer, forwardedProto }, this.trustedProxies),
      token: this.tokenOf(request),
      response,
      cookie: this.gateway.sessions.cookie,
    });
  }

  private tokenOf(request: IncomingMessage): string | null {
    return readCookie(request, this.gateway.sessions.cookie.name);
  }

  private addressOf({ headers, socket }: IncomingMessage): string | null {
    const forwarded = headers['x-forwarded-for'];
    const forwardedFor = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
    return clientAddress({ peer: socket.remoteAddress, forwardedFor }, this.trustedProxies);
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
