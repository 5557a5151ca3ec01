import type { Answer, Caller, GraphqlAnswer, Served } from './served.js';

const NAME = 'crowd.token_key';

export const SIGN_IN =
  'mutation($name: String!, $password: String!) { signIn(name: $name, password: $password) { revision expiresAt viewer { name type permissions user { name } } } }';

/** Somebody who uses a browser: it keeps the session cookie it is given and sends it along. */
export class TestBrowser {
  /** The token of the session, as the cookie has it. */
  token: string | null = null;
  private readonly served: Served;
  private readonly headers: Readonly<Record<string, string>>;

  /** @param headers sent with every request. */
  constructor(served: Served, headers: Readonly<Record<string, string>> = {}) {
    this.served = served;
    this.headers = headers;
  }

  get cookie(): Record<string, string> {
    return this.token === null ? {} : { cookie: `a=b; ${NAME}=${this.token}` };
  }

  async send(body: object, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const answer = await this.served.send({
      headers: { 'content-type': 'application/json', ...this.headers, ...this.cookie, ...headers },
      body: JSON.stringify(body),
    });
    const [set] = [answer.headers['set-cookie'] ?? []].flat();
    const value = set?.startsWith(`${NAME}=`) ? set.slice(NAME.length + 1).split(';')[0] : null;
    if (value !== null) this.token = value === '' ? null : value;
    return answer;
  }

  async ask<Data = Record<string, unknown>>(
    query: string,
    variables: Readonly<Record<string, unknown>> = {},
  ): Promise<GraphqlAnswer<Data>> {
    return JSON.parse((await this.send({ query, variables })).text) as GraphqlAnswer<Data>;
  }

  /** Signs in, which must come about. @returns the token. */
  async signIn({ name, password }: Caller): Promise<string> {
    const { errors } = await this.ask(SIGN_IN, { name, password });
    if (errors || this.token === null) throw new Error(`refused: ${JSON.stringify(errors)}`);
    return this.token;
  }

  /** The name of whoever the browser is signed in as, or the code of the refusal. */
  async whoAmI(): Promise<string> {
    const { data, errors } = await this.ask<{ viewer: { name: string } }>('{ viewer { name } }');
    return errors?.[0].extensions.code ?? data.viewer.name;
  }
}

/** A browser that has a token from somewhere else. */
export function browserWith(served: Served, token: string): TestBrowser {
  const browser = new TestBrowser(served);
  browser.token = token;
  return browser;
}
