import { endianness } from 'node:os';
import { FLUSH_LENGTH, PIECES_UNDER_WAY } from './answer.js';
import {
  LONGEST_NAME,
  type NamesInXml,
  SHORT_NAME,
  SLOT,
  WORD,
  type Words,
} from './names-in-xml.js';

/** What stands around a name, and around all names of a group, is shorter than this. */
const AROUND = 256;
/** A piece that is not full has room for some more names all the same. */
const LENGTH = FLUSH_LENGTH + 4 * (LONGEST_NAME + AROUND);

const IS_LITTLE_ENDIAN = endianness() === 'LE';

/** An element that holds nothing but a name. */
export interface NameElement {
  readonly before: Words;
  readonly names: NamesInXml;
  readonly after: Words;
}

/**
 * Bytes that are put together until they are enough to be sent, again and again in the same memory, of
 * which there is as much as `sendBytes` asks for. Whoever adds looks whether it is full.
 */
export class Piece {
  private readonly rooms = Array.from({ length: PIECES_UNDER_WAY }, () => {
    return Buffer.from(new ArrayBuffer(LENGTH));
  });
  private room = 0;
  private bytes = this.rooms[0];
  private view = new DataView(this.bytes.buffer);
  private end = 0;

  get isFull(): boolean {
    return this.end >= FLUSH_LENGTH;
  }

  add({ words, length }: Words): void {
    this.end = copyWords(words, 0, length, this.view, this.end);
  }

  addElement({ before, names, after }: NameElement, place: number): void {
    this.add(before);
    const { long, slots } = names;
    const slot = SLOT * place;
    const length = slots[slot + SLOT - 1];
    this.end =
      length > SHORT_NAME
        ? copyWords(long, slots[slot], length, this.view, this.end)
        : copyWords(slots, slot, length, this.view, this.end);
    this.add(after);
  }

  /**
   * Adds elements by their places, from the `next`th on until it is full. Short ones are copied whole
   * whatever their length, because a loop that ends now here, now there takes longer than the rest.
   * @param element with 16 bytes at most before its name, and 4 after it.
   * @returns the next one then.
   */
  addElements({ before, names, after }: NameElement, places: Int32Array, next: number): number {
    const { view } = this;
    const { doubles, long, slots } = names;
    const [b0, b1] = before.doubles;
    const [a0] = after.words;
    let at = next;
    let { end } = this;
    while (at < places.length && end < FLUSH_LENGTH) {
      const slot = SLOT * places[at++];
      view.setFloat64(end, b0, IS_LITTLE_ENDIAN);
      view.setFloat64(end + 8, b1, IS_LITTLE_ENDIAN);
      end += before.length;
      const length = slots[slot + SLOT - 1];
      const double = slot >> 1;
      view.setFloat64(end, doubles[double], IS_LITTLE_ENDIAN);
      view.setFloat64(end + 8, doubles[double + 1], IS_LITTLE_ENDIAN);
      view.setFloat64(end + 16, doubles[double + 2], IS_LITTLE_ENDIAN);
      view.setInt32(end + 24, slots[slot + 6], IS_LITTLE_ENDIAN);
      if (length > SHORT_NAME) copyWords(long, slots[slot], length, view, end);
      end += length;
      view.setInt32(end, a0, IS_LITTLE_ENDIAN);
      end += after.length;
    }
    this.end = end;
    return at;
  }

  /** Begins anew, in other memory. @returns what there was. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.end);
    this.room = (this.room + 1) % this.rooms.length;
    this.bytes = this.rooms[this.room];
    this.view = new DataView(this.bytes.buffer);
    this.end = 0;
    return taken;
  }
}

/**
 * Word by word, because names are so short that a call of `Buffer.copy` takes longer. What the last word
 * has too much is written over by what comes next.
 * @returns where it ends.
 */
function copyWords(
  words: Int32Array,
  start: number,
  length: number,
  into: DataView,
  end: number,
): number {
  for (let done = 0, word = start; done < length; done += WORD, word++) {
    into.setInt32(end + done, words[word], IS_LITTLE_ENDIAN);
  }
  return end + length;
}
