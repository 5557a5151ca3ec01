/** Many short texts as one run of UTF-8, and how many bytes each takes. */
export interface PackedTexts {
  readonly lengths: Int32Array;
  readonly bytes: Uint8Array;
}

export function packTexts(texts: readonly string[]): PackedTexts {
  const lengths = new Int32Array(texts.length);
  const bytes = Buffer.from(texts.join(''), 'utf8');
  let units = 0;
  for (const text of texts) units += text.length;
  // As many bytes as units: everything is ASCII, and lengths need no counting of bytes.
  const ascii = bytes.length === units;
  for (let i = 0; i < texts.length; i++) {
    lengths[i] = ascii ? texts[i].length : Buffer.byteLength(texts[i], 'utf8');
  }
  return { lengths, bytes };
}

export function textsOf({ lengths, bytes }: PackedTexts): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  // Where no byte is beyond ASCII, a reader that need not decode gives the same texts sooner.
  let bits = 0;
  for (let i = 0; i < bytes.length; i++) bits |= bytes[i];
  const encoding = bits < 0x80 ? 'latin1' : 'utf8';
  const texts: string[] = new Array(lengths.length);
  let end = 0;
  for (let i = 0; i < lengths.length; i++) {
    texts[i] = buffer.toString(encoding, end, end + lengths[i]);
    end += lengths[i];
  }
  return texts;
}
