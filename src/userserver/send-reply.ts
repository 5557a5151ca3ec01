import type { IncomingMessage, ServerResponse } from 'node:http';
import { acceptedFormat } from './accept.js';
import { sendPieces, sendText } from './answer.js';
import { writeJson } from './json-writer.js';
import type { Links } from './links.js';
import type { Reply } from './reply.js';
import { writeXml } from './xml-writer.js';

/** What is sent: the reply of a resource, or a refusal with its own status. */
interface Sent extends Omit<Reply, 'status'> {
  readonly status: number;
}

/** Sends a reply in the format that the request accepts. */
export async function sendReply(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, document, text = '' }: Sent,
  links: Links,
): Promise<void> {
  if (status === 204) {
    response.writeHead(status, headers).end();
    return;
  }
  const json =
    document?.kind !== 'memberships' && acceptedFormat(request.headers.accept) === 'JSON';
  // Without a charset: an npm client compares the whole header with `application/json`. And on an
  // empty answer too: another npm client takes one without a type for a failure.
  const type = json ? 'application/json' : 'application/xml';
  const head = { status, headers: { 'Content-Type': type, ...headers } };
  if (!document) {
    sendText(response, head, text);
    return;
  }
  await sendPieces(response, head, json ? writeJson(document, links) : writeXml(document, links));
}
