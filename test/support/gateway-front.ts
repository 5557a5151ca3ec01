import type { ServerResponse } from 'node:http';
import { type LocalServer, type ReceivedRequest, startServer } from './misbehaving-server.js';

/** What happens around the requests that pass by, counted from 1. */
export interface PassingBy {
  /** A request has come and is handed on afterwards. */
  asked(nth: number): Promise<void>;
  /** It was answered in full. */
  answered(nth: number): Promise<void>;
}

export const NOTHING: PassingBy = {
  asked: async () => undefined,
  answered: async () => undefined,
};

/**
 * Stands before a server under one address, whatever port the server has by now, and knows what is asked.
 * Where the server does not answer, the connection is cut.
 */
export class GatewayFront {
  readonly #server: LocalServer;
  readonly #target: () => string;
  #passingBy: PassingBy = NOTHING;
  #asked = 0;
  #failures: unknown[] = [];

  private constructor(server: LocalServer, target: () => string) {
    this.#server = server;
    this.#target = target;
  }

  /** @param target scheme, host and port of the server at the moment of a request. */
  static async start(target: () => string): Promise<GatewayFront> {
    const server = await startServer(() => undefined);
    const front = new GatewayFront(server, target);
    server.behave((request, response) => front.#pass(request, response));
    return front;
  }

  get url(): string {
    return this.#server.url;
  }

  /** Does the work while something happens around its requests. @throws what either of them throws. */
  async during<Result>(passingBy: PassingBy, work: () => Promise<Result>): Promise<Result> {
    this.#asked = 0;
    this.#failures = [];
    this.#passingBy = passingBy;
    const [ended] = await Promise.allSettled([work()]);
    this.#passingBy = NOTHING;
    if (this.#failures.length > 0) throw this.#failures[0];
    if (ended.status === 'rejected') throw ended.reason;
    return ended.value;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  async #pass(request: ReceivedRequest, response: ServerResponse): Promise<void> {
    this.#asked += 1;
    const nth = this.#asked;
    const passingBy = this.#passingBy;
    await this.#noting(passingBy.asked(nth));
    const answer = await handOn(this.#target(), request);
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
    await this.#noting(passingBy.answered(nth));
  }

  /** A client would see no more of it than a cut connection. */
  async #noting(happening: Promise<void>): Promise<void> {
    await happening.catch((error: unknown) => {
      this.#failures.push(error);
      throw error;
    });
  }
}

/** Asks a server what was asked of another. @returns its whole answer. */
export async function handOn(server: string, request: ReceivedRequest) {
  const { authorization = '', accept = '' } = request.headers;
  const answer = await fetch(`${server}${request.path}?${request.query}`, {
    method: request.method,
    headers: { authorization, accept, 'content-type': request.headers['content-type'] ?? '' },
    body: request.method === 'GET' ? null : request.body,
  });
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: Buffer.from(await answer.arrayBuffer()),
  };
}
