import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { createUserServer } from '../../src/userserver/index.js';
import { openTestGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway.js';
import { APPLICATION } from './company.js';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** `null` sends none; the company's application when left out. */
  readonly login?: { readonly name: string; readonly password: string } | null;
}

/** A user server on the loopback address, and a client that speaks to it. */
export interface Served extends TestGateway {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Asks for a path, such as `/user?username=ann`, below `/rest/usermanagement/1`. */
  ask(path: string, asking?: Asking): Promise<Answer>;
  /** Asks for a path from the root. */
  askAt(path: string, asking?: Asking): Promise<Answer>;
}

export const BASE = '/rest/usermanagement/1';
export const JSON_ONLY = { accept: 'application/json' };

export async function serve(
  options: TestGatewayOptions & {
    readonly trustedProxies?: readonly string[];
    readonly host?: string;
  } = {},
): Promise<Served> {
  const opened = await openTestGateway(options);
  const handle = createUserServer(opened.gateway, {
    version: '1.2.3',
    trustedProxies: options.trustedProxies ?? [],
  });
  const server = createServer((incoming, response) => {
    handle(incoming, response).then((mine) => {
      if (!mine) response.writeHead(404).end('somebody else');
    });
  });
  const origin = await listen(server, options.host ?? '127.0.0.1');
  const agent = new Agent({ keepAliveTimeout: 1_000 });
  const askAt = async (path: string, asking: Asking = {}): Promise<Answer> => {
    const { statusCode, headers, body } = await request(origin + path, {
      dispatcher: agent,
      method: (asking.method ?? 'GET') as 'GET',
      headers: { ...loginHeader(asking.login), ...asking.headers },
      body: asking.body ?? null,
    });
    return { status: statusCode, headers, body: await body.text() };
  };
  return {
    ...opened,
    origin,
    askAt,
    ask: (path, asking) => askAt(BASE + path, asking),
    async close() {
      await agent.close();
      await new Promise((resolve) => server.close(resolve));
      await opened.close();
    },
  };
}

export function loginHeader(login: Asking['login'] = APPLICATION): Record<string, string> {
  if (login === null) return {};
  const encoded = Buffer.from(`${login.name}:${login.password}`).toString('base64');
  return { authorization: `Basic ${encoded}` };
}

/** The names in a list, in its order, and the element names, so that a wrong root shows. */
export function namesIn(answer: Answer): string[] {
  if (answer.status !== 200) throw new Error(`status ${answer.status}: ${answer.body}`);
  const list =
    /^<\?xml [^>]*\?><(?:users|groups) expand="(?:user|group)">(.*)<\/(?:users|groups)>$/s;
  const [, inner] = list.exec(answer.body) ?? [];
  if (inner === undefined) throw new Error(`no list: ${answer.body}`);
  return [...inner.matchAll(/<(?:user|group) name="([^"]*)"/g)].map(([, name]) => name);
}

/** The reason of an error document in XML. */
export function reasonIn({ body }: Answer): string | null {
  return (
    /^<\?xml [^>]*\?><error><reason>([A-Z_]+)<\/reason><message>[^<]+<\/message><\/error>$/.exec(
      body,
    )?.[1] ?? null
  );
}

async function listen(server: Server, host: string): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
