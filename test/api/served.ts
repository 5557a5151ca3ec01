import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import { type Api, type ApiOptions, createApi } from '../../src/api/index.js';
import { openTestGateway, type TestGateway, type TestGatewayOptions } from '../support/gateway.js';

/** Who signs in; `null` sends no credentials. */
export interface Caller {
  readonly name: string;
  readonly password: string;
}

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: string;
    readonly details?: Readonly<Record<string, unknown>>;
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly text: string;
}

/** A GraphQL answer; the test says what it expects of the data. */
export interface GraphqlAnswer<Data> {
  readonly data: Data;
  readonly errors?: readonly GraphqlError[];
}

/** A gateway that answers GraphQL on the loopback address, and a client that speaks to it. */
export interface Served extends TestGateway {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly api: Api;
  /** Sends any request, by default a POST to `/graphql`. */
  send(options: {
    readonly path?: string;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Buffer;
    readonly as?: Caller | null;
  }): Promise<Answer>;
  /** Runs an operation; whatever comes back is given as it is. */
  ask<Data = Record<string, unknown>>(
    as: Caller | null,
    query: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<GraphqlAnswer<Data>>;
  /** The same, for operations that must succeed. */
  read<Data = Record<string, unknown>>(
    as: Caller,
    query: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<Data>;
  /** The code of the one error that an operation must end with. */
  codeOf(
    as: Caller | null,
    query: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<string | null>;
}

export const OPERATOR: Caller = { name: 'operator', password: 'break the glass' };

/** @param options the operator is there unless it says otherwise. */
export async function serve(
  options: TestGatewayOptions & Partial<ApiOptions> = {},
): Promise<Served> {
  const opened = await openTestGateway({ breakGlass: OPERATOR, ...options });
  const api = await createApi(opened.gateway, { trustedProxies: [], ...options });
  const server = createServer((incoming, response) => {
    api.handle(incoming, response).then((mine) => {
      if (!mine) response.writeHead(404).end('somebody else');
    });
  });
  server.on('upgrade', (incoming, socket, head) => api.handleUpgrade(incoming, socket, head));
  const origin = await listen(server);
  const agent = new Agent({ keepAliveTimeout: 1_000 });

  const send: Served['send'] = async (asking) => {
    const { statusCode, headers, body } = await request(origin + (asking.path ?? '/graphql'), {
      dispatcher: agent,
      method: (asking.method ?? 'POST') as Dispatcher.HttpMethod,
      headers: { ...authorization(asking.as ?? null), ...asking.headers },
      body: asking.body ?? null,
    });
    return { status: statusCode, headers, text: await body.text() };
  };
  const ask = async <Data>(
    as: Caller | null,
    query: string,
    variables: Readonly<Record<string, unknown>> = {},
  ) => {
    const { text } = await send({
      as,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return JSON.parse(text) as GraphqlAnswer<Data>;
  };
  return {
    ...opened,
    origin,
    api,
    send,
    ask,
    async read<Data>(as: Caller, query: string, variables = {}) {
      const { data, errors } = await ask<Data>(as, query, variables);
      if (errors) throw new Error(`refused: ${JSON.stringify(errors)}`);
      return data;
    },
    async codeOf(as, query, variables = {}) {
      const { errors } = await ask(as, query, variables);
      return errors?.[0].extensions.code ?? null;
    },
    async close() {
      await agent.destroy();
      await api.stop();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await opened.close();
    },
  };
}

export function authorization(caller: Caller | null): Record<string, string> {
  if (caller === null) return {};
  const text = Buffer.from(`${caller.name}:${caller.password}`, 'utf8').toString('base64');
  return { authorization: `Basic ${text}` };
}

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}
