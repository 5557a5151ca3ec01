import { endianness } from 'node:os';
import { FLUSH_LENGTH, PIECES_UNDER_WAY } from './answer.js';
import { type Elements, LONGEST_ELEMENT, WORD } from './elements.js';

/** A piece that is not full has room for some more elements all the same. */
const LENGTH = FLUSH_LENGTH + 4 * LONGEST_ELEMENT;

const IS_LITTLE_ENDIAN = endianness() === 'LE';

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

  /** Adds what is no longer than an element. */
  add(bytes: Buffer): void {
    for (let i = 0; i < bytes.length; i++) this.bytes[this.end++] = bytes[i];
  }

  addElement(elements: Elements, place: number): void {
    const { words, starts, lengths } = elements;
    this.end = copyWords(words, starts[place], lengths[place], this.view, this.end);
  }

  /** Adds elements by their places, from the `next`th on until it is full. @returns the next one then. */
  addElements({ words, starts, lengths }: Elements, places: Int32Array, next: number): number {
    const { view } = this;
    let at = next;
    let { end } = this;
    while (at < places.length && end < FLUSH_LENGTH) {
      const place = places[at++];
      end = copyWords(words, starts[place], lengths[place], view, end);
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
 * Word by word, because elements are so short that a call of `Buffer.copy` takes longer. What the last
 * word has too much is written over by what comes next.
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
