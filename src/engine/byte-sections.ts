/** Bytes of another format, or altered ones: they are thrown away and made anew. */
export class PackedIndexUnfit extends Error {
  constructor(why: string) {
    super(`the packed index does not fit: ${why}`);
    this.name = 'PackedIndexUnfit';
  }
}

const MAGIC = 0x47485831;
/** Magic, format version, checksum, count of sections. */
const HEAD = 16;
/** Sections begin at multiples of this, so that they can be read in place as numbers. */
const ALIGNMENT = 8;

/** Puts byte sections behind each other, with a head that tells them apart again. */
export function joinSections(version: number, sections: readonly Uint8Array[]): Uint8Array {
  const starts: number[] = [];
  let end = aligned(HEAD + sections.length * 8);
  for (const section of sections) {
    starts.push(end);
    end = aligned(end + section.length);
  }
  const bytes = new Uint8Array(end);
  const head = new DataView(bytes.buffer);
  head.setUint32(0, MAGIC, true);
  head.setUint32(4, version, true);
  head.setUint32(12, sections.length, true);
  sections.forEach((section, i) => {
    head.setUint32(HEAD + i * 8, starts[i], true);
    head.setUint32(HEAD + i * 8 + 4, section.length, true);
    bytes.set(section, starts[i]);
  });
  head.setUint32(8, checksum(bytes), true);
  return bytes;
}

/** @throws PackedIndexUnfit unless the bytes are whole, unaltered and of the version asked for. */
export function splitSections(version: number, given: Uint8Array): Uint8Array[] {
  // Numbers are read in place, which needs a buffer of its own that begins at a multiple of eight.
  const bytes = given.byteOffset % ALIGNMENT === 0 ? given : given.slice();
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD || head.getUint32(0, true) !== MAGIC) throw unfit('it is none');
  if (head.getUint32(4, true) !== version) throw unfit('its format is of another version');
  if (bytes.length % ALIGNMENT !== 0) throw unfit('it is not whole');
  if (head.getUint32(8, true) !== checksum(bytes)) throw unfit('its checksum is another');
  return Array.from({ length: head.getUint32(12, true) }, (_, i) => {
    const start = head.getUint32(HEAD + i * 8, true);
    return bytes.subarray(start, start + head.getUint32(HEAD + i * 8 + 4, true));
  });
}

function unfit(why: string): PackedIndexUnfit {
  return new PackedIndexUnfit(why);
}

function aligned(position: number): number {
  return Math.ceil(position / ALIGNMENT) * ALIGNMENT;
}

/** A mix of all words without the one that holds the checksum; each bit of each of them counts. */
function checksum(bytes: Uint8Array): number {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  let mixed = words.length | 0;
  for (let i = 0; i < words.length; i++) {
    if (i === 2) continue;
    mixed = Math.imul(mixed ^ words[i], 0x85ebca6b);
    // Multiplying carries low bits upwards only; turning brings the high ones down.
    mixed = (mixed << 13) | (mixed >>> 19);
  }
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
