import type { IncomingHttpHeaders } from 'node:http';
import type { GatehouseError } from '../../domain/index.js';
import type { ServerFaults } from './server-faults.js';

/** Character sets whose bytes are UTF-8 as well. */
export const UTF8_NAMES: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii']);

const XML_TYPES: ReadonlySet<string> = new Set(['application/xml', 'text/xml']);
const CHARSET = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;"]*))/i;

/** What keeps a body from being read as XML, by its headers; `null` when nothing does. */
export function mediaTypeFault(
  headers: IncomingHttpHeaders,
  faults: ServerFaults,
): GatehouseError<'PROTOCOL'> | null {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') {
    return faults.protocol(
      'Content-Encoding',
      `is \`${faults.quote(encoding)}\` although none was asked for; check the proxy in between`,
    );
  }
  const type = headers['content-type'];
  if (type === undefined) return faults.protocol('Content-Type', 'is missing');
  if (!XML_TYPES.has((type.split(';', 1)[0] ?? '').trim().toLowerCase())) {
    return faults.protocol(
      'Content-Type',
      `is \`${faults.quote(type)}\`, not XML: this may be a sign-in page; check the URL's path`,
    );
  }
  const [, quoted, plain] = CHARSET.exec(type) ?? [];
  const charset = (quoted ?? plain ?? 'utf-8').trim().toLowerCase();
  if (UTF8_NAMES.has(charset)) return null;
  return faults.protocol(
    'Content-Type',
    `names the character set \`${faults.quote(charset)}\`; only UTF-8 is read`,
  );
}
