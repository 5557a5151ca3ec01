import { isGatehouseError } from '../../domain/index.js';
import type { CrowdAnswer } from './http-exchange.js';
import { isEncoded, mediaTypeFault } from './media-type.js';
import { pageText } from './page-text.js';
import { readOnlyRecord } from './record-document.js';

/** How much of an error page is read, in bytes; the sentence that matters comes early. */
const MAX_PAGE_BYTES = 64 * 1024;
/** How much of it is shown, in UTF-16 units. */
const MAX_SAYS_LENGTH = 200;

export interface ErrorBody {
  /** The reason code of an error document. */
  readonly reason: string | null;
  /** What the server says in its own words, without mark-up; `null` when it says nothing. */
  readonly says: string | null;
}

/** Reads what an error status comes with: the protocol's error document, or a container's HTML page. */
export async function readErrorBody(answer: CrowdAnswer): Promise<ErrorBody> {
  const { faults } = answer;
  if (mediaTypeFault(answer.headers, faults) === null) {
    try {
      const { fields } = await readOnlyRecord(answer.body, 'error', faults);
      return {
        reason: fields.get('reason')?.trim() || null,
        says: faults.quote(fields.get('message') ?? '', MAX_SAYS_LENGTH) || null,
      };
    } catch (error) {
      // The status alone tells enough when the document is not the protocol's.
      if (isGatehouseError(error, 'PROTOCOL')) return { reason: null, says: null };
      throw error;
    }
  }
  if (isEncoded(answer.headers)) {
    answer.discard();
    return { reason: null, says: null };
  }
  const page = await readBeginning(answer.body);
  const type = answer.headers['content-type'] ?? '';
  const text = /^\s*text\/html\b/i.test(type) ? pageText(page) : page;
  return { reason: null, says: faults.quote(text, MAX_SAYS_LENGTH) || null };
}

async function readBeginning(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= MAX_PAGE_BYTES) break;
  }
  return Buffer.concat(pieces).subarray(0, MAX_PAGE_BYTES).toString('utf8');
}
