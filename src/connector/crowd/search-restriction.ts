import { escapeXml } from './xml-text.js';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';

/** The body of a search for everything. */
export const EVERYTHING = `${DECLARATION}<null-search-restriction/>`;

/** The body of a search for any of `names`, which must fit XML. The server compares without regard to case. */
export function anyOfNames(names: readonly string[]): string {
  const restrictions = names.map(
    (name) =>
      '<property-search-restriction>' +
      '<property><name>name</name><type>STRING</type></property>' +
      `<match-mode>EXACTLY_MATCHES</match-mode><value>${escapeXml(name)}</value>` +
      '</property-search-restriction>',
  );
  return (
    `${DECLARATION}<boolean-search-restriction boolean-logic="or">` +
    `<restrictions>${restrictions.join('')}</restrictions></boolean-search-restriction>`
  );
}

/** The body that carries a password to `/authentication`. It must fit XML. */
export function passwordDocument(password: string): string {
  return `${DECLARATION}<password><value>${escapeXml(password)}</value></password>`;
}
