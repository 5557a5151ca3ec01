import type { IncomingHttpHeaders } from 'node:http';
import type { GatehouseError } from '../../domain/index.js';
import type { ServerFaults } from './server-faults.js';

/** Character sets whose bytes are UTF-8 as well. */
export const UTF8_NAMES: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii']);

const XML_TYPES: ReadonlySet<string> = new Set(['application/xml', 'text/xml']);
const CHARSET = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;"]*))/i;

/** Whether a body is compressed. None is asked for, so none is unpacked: a small one may hold a huge one. */
export function isEncoded({ 'content-encoding': encoding }: IncomingHttpHeaders): boolean {
  return encoding !== undefined && encoding.trim().toLowerCase() !== 'identity';
}

/** What keeps a body from being read as XML, by its headers; `null` when nothing does. */
export function mediaTypeFault(
  headers: IncomingHttpHeaders,
  faults: ServerFaults,
): GatehouseError<'PROTOCOL'> | null {
  if (isEncoded(headers)) {
    return faults.protocol(
      'Content-Encoding',
      `is \`${faults.quote(headers['content-encoding'] ?? '')}\` although none was asked for; check the proxy in between`,
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
