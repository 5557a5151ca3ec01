import type { ServerResponse } from 'node:http';
import type { SessionSettings } from '../usecase/index.js';
import { setSessionCookie } from './session-cookie.js';

/** The client of one request over HTTP, as far as signing in and out has to do with it. */
export class Browser {
  /** As the doorkeeper judges it. */
  readonly address: string | null;
  private readonly response: ServerResponse;
  private readonly cookie: SessionSettings['cookie'];
  private held: string | null;

  constructor(options: {
    readonly address: string | null;
    /** Whether the request came over HTTPS. */
    readonly secure: boolean;
    /** The token that the request brought, whether it is any good or not. */
    readonly token: string | null;
    readonly response: ServerResponse;
    readonly cookie: SessionSettings['cookie'];
  }) {
    this.address = options.address;
    this.response = options.response;
    this.cookie = { ...options.cookie, secure: options.cookie.secure || options.secure };
    this.held = options.token;
  }

  /** The token that the browser has, or will have with the answer. */
  get token(): string | null {
    return this.held;
  }

  /** Has the browser keep a token, or forget the one it has. */
  keep(token: string | null): void {
    this.held = token;
    setSessionCookie(this.response, this.cookie, token);
  }
}
