import type { IncomingMessage } from 'node:http';
import { GatehouseError } from '../domain/index.js';
import type { Format } from './accept.js';
import { badInput, Refusal } from './errors.js';

/** Room for a search of several thousand names. */
const MAX_BODY_BYTES = 1024 * 1024;

const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['application/xml', 'XML'],
  // Not among Crowd's, but there are clients that send it.
  ['text/xml', 'XML'],
  ['application/json', 'JSON'],
]);
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)"?/i;
const UTF8_NAMES: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii']);

export interface RequestBody {
  readonly format: Format;
  readonly text: string;
}

/**
 * Reads a request's body, which must be XML or JSON in UTF-8.
 * @throws GatehouseError `REQUEST_TOO_LARGE` above 1 MiB; `INPUT_INVALID` for other bytes than UTF-8.
 * @throws Refusal 415 for another type.
 */
export async function readRequestBody(request: IncomingMessage): Promise<RequestBody> {
  const format = readFormat(request);
  const bytes = await readBytes(request);
  try {
    return { format, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    throw badInput('body', 'is not UTF-8');
  }
}

function readFormat({ headers }: IncomingMessage): Format {
  const type = headers['content-type'] ?? '';
  const format = FORMATS.get(type.split(';', 1)[0].trim().toLowerCase());
  const charset = CHARSET.exec(type)?.[1] ?? 'utf-8';
  const encoding = headers['content-encoding'] ?? 'identity';
  if (
    format === undefined ||
    !UTF8_NAMES.has(charset.toLowerCase()) ||
    encoding.toLowerCase() !== 'identity'
  ) {
    throw new Refusal(
      { status: 415, reason: 'ILLEGAL_ARGUMENT' },
      'send the body as application/xml or application/json, in UTF-8 and not compressed',
    );
  }
  return format;
}

function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    const take = (piece: Buffer) => {
      length += piece.length;
      pieces.push(piece);
      if (length <= MAX_BODY_BYTES) return;
      // Not destroyed: the rest passes unread, so that the client gets to read why it was refused.
      request.off('data', take);
      request.resume();
      reject(new GatehouseError('REQUEST_TOO_LARGE', { limit: '1 MiB' }));
    };
    const left = () => reject(new Error('the client left in the middle of its request'));
    // Of one that left while its application was looked up nothing more is heard.
    if (request.destroyed) left();
    request.on('data', take);
    request.on('end', () => resolve(Buffer.concat(pieces)));
    request.on('error', reject);
    request.on('close', left);
  });
}
