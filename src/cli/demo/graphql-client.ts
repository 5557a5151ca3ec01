import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** A gateway's GraphQL as an outsider speaks it: HTTP and WebSocket with Basic credentials. */
export class GraphqlClient {
  private readonly url: string;
  private readonly authorization: string;

  constructor(url: string, name: string, password: string) {
    this.url = `${url}/graphql`;
    this.authorization = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
  }

  /** @throws Error with the first error's code and message. */
  async ask<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: this.authorization },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as {
      data?: Data;
      errors?: { message: string; extensions?: { code?: string } }[];
    };
    if (answer.errors?.length || !answer.data) {
      const [error] = answer.errors ?? [];
      throw new Error(
        `${error?.extensions?.code ?? response.status}: ${error?.message ?? 'no data'}`,
      );
    }
    return answer.data;
  }

  /** A connection for subscriptions; `dispose` closes it. */
  connect(): Client {
    return createClient({
      url: this.url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: this.authorization },
      lazy: false,
      retryAttempts: 0,
    });
  }
}
