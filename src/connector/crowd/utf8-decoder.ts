import { isAscii } from 'node:buffer';

/**
 * Decodes a text that comes in pieces, and throws on what is no UTF-8. Nearly all pieces are ASCII:
 * told so, V8 keeps a character in one byte, where `TextDecoder` makes two of each.
 */
export class Utf8Decoder {
  #decoder: InstanceType<typeof TextDecoder> | null = null;
  #begun = false;
  /** Whether the last piece may have ended within a character. */
  #isOpen = false;

  /** @throws TypeError */
  decode(bytes: Uint8Array): string {
    if (!this.#isOpen && isAscii(bytes)) {
      this.#begun ||= bytes.length > 0;
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    }
    // A mark of the byte order is one at the beginning of all pieces alone.
    this.#decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: this.#begun });
    this.#begun = true;
    this.#isOpen = bytes.length === 0 ? this.#isOpen : bytes[bytes.length - 1] >= 0x80;
    return this.#decoder.decode(bytes, { stream: true });
  }

  /** What is left. @throws TypeError when a character is cut off. */
  end(): string {
    return this.#decoder?.decode() ?? '';
  }
}
