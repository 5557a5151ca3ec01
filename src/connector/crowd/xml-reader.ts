import { SaxesParser } from 'saxes';
import { pace } from '../../pace/index.js';
import { UTF8_NAMES } from './media-type.js';
import type { ServerFaults } from './server-faults.js';
import { Utf8Decoder } from './utf8-decoder.js';

/** Longest text, tag, DOCTYPE or run of comments, in characters: thousands of times what servers send. */
const MAX_PIECE_LENGTH = 1024 * 1024;
const MAX_DEPTH = 32;
const MAX_ATTRIBUTES = 32;
/** Characters that one attribute more would take at least: a space, a letter, `=` and two quotes for each. */
const LENGTH_OF_TOO_MANY = 5 * (MAX_ATTRIBUTES + 1);
/** Bytes read without a look at the clock: about half a millisecond's work. */
const BYTES_AT_ONCE = 8 * 1024;

export type XmlAttributes = Readonly<Record<string, string>>;

/** Who is told what a document holds. The root has depth 1. */
export interface XmlListener {
  open(name: string, attributes: XmlAttributes, depth: number): void;
  /** `text` is what the element holds when it holds no other element, else ''. */
  close(name: string, depth: number, text: string): void;
}

/**
 * Reads a UTF-8 XML document piece by piece and keeps no more of it than the construct at hand. Any
 * breach throws `PROTOCOL`: bad form, a DOCTYPE, an entity beyond XML's five, depth, length, or an
 * end before the root is closed.
 */
export class XmlReader {
  readonly #parser = new SaxesParser({
    xmlns: false,
    defaultXMLVersion: '1.0',
    forceXMLVersion: true,
  });
  readonly #decoder = new Utf8Decoder();
  readonly #faults: ServerFaults;
  readonly #root: string;
  readonly #listener: XmlListener;
  #depth = 0;
  #text = '';
  /** Whether the element opened last is still the innermost one. */
  #leaf = false;
  /** Where in the document the element opened last ended its tag. */
  #opened = 0;
  /** Whether the parser reported anything since the last look. */
  #progress = false;
  /** Characters that the parser has taken since it last reported anything. */
  #pending = 0;

  constructor(root: string, listener: XmlListener, faults: ServerFaults) {
    this.#faults = faults;
    this.#root = root;
    this.#listener = listener;
    // No more handlers than needed: with eight of them V8 keeps the parser in its slow form, and reading
    // takes five times as long.
    this.#parser.on('opentag', ({ name, attributes }) => this.#open(name, attributes));
    this.#parser.on('closetag', ({ name }) => this.#close(name));
    this.#parser.on('text', (text) => this.#collect(text));
    this.#parser.on('cdata', (text) => this.#collect(text));
    this.#parser.on('doctype', () => {
      throw faults.protocol('DOCTYPE', 'is not accepted in an answer');
    });
    this.#parser.on('error', (error) => {
      throw this.#malformed(error);
    });
  }

  write(bytes: Uint8Array): void {
    const text = this.#decode(bytes);
    this.#progress = false;
    this.#parser.write(text);
    this.#pending = this.#progress ? 0 : this.#pending + text.length;
    this.#requireLength(this.#pending);
  }

  /** To be called when the server has no more bytes. */
  end(): void {
    this.#parser.write(this.#decode());
    if (this.#depth > 0) throw this.#faults.protocol('body', 'ends before the document is closed');
    this.#parser.close();
  }

  #decode(bytes?: Uint8Array): string {
    try {
      return bytes === undefined ? this.#decoder.end() : this.#decoder.decode(bytes);
    } catch {
      throw this.#faults.protocol('body', 'is not UTF-8');
    }
  }

  #open(name: string, attributes: XmlAttributes): void {
    this.#progress = true;
    this.#depth += 1;
    this.#leaf = true;
    this.#text = '';
    if (this.#depth === 1) this.#requireDocument(name);
    if (this.#depth > MAX_DEPTH) {
      throw this.#faults.protocol('body', `nests elements deeper than ${MAX_DEPTH}`);
    }
    this.#requireFewAttributes(attributes);
    this.#listener.open(name, attributes, this.#depth);
  }

  /** Counts only where there may be too many: it takes as long as reading the element. */
  #requireFewAttributes(attributes: XmlAttributes): void {
    const { position } = this.#parser;
    const length = position - this.#opened;
    this.#opened = position;
    if (length < LENGTH_OF_TOO_MANY || Object.keys(attributes).length <= MAX_ATTRIBUTES) return;
    throw this.#faults.protocol('body', `has an element with over ${MAX_ATTRIBUTES} attributes`);
  }

  #requireDocument(name: string): void {
    const { encoding } = this.#parser.xmlDecl;
    if (encoding !== undefined && !UTF8_NAMES.has(encoding.toLowerCase())) {
      throw this.#faults.protocol(
        'encoding',
        `is \`${this.#faults.quote(encoding)}\` in the XML declaration; only UTF-8 is read`,
      );
    }
    if (name === this.#root) return;
    throw this.#faults.protocol(
      this.#root,
      `was expected as the root of the document, \`${this.#faults.quote(name)}\` came`,
    );
  }

  #close(name: string): void {
    this.#progress = true;
    this.#listener.close(name, this.#depth, this.#leaf ? this.#text : '');
    this.#leaf = false;
    this.#text = '';
    this.#depth -= 1;
  }

  #collect(text: string): void {
    this.#progress = true;
    // Outside a leaf it is the white space between elements.
    if (!this.#leaf) return;
    this.#text += text;
    this.#requireLength(this.#text.length);
  }

  #requireLength(length: number): void {
    if (length <= MAX_PIECE_LENGTH) return;
    throw this.#faults.protocol('body', `holds a value longer than ${MAX_PIECE_LENGTH} characters`);
  }

  #malformed(error: Error): Error {
    const place = `line ${this.#parser.line}, column ${this.#parser.column}`;
    // saxes tells kinds of errors apart by text only.
    const reason = error.message.includes('undefined entity')
      ? `names an entity beyond the five of XML (${place})`
      : `is not well-formed XML (${place})`;
    return this.#faults.protocol('body', reason);
  }
}

/**
 * Reads a document from `body` and yields what the listener of `makeListener` emits, as it comes. Only
 * when the iteration has ended without an error is the document known to be whole.
 */
export async function* readXml<Item>(
  body: AsyncIterable<Uint8Array>,
  root: string,
  faults: ServerFaults,
  makeListener: (emit: (item: Item) => void) => XmlListener,
): AsyncGenerator<Item, void, void> {
  let items: Item[] = [];
  const reader = new XmlReader(
    root,
    makeListener((item) => items.push(item)),
    faults,
  );
  for await (const bytes of body) {
    for (let from = 0; from < bytes.length; from += BYTES_AT_ONCE) {
      reader.write(bytes.subarray(from, from + BYTES_AT_ONCE));
      await pace.standBack();
      const complete = items;
      items = [];
      yield* complete;
    }
  }
  reader.end();
}
