/** V8 copies what is shorter; what is longer is a view of the text that it was cut out of. */
const SHORTEST_VIEW = 13;
const ROOM = Buffer.allocUnsafeSlow(4_096);
/** Bytes that one UTF-16 unit may take in UTF-8. */
const MOST_BYTES = 3;

/**
 * The same text without the longer one that it was cut out of. Thousands of them live for as long as a
 * page is read, and each would keep a piece of the document alive for longer than the garbage collector
 * watches what is young.
 */
export function ownCopy(text: string): string {
  if (text.length < SHORTEST_VIEW) return text;
  if (text.length * MOST_BYTES > ROOM.length || !text.isWellFormed())
    return Buffer.from(text, 'utf16le').toString('utf16le');
  return ROOM.toString('utf8', 0, ROOM.write(text));
}
