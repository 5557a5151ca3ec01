import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readOnlyRecord } from '../../src/connector/crowd/record-document.js';
import { anyOfNames, passwordDocument } from '../../src/connector/crowd/search-restriction.js';
import { ServerFaults } from '../../src/connector/crowd/server-faults.js';
import { readXml } from '../../src/connector/crowd/xml-reader.js';
import { escapeXml, fitsXml } from '../../src/connector/crowd/xml-text.js';

const faults = new ServerFaults('http://127.0.0.1', []);

/** Any text XML can carry, with more of the characters that matter than chance would give. */
const xmlText = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom('&', '<', '>', '"', "'", '\t', '\n', '\r', ']', ';', ' ', '\u0085', '\u2028'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  })
  .filter(fitsXml);

/** A document cut into pieces of `length` bytes: cuts fall within characters, references and tags. */
async function* pieces(document: string, length: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(document);
  for (let from = 0; from < bytes.length; from += length) {
    yield bytes.subarray(from, from + length);
  }
}

const pieceLength = fc.integer({ min: 1, max: 40 });

describe('text in XML', () => {
  it('comes back as it was written, from attributes and elements', async () => {
    await fc.assert(
      fc.asyncProperty(xmlText, xmlText, pieceLength, async (name, value, length) => {
        const document = `<user name="${escapeXml(name)}"><key>${escapeXml(value)}</key></user>`;
        const record = await readOnlyRecord(pieces(document, length), 'user', faults);
        expect(record.attributes.name).toBe(name);
        expect(record.fields.get('key')).toBe(value);
      }),
    );
  });

  it('comes back from the password document', async () => {
    await fc.assert(
      fc.asyncProperty(xmlText, pieceLength, async (password, length) => {
        const document = pieces(passwordDocument(password), length);
        const record = await readOnlyRecord(document, 'password', faults);
        expect(record.fields.get('value')).toBe(password);
      }),
    );
  });

  it('comes back from a search for names', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(xmlText, { minLength: 1 }), pieceLength, async (names, length) => {
        const found: string[] = [];
        const listener = (emit: (name: string) => void) => ({
          open: () => {},
          close: (name: string, depth: number, text: string) => {
            if (name === 'value' && depth === 4) emit(text);
          },
        });
        const document = pieces(anyOfNames(names), length);
        for await (const name of readXml(
          document,
          'boolean-search-restriction',
          faults,
          listener,
        )) {
          found.push(name);
        }
        expect(found).toEqual(names);
      }),
    );
  });

  it.each([
    '\u0000',
    'a\u0008',
    '\u000B',
    '\u001F',
    '\uFFFE',
    '\uFFFF',
    '\uD800',
    '\uDC00',
    'a\uD800b',
  ])('cannot hold %j', (text) => {
    expect(fitsXml(text)).toBe(false);
    expect(() => escapeXml(text)).toThrow(RangeError);
  });
});
