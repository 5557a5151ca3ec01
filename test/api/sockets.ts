import { type Client, type ClientOptions, createClient } from 'graphql-ws';
import { type ClientOptions as SocketOptions, WebSocket } from 'ws';
import type { GraphqlAnswer, GraphqlError } from './served.js';

/** How a socket ended. */
export interface Ended {
  readonly code: number;
  readonly reason: string;
}

/** A client that sends these headers when it opens its socket. It does not come again by itself. */
export function socketClient(
  origin: string,
  headers: Readonly<Record<string, string>>,
  options: Partial<ClientOptions> = {},
): Client {
  class SocketWithHeaders extends WebSocket {
    constructor(address: string, protocols: string | string[]) {
      super(address, protocols, { headers } satisfies SocketOptions);
    }
  }
  return createClient({
    url: `${origin.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: SocketWithHeaders,
    retryAttempts: 0,
    ...options,
  });
}

/** A subscription whose answers are taken one by one. */
export class Listening<Data> {
  private readonly answers: AsyncIterator<unknown>;

  constructor(client: Client, query: string, variables: Record<string, unknown> = {}) {
    this.answers = client.iterate({ query, variables })[Symbol.asyncIterator]();
  }

  /** The next answer; fails when the stream has ended. */
  async next(): Promise<Data> {
    const { data, errors } = await this.answer();
    if (errors) throw new Error(`refused: ${JSON.stringify(errors)}`);
    return data;
  }

  async answer(): Promise<GraphqlAnswer<Data>> {
    const { value, done } = await this.answers.next();
    if (done) throw new Error('the stream has ended');
    return value as GraphqlAnswer<Data>;
  }

  /** Waits for the end; fails when there is a further answer. */
  async ended(): Promise<void> {
    const { value, done } = await this.answers.next();
    if (!done) throw new Error(`a further answer came: ${JSON.stringify(value)}`);
  }

  async stop(): Promise<void> {
    await this.answers.return?.();
  }
}

/** Runs one operation over a socket and gives the one answer it has, or the errors it was refused with. */
export function askOver<Data = Record<string, unknown>>(
  client: Client,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<GraphqlAnswer<Data | null>> {
  return new Promise((resolve, reject) => {
    client.subscribe(
      { query, variables },
      {
        next: (answer) => resolve(answer as unknown as GraphqlAnswer<Data>),
        error: (error) =>
          Array.isArray(error)
            ? resolve({ data: null, errors: error as readonly GraphqlError[] })
            : reject(error),
        complete: () => reject(new Error('there was no answer')),
      },
    );
  });
}

/** Opens a socket by hand, and says how the server ended it, before or after it was open. */
export function openByHand(
  origin: string,
  options: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly path?: string;
    readonly protocol?: string;
    /** What is sent as soon as the socket is open. */
    readonly messages?: readonly (object | string)[];
  },
): Promise<{ readonly status: number; readonly challenge?: string } | Ended> {
  const address = `${origin.replace(/^http/, 'ws')}${options.path ?? '/graphql'}`;
  const socket = new WebSocket(address, options.protocol ?? 'graphql-transport-ws', {
    headers: { ...options.headers },
  });
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      resolve({
        status: response.statusCode ?? 0,
        challenge: response.headers['www-authenticate'],
      });
    });
    socket.once('open', () => {
      for (const message of options.messages ?? []) {
        socket.send(typeof message === 'string' ? message : JSON.stringify(message));
      }
    });
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
    socket.once('error', reject);
  });
}
