import type { ServerResponse } from 'node:http';

/** Text gathered before it is sent: what is shorter goes out whole, with its length. */
export const FLUSH_LENGTH = 64 * 1024;

/** Pieces on their way while the next one is made: a client that reads fast never waits for us alone. */
export const PIECES_UNDER_WAY = 3;

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
  await sendBytes(response, head, gathered(pieces));
}

/**
 * The same of pieces of which all but the last are at least `FLUSH_LENGTH`. Whoever makes them in the
 * same memory needs room for `PIECES_UNDER_WAY`: so many are the one that is made and those before it
 * that are still looked at.
 */
export async function sendBytes(
  response: ServerResponse,
  head: AnswerHead,
  pieces: AsyncIterable<string | Buffer>,
): Promise<void> {
  const underWay: Promise<void>[] = [];
  let last: string | Buffer = '';
  for await (const piece of pieces) {
    if (piece.length < FLUSH_LENGTH) {
      last = piece;
      continue;
    }
    if (!response.headersSent) response.writeHead(head.status, head.headers);
    // A HEAD request has been told everything by now.
    if (response.req.method === 'HEAD') break;
    underWay.push(write(response, piece));
    if (underWay.length === PIECES_UNDER_WAY) await underWay.shift();
    if (response.destroyed) return;
  }
  if (response.headersSent) response.end(last);
  else sendText(response, head, last);
}

async function* gathered(pieces: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  let text = '';
  for await (const piece of pieces) {
    text += piece;
    if (text.length < FLUSH_LENGTH) continue;
    yield text;
    text = '';
  }
  yield text;
}

/** Sends a short body whole; bytes are text in UTF-8. */
export function sendText(response: ServerResponse, head: AnswerHead, text: string | Buffer): void {
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.writeHead(head.status, head.headers);
  response.end(text);
}

/** Resolves when the system has taken the piece, or when the response is closed. */
function write(response: ServerResponse, piece: string | Buffer): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('close', done);
      resolve();
    };
    response.on('close', done);
    response.write(piece, done);
  });
}
