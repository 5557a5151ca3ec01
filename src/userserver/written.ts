import type { ShortDocument } from './documents.js';
import type { Links } from './links.js';

interface Written {
  /** The base address of its links. */
  readonly base: string;
  /** Bytes, because text would be encoded anew each time it is sent. */
  readonly bytes: Buffer;
}

/**
 * Writes short documents in one format, and a user or group without attributes once for as long as
 * it is the same object. Clients ask about the same ones again and again; a row that is remembered is
 * one object until it has changed, and then it is another one. So nothing written here is ever out of
 * date, and it goes with its row, of which `RowMemory` says how many are kept. Of each it is kept for
 * the base address that was asked for last.
 */
export function writtenOnce(
  write: (document: ShortDocument, links: Links) => string,
): (document: ShortDocument, links: Links) => string | Buffer {
  const kept = new WeakMap<object, Written>();
  return (document, links) => {
    const row = rowOf(document);
    if (row === null) return write(document, links);
    const before = kept.get(row);
    if (before?.base === links.base) return before.bytes;
    const bytes = Buffer.from(write(document, links));
    kept.set(row, { base: links.base, bytes });
    return bytes;
  };
}

/** The row that is all that the document is made of. */
function rowOf(document: ShortDocument): object | null {
  switch (document.kind) {
    case 'user':
      return document.attributes === undefined ? document.user : null;
    case 'group':
      return document.attributes === undefined ? document.group : null;
    default:
      return null;
  }
}
