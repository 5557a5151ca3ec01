import type { ServerFaults } from './server-faults.js';
import { readXml, type XmlAttributes, type XmlListener } from './xml-reader.js';

/** An element with its attributes and its plain children; deeper structure is passed over. */
export interface XmlRecord {
  readonly attributes: XmlAttributes;
  /** Text by the name of the child element. Of a repeated child the last one counts. */
  readonly fields: ReadonlyMap<string, string>;
}

/**
 * What `itemOf` makes of all `entry` elements right below the root, once the document is known to be
 * whole. Each record is let go of at once: it takes many times the room of what is made of it.
 */
export async function readRecords<Item>(
  body: AsyncIterable<Uint8Array>,
  root: string,
  entry: string,
  faults: ServerFaults,
  itemOf: (record: XmlRecord, faults: ServerFaults) => Item,
): Promise<Item[]> {
  return collect(body, root, entry, 2, faults, itemOf);
}

/** The root element itself, once the document is known to be whole. */
export async function readOnlyRecord(
  body: AsyncIterable<Uint8Array>,
  root: string,
  faults: ServerFaults,
): Promise<XmlRecord> {
  const [record] = await collect(body, root, root, 1, faults, (only) => only);
  if (!record) throw faults.protocol(root, 'is missing');
  return record;
}

async function collect<Item>(
  body: AsyncIterable<Uint8Array>,
  root: string,
  entry: string,
  depth: number,
  faults: ServerFaults,
  itemOf: (record: XmlRecord, faults: ServerFaults) => Item,
): Promise<Item[]> {
  const items: Item[] = [];
  const listener = (emit: (item: Item) => void) =>
    new RecordListener(entry, depth, (record) => emit(itemOf(record, faults)));
  for await (const item of readXml(body, root, faults, listener)) items.push(item);
  return items;
}

class RecordListener implements XmlListener {
  readonly #entry: string;
  readonly #depth: number;
  readonly #emit: (record: XmlRecord) => void;
  #attributes: XmlAttributes | null = null;
  #fields = new Map<string, string>();

  constructor(entry: string, depth: number, emit: (record: XmlRecord) => void) {
    this.#entry = entry;
    this.#depth = depth;
    this.#emit = emit;
  }

  open(name: string, attributes: XmlAttributes, depth: number): void {
    if (depth !== this.#depth || name !== this.#entry) return;
    this.#attributes = attributes;
    this.#fields = new Map();
  }

  close(name: string, depth: number, text: string): void {
    if (this.#attributes === null) return;
    if (depth === this.#depth + 1) this.#fields.set(name, text);
    if (depth !== this.#depth) return;
    this.#emit({ attributes: this.#attributes, fields: this.#fields });
    this.#attributes = null;
  }
}
