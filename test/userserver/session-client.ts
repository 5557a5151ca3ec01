import type { Answer, Asking, Served } from './served.js';

export const XML = { 'content-type': 'application/xml' };
export const JSON_BODY = { 'content-type': 'application/json' };

/** What a browser's address is bound with. */
export const AT_HOME = [{ name: 'remote_address', value: '198.51.100.7' }];

type Factors = readonly { readonly name: string; readonly value: string }[];
type Login = Asking['login'];

/** An application that signs users in, asks about their tokens and signs them out. */
export class SessionClient {
  private readonly served: Served;
  private readonly login: Login;

  /** @param login the company's application when left out. */
  constructor(served: Served, login?: Login) {
    this.served = served;
    this.login = login;
  }

  /** Sends a body as JSON, and wants JSON. */
  post(path: string, body: object): Promise<Answer> {
    const headers = { ...JSON_BODY, accept: 'application/json' };
    return this.ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  open(
    username: string,
    password: string,
    { query = '', factors = [] }: { readonly query?: string; readonly factors?: Factors } = {},
  ): Promise<Answer> {
    const context = {
      username,
      password,
      'validation-factors': { validationFactors: factors },
    };
    return this.post(`/session${query}`, context);
  }

  /** The token of a session that must come about. */
  async tokenOf(...login: Parameters<SessionClient['open']>): Promise<string> {
    const { status, body } = await this.open(...login);
    if (status !== 201) throw new Error(`status ${status}: ${body}`);
    return (JSON.parse(body) as { token: string }).token;
  }

  /** The status and, where there is one, the reason that a token is answered with. */
  async look(token: string): Promise<string> {
    return outcome(await this.ask(`/session/${encodeURIComponent(token)}`));
  }

  async check(token: string, factors: Factors = []): Promise<string> {
    const path = `/session/${encodeURIComponent(token)}`;
    return outcome(await this.post(path, { validationFactors: factors }));
  }

  close(token: string): Promise<Answer> {
    return this.ask(`/session/${encodeURIComponent(token)}`, { method: 'DELETE' });
  }

  ask(path: string, asking: Asking = {}): Promise<Answer> {
    const login = this.login === undefined ? {} : { login: this.login };
    return this.served.ask(path, { ...login, ...asking });
  }
}

export const ALIVE = '200';
export const NO_SESSION = '404 INVALID_SSO_TOKEN';
export const OTHER_FACTORS = '400 INVALID_SSO_TOKEN';

export function outcome({ status, body }: Answer): string {
  const reason = /<reason>([A-Z_]+)<|"reason":"([A-Z_]+)"/.exec(body);
  return [String(status), ...(reason ? [reason[1] ?? reason[2]] : [])].join(' ');
}
