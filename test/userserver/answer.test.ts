import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { sendPieces } from '../../src/userserver/answer.js';

const HEAD = { status: 200, headers: { 'Content-Type': 'text/plain' } };

/** Serves every request with `answer`, lets `work` talk to it, and closes. */
async function withServer(
  answer: (response: ServerResponse) => Promise<void>,
  work: (port: number) => Promise<void>,
): Promise<void> {
  const server = createServer((_, response) => {
    answer(response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await work((server.address() as AddressInfo).port);
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}

async function* pieces(...texts: string[]): AsyncGenerator<string, void, void> {
  yield* texts;
}

describe('sending pieces', () => {
  it('keeps an endless document waiting for its reader, and leaves it off with them', async () => {
    let made = 0;
    let leftOff = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      leftOff = resolve;
    });
    async function* endless(): AsyncGenerator<string, void, void> {
      try {
        for (;;) {
          made++;
          yield 'x'.repeat(100_000);
        }
      } finally {
        leftOff();
      }
    }
    await withServer(
      (response) => sendPieces(response, HEAD, endless()),
      async (port) => {
        const socket = connect(port, '127.0.0.1');
        socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
        // Without back-pressure the document would never let anybody have a turn.
        await new Promise((resolve) => socket.once('readable', resolve));
        const before = made;
        socket.resume();
        while (made < before + 50) await new Promise((resolve) => socket.once('data', resolve));
        socket.destroy();
        await ended;
      },
    );
  });

  it('sends a short document whole and with its length in bytes', async () => {
    await withServer(
      (response) => sendPieces(response, HEAD, pieces('é', '', 'ü')),
      async (port) => {
        const response = await fetch(`http://127.0.0.1:${port}`);
        expect(response.headers.get('content-length')).toBe('4');
        expect(await response.text()).toBe('éü');
      },
    );
  });

  it('does not end a document that fails on its way', async () => {
    async function* failing(): AsyncGenerator<string, void, void> {
      yield 'x'.repeat(100_000);
      throw new Error('lost');
    }
    await withServer(
      (response) => sendPieces(response, HEAD, failing()),
      async (port) => {
        const response = await fetch(`http://127.0.0.1:${port}`);
        expect(response.status).toBe(200);
        await expect(response.text()).rejects.toThrow();
      },
    );
  });

  it('has sent nothing when the first pieces fail', async () => {
    async function* failing(): AsyncGenerator<string, void, void> {
      yield 'x';
      throw new Error('lost');
    }
    await withServer(
      async (response) => {
        await sendPieces(response, HEAD, failing()).catch(() => response.writeHead(418).end());
      },
      async (port) => {
        expect((await fetch(`http://127.0.0.1:${port}`)).status).toBe(418);
      },
    );
  });
});
