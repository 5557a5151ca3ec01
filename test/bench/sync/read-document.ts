import { SaxesParser } from 'saxes';
import { APPLICATION } from '../gateway/company.js';
import { PASSWORD } from '../gateway/gateway-handle.js';

/** Entries in a page, as the connector asks for them. */
const PAGE_SIZE = 1_000;
const EVERYTHING = '<?xml version="1.0" encoding="UTF-8"?><null-search-restriction/>';

/** What a full synchronisation fetches, piece by piece as it comes. Ends with the document. */
type Document = AsyncIterable<Uint8Array>;

/** Every document of a full synchronisation from a server: pages of users, pages of groups, memberships. */
export async function* documentsOf(server: string): AsyncGenerator<Document, void, void> {
  const base = `${server}/rest/usermanagement/1`;
  const basic = Buffer.from(`${APPLICATION}:${PASSWORD}`).toString('base64');
  const headers = { authorization: `Basic ${basic}`, accept: 'application/xml' };
  for (const type of ['user', 'group']) {
    for (let from = 0, length = 1; length > 0; from += PAGE_SIZE) {
      const query = `entity-type=${type}&start-index=${from}&max-results=${PAGE_SIZE}&expand=${type}`;
      const page = await fetch(`${base}/search?${query}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/xml' },
        body: EVERYTHING,
      });
      const pieces: Uint8Array[] = [];
      for await (const piece of bodyOf(page)) pieces.push(piece);
      length = Buffer.concat(pieces).includes(`<${type} `) ? 1 : 0;
      yield (async function* () {
        yield* pieces;
      })();
    }
  }
  yield bodyOf(await fetch(`${base}/group/membership`, { headers }));
}

function bodyOf(response: Response): Document {
  if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
  return response.body as unknown as Document;
}

/** Takes the pieces and does nothing. @returns bytes. */
export async function drain(documents: AsyncIterable<Document>): Promise<number> {
  let bytes = 0;
  for await (const document of documents) for await (const piece of document) bytes += piece.length;
  return bytes;
}

/** Parses as fast as the XML library does, and does nothing with what it finds. @returns elements. */
export async function parse(documents: AsyncIterable<Document>): Promise<number> {
  let elements = 0;
  for await (const document of documents) {
    const parser = new SaxesParser({ xmlns: false });
    const decoder = new TextDecoder('utf-8', { fatal: true });
    parser.on('opentag', () => {
      elements += 1;
    });
    for await (const piece of document) parser.write(decoder.decode(piece, { stream: true }));
    parser.write(decoder.decode()).close();
  }
  return elements;
}

/** The same documents from memory. */
export async function kept(documents: AsyncIterable<Document>): Promise<Document[]> {
  const all: Document[] = [];
  for await (const document of documents) {
    const pieces: Uint8Array[] = [];
    for await (const piece of document) pieces.push(piece);
    all.push({
      async *[Symbol.asyncIterator]() {
        yield* pieces;
      },
    });
  }
  return all;
}
