// The production Char of XML 1.0; with the `u` flag half a surrogate pair counts as forbidden.
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const SPECIAL = /[&<>"'\t\n\r]/g;

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // Readers turn line ends and, in attributes, white space into other characters unless they are references.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Whether XML 1.0 can carry `text` at all. */
export function fitsXml(text: string): boolean {
  return !FORBIDDEN.test(text);
}

/** `text` as it stands in an element or a quoted attribute. It must fit XML (`fitsXml`). */
export function escapeXml(text: string): string {
  if (!fitsXml(text)) throw new RangeError('the text holds characters that XML cannot carry');
  return text.replace(SPECIAL, (character) => REFERENCES[character] ?? character);
}
