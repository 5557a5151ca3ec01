import { MAX_NAME_LENGTH } from '../domain/index.js';
import { escapeXml } from './xml-writer.js';

/** All bits below a power of two: at each multiple the making pauses. */
const NAMES_BETWEEN_PAUSES = 0x3ff;
/** Bytes of the longest reference for one character, `&quot;`, which is longer than any in UTF-8. */
const BYTES_OF_CHARACTER = 6;

/** Bytes of a word. */
export const WORD = 4;
const DOUBLE = 8;
/** Even a short piece can be copied as so many. */
const LEAST_DOUBLES = 2;

/** No name has more bytes. */
export const LONGEST_NAME = MAX_NAME_LENGTH * BYTES_OF_CHARACTER;

/**
 * A piece of XML in UTF-8, for whoever copies it some bytes at a time. As a number with eight bytes none is
 * a NaN, whose bits would not be kept: that begins with 0x7ff or 0xfff, and in UTF-8 no byte is 0xff and
 * none from 0xf0 on stands before a 0x7f.
 */
export interface Words {
  readonly words: Int32Array;
  /** The same memory. */
  readonly doubles: Float64Array;
  /** Bytes; what the last word has more is of no meaning. */
  readonly length: number;
}

export function wordsOf(text: string): Words {
  const bytes = Buffer.from(text);
  const doubles = new Float64Array(Math.max(LEAST_DOUBLES, Math.ceil(bytes.length / DOUBLE)));
  bytes.copy(new Uint8Array(doubles.buffer));
  return { words: new Int32Array(doubles.buffer), doubles, length: bytes.length };
}

/** Words of a slot, which are half a line of most processors' caches. */
export const SLOT = 8;
/** Bytes of a name that has room in its slot, beside its length. */
export const SHORT_NAME = (SLOT - 1) * WORD;

/**
 * Names as XML has them, in UTF-8, each known by its place. Those of a group are nowhere near each other,
 * and to wait for memory is what takes longest; so each name and all about it is in one slot, without the
 * tags around it.
 */
export class NamesInXml {
  /**
   * By place a slot: the name, and in its last word how many bytes it has. Of one that is longer than
   * `SHORT_NAME` the first word tells where it begins in `long`.
   */
  readonly slots: Int32Array;
  readonly long: Int32Array;
  /** The slots as in `Words`. */
  readonly doubles: Float64Array;

  private constructor(slots: Int32Array, long: Int32Array) {
    this.slots = slots;
    this.doubles = new Float64Array(slots.buffer);
    this.long = long;
  }

  /** Pauses now and then. */
  static *of(names: readonly string[]): Generator<void, NamesInXml> {
    const slots = new Int32Array(SLOT * names.length);
    const bytes = Buffer.from(slots.buffer);
    const long: Words[] = [];
    let end = 0;
    for (let place = 0; place < names.length; place++) {
      if ((place & NAMES_BETWEEN_PAUSES) === NAMES_BETWEEN_PAUSES) yield;
      const text = escapeXml(names[place]);
      const length = Buffer.byteLength(text);
      const slot = SLOT * place;
      slots[slot + SLOT - 1] = length;
      if (length <= SHORT_NAME) {
        bytes.write(text, WORD * slot);
      } else {
        const words = wordsOf(text);
        slots[slot] = end;
        end += words.words.length;
        long.push(words);
      }
    }
    return new NamesInXml(slots, joined(long, end));
  }
}

function joined(parts: readonly Words[], length: number): Int32Array {
  const all = new Int32Array(length);
  let end = 0;
  for (const { words } of parts) {
    all.set(words, end);
    end += words.length;
  }
  return all;
}
