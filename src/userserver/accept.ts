export type Format = 'XML' | 'JSON';

interface Range {
  readonly type: string;
  readonly quality: number;
}

/** What most clients send, and means what it says. */
const PLAIN: ReadonlyMap<string | undefined, Format> = new Map([
  ['application/json', 'JSON'],
  ['application/xml', 'XML'],
]);

const PARAMETER_QUALITY = /;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)/i;

/**
 * The format a client wants, by its `Accept` header: the one with the higher quality, then the one
 * that is named itself, then XML, which Crowd names first. XML too for a client that accepts
 * neither, rather than no answer.
 */
export function acceptedFormat(accept: string | undefined): Format {
  const plain = PLAIN.get(accept);
  if (plain !== undefined) return plain;
  const ranges = (accept ?? '*/*').split(',').map(readRange);
  const xml = preference(ranges, ['application/xml', 'text/xml']);
  const json = preference(ranges, ['application/json']);
  return json > xml ? 'JSON' : 'XML';
}

/** Quality first, then how closely the type was named. */
function preference(ranges: readonly Range[], types: readonly string[]): number {
  const bySpecificity = [types, ['application/*'], ['*/*']];
  for (const [distance, names] of bySpecificity.entries()) {
    const range = ranges.find(({ type }) => names.includes(type));
    if (range) return range.quality === 0 ? 0 : range.quality * 10 - distance / 1_000;
  }
  return 0;
}

function readRange(text: string): Range {
  const [type = ''] = text.split(';', 1);
  const quality = PARAMETER_QUALITY.exec(text)?.[1];
  return { type: type.trim().toLowerCase(), quality: quality === undefined ? 1 : Number(quality) };
}
