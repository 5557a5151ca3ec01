/** Elements whose content is not for the reader of a page. */
const UNSHOWN: ReadonlySet<string> = new Set(['head', 'script', 'style']);

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
};

const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi;

/**
 * What a person would read on an HTML page. It is only shown to people, so this is no HTML parser; it
 * passes once over the text and cannot be made slow by what the page holds.
 */
export function pageText(html: string): string {
  // Letters of other alphabets may become longer, and then nothing would be where it is in `html`.
  const lower = html.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  const parts: string[] = [];
  let position = 0;
  for (;;) {
    const open = html.indexOf('<', position);
    parts.push(html.slice(position, open < 0 ? undefined : open));
    if (open < 0) break;
    const end = endOfMarkup(lower, open);
    if (end < 0) break;
    position = end;
  }
  return parts
    .join(' ')
    .replace(REFERENCE, (reference, decimal?: string, hexadecimal?: string, name?: string) => {
      if (decimal !== undefined) return characterOf(Number(decimal));
      if (hexadecimal !== undefined) return characterOf(Number.parseInt(hexadecimal, 16));
      return NAMED[name ?? ''] ?? reference;
    })
    .replace(/\s+/g, ' ')
    .trim();
}

/** Where the text goes on after the mark-up at `open`; -1 when it does not. */
function endOfMarkup(lower: string, open: number): number {
  if (lower.startsWith('<!--', open)) return after(lower, '-->', open);
  const name = /^<([a-z]+)/.exec(lower.slice(open, open + 8))?.[1];
  if (name === undefined || !UNSHOWN.has(name)) return after(lower, '>', open);
  const close = lower.indexOf(`</${name}`, open);
  return close < 0 ? -1 : after(lower, '>', close);
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? -1 : at + mark.length;
}

function characterOf(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
}
