import type { IncomingMessage } from 'node:http';
import { GatehouseError } from '../domain/index.js';
import { MAX_REQUEST_BYTES } from './limits.js';

const MAX_DISCARDED_BYTES = 8 * MAX_REQUEST_BYTES;

/** A body that is no JSON text in UTF-8, or says that it is something else. */
export class UnreadableBody extends Error {
  readonly status: 400 | 415;

  constructor(status: 400 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The JSON value of a request's body.
 * @throws UnreadableBody, GatehouseError `REQUEST_TOO_LARGE`.
 */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const [type, ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  if (type.trim() !== 'application/json' || !parameters.every(isUtf8)) {
    throw new UnreadableBody(415, 'send the request as `application/json` in UTF-8');
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new UnreadableBody(415, 'send the request without a content encoding');
  }
  const text = new TextDecoder('utf-8', { fatal: true });
  const bytes = await readBytes(request);
  try {
    return JSON.parse(text.decode(bytes));
  } catch {
    throw new UnreadableBody(400, 'the body is no JSON text in UTF-8');
  }
}

/**
 * Reads to the end. What is beyond the limit is thrown away as it comes, so that a client that sends
 * somewhat too much has sent it all when the refusal arrives, and does not miss it.
 */
function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_REQUEST_BYTES) chunks.push(chunk);
      else if (length > MAX_DISCARDED_BYTES) reject(tooLarge());
    });
    request.once('end', () => {
      if (length > MAX_REQUEST_BYTES) reject(tooLarge());
      else resolve(Buffer.concat(chunks));
    });
    request.once('close', () => reject(new Error('the client went away while it was sending')));
    request.once('error', reject);
  });
}

/** Other parameters than the character set mean nothing to us. */
function isUtf8(parameter: string): boolean {
  const [name, value] = parameter.trim().split('=');
  return name !== 'charset' || /^"?utf-?8"?$/.test(value ?? '');
}

function tooLarge(): GatehouseError {
  return new GatehouseError('REQUEST_TOO_LARGE', { limit: `${MAX_REQUEST_BYTES} bytes` });
}
