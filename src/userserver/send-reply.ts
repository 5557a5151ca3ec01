import type { IncomingMessage, ServerResponse } from 'node:http';
import { acceptedFormat } from './accept.js';
import { sendBytes, sendPieces, sendText } from './answer.js';
import type { KeptAnswer } from './answer-memory.js';
import { isShort, type ShortDocument } from './documents.js';
import { shortJson, writeJson } from './json-writer.js';
import type { Links } from './links.js';
import type { Reply } from './reply.js';
import { shortXml, writeXml } from './xml-writer.js';

/** What is sent: the reply of a resource, or a refusal with its own status. */
interface Sent extends Omit<Reply, 'status'> {
  readonly status: number;
}

/** Sends an answer that was sent before. */
export function sendKept(response: ServerResponse, { type, body }: KeptAnswer): void {
  response.setHeader('Content-Type', type);
  sendText(response, { status: 200, headers: {} }, body);
}

/**
 * Sends a reply in the format that the request accepts.
 * @returns what was sent, if it can be kept: one user or one group, as the index and its row have it.
 */
export async function sendReply(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, document, text = '' }: Sent,
  links: Links,
): Promise<KeptAnswer | null> {
  if (status === 204) {
    response.writeHead(status, headers).end();
    return null;
  }
  const json =
    document?.kind !== 'memberships' && acceptedFormat(request.headers.accept) === 'JSON';
  // Without a charset: an npm client compares the whole header with `application/json`. And on an
  // empty answer too: another npm client takes one without a type for a failure.
  const type = json ? 'application/json' : 'application/xml';
  response.setHeader('Content-Type', type);
  const head = { status, headers };
  if (!document) {
    sendText(response, head, text);
  } else if (document.kind === 'memberships') {
    const { length, pieces } = document;
    if (length !== null) response.setHeader('Content-Length', length);
    await sendBytes(response, head, pieces);
  } else if (isShort(document)) {
    const body = Buffer.from(json ? shortJson(document, links) : shortXml(document, links));
    sendText(response, head, body);
    return isOfRow(document) ? { type, body } : null;
  } else {
    await sendPieces(response, head, json ? writeJson(document, links) : writeXml(document, links));
  }
  return null;
}

/** Attributes are in no row. */
function isOfRow(document: ShortDocument): boolean {
  const { kind } = document;
  return (kind === 'user' || kind === 'group') && document.attributes === undefined;
}
