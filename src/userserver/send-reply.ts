import type { IncomingMessage, ServerResponse } from 'node:http';
import { acceptedFormat } from './accept.js';
import { sendBytes, sendPieces, sendText } from './answer.js';
import { isShort } from './documents.js';
import { shortJson, writeJson } from './json-writer.js';
import type { Links } from './links.js';
import { writeMemberships } from './memberships-writer.js';
import type { Reply } from './reply.js';
import { writtenOnce } from './written.js';
import { shortXml, writeXml } from './xml-writer.js';

const shortJsonOnce = writtenOnce(shortJson);
const shortXmlOnce = writtenOnce(shortXml);

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
  response.setHeader('Content-Type', json ? 'application/json' : 'application/xml');
  const head = { status, headers };
  if (!document) {
    sendText(response, head, text);
  } else if (document.kind === 'memberships') {
    await sendBytes(response, head, writeMemberships(document.parts));
  } else if (isShort(document)) {
    sendText(response, head, json ? shortJsonOnce(document, links) : shortXmlOnce(document, links));
  } else {
    await sendPieces(response, head, json ? writeJson(document, links) : writeXml(document, links));
  }
}
