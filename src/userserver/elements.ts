import { MAX_NAME_LENGTH } from '../domain/index.js';
import { escapeXml } from './xml-writer.js';

/** All bits below a power of two: at each multiple the making pauses. */
const ELEMENTS_BETWEEN_PAUSES = 0x3ff;
/** Bytes of the longest reference for one character, `&quot;`, which is longer than any in UTF-8. */
const BYTES_OF_CHARACTER = 6;
/** What stands around a name is shorter than this. */
const AROUND_NAME = 64;

/** Bytes of a word. */
export const WORD = 4;

/** No element has more bytes. */
export const LONGEST_ELEMENT = MAX_NAME_LENGTH * BYTES_OF_CHARACTER + AROUND_NAME;

/** Pieces of XML as bytes, each known by its place. */
export class Elements {
  /** Each begins with a word of its own, for whoever copies them word by word. */
  readonly words: Int32Array;
  /** By place: the word it begins with. */
  readonly starts: Int32Array;
  /** By place: how many bytes it has. Apart, so that this is known before the words have come from memory. */
  readonly lengths: Uint16Array;

  private constructor(words: Int32Array, starts: Int32Array, lengths: Uint16Array) {
    this.words = words;
    this.starts = starts;
    this.lengths = lengths;
  }

  /** One for each name, with the name in it as XML has it. Pauses now and then. */
  static *of(before: string, names: readonly string[], after: string): Generator<void, Elements> {
    const starts = new Int32Array(names.length);
    const lengths = new Uint16Array(names.length);
    let bytes = Buffer.alloc(2 * LONGEST_ELEMENT);
    let end = 0;
    for (let place = 0; place < names.length; place++) {
      if ((place & ELEMENTS_BETWEEN_PAUSES) === ELEMENTS_BETWEEN_PAUSES) yield;
      if (bytes.length - end < LONGEST_ELEMENT) bytes = Buffer.concat([bytes], bytes.length * 2);
      const length = bytes.write(before + escapeXml(names[place]) + after, end);
      starts[place] = end / WORD;
      lengths[place] = length;
      end += WORD * Math.ceil(length / WORD);
    }
    const words = new Int32Array(end / WORD);
    bytes.copy(new Uint8Array(words.buffer), 0, 0, end);
    return new Elements(words, starts, lengths);
  }
}
