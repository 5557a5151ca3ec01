import type { ServerResponse } from 'node:http';

/** Text gathered before it is sent: what is shorter goes out whole, with its length. */
const FLUSH_LENGTH = 64 * 1024;

export interface AnswerHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Sends a body as its pieces come and no faster than the client reads. Nothing is sent before the
 * first pieces are there, so what fails until then can still be answered with an error. The pieces
 * are left off when the client goes away.
 */
export async function sendPieces(
  response: ServerResponse,
  head: AnswerHead,
  pieces: AsyncIterable<string>,
): Promise<void> {
  let gathered = '';
  for await (const piece of pieces) {
    gathered += piece;
    if (gathered.length < FLUSH_LENGTH) continue;
    if (!response.headersSent) response.writeHead(head.status, head.headers);
    // A HEAD request has been told everything by now.
    if (response.req.method === 'HEAD') break;
    const full = !response.write(gathered);
    if (full && !response.destroyed) await writable(response);
    if (response.destroyed) return;
    gathered = '';
  }
  if (response.headersSent) response.end(gathered);
  else sendText(response, head, gathered);
}

/** Sends a short body whole; bytes are text in UTF-8. */
export function sendText(response: ServerResponse, head: AnswerHead, text: string | Buffer): void {
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.writeHead(head.status, head.headers);
  response.end(text);
}

/** Resolves when the response takes more, or when it is closed. */
function writable(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
