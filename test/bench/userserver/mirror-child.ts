import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a mirror answers to one method and URL. */
export interface Reflection {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export type MirrorWord =
  | { readonly said: 'READY'; readonly url: string }
  | { readonly said: 'HOLDING' };

/** A bare `node:http` server that does nothing but answer the bytes it was told. */
const held = new Map<string, Reflection>();
const server = createServer((request, response) => {
  const reflection = held.get(`${request.method} ${request.url}`);
  if (!reflection) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { ...reflection.headers, 'Content-Length': reflection.body.length });
  response.end(reflection.body);
});

const say = (word: MirrorWord) => process.send?.(word);

process.on('message', (reflections: readonly Reflection[]) => {
  held.clear();
  for (const reflection of reflections) {
    held.set(`${reflection.method} ${reflection.url}`, reflection);
  }
  say({ said: 'HOLDING' });
});
process.once('disconnect', () => {
  server.close();
  server.closeAllConnections();
});
server.listen(0, '127.0.0.1', () => {
  say({ said: 'READY', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
