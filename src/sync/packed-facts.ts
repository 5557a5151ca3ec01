import type { GroupFacts, UserFacts } from '../domain/index.js';

/** What is asked of many more often than everything else. */
export interface NameAndActivity {
  readonly name: string;
  readonly active: boolean;
}

/** How facts become texts, of which the first are the name and the activity and none holds a zero. */
interface Packing<Facts> {
  texts(facts: Facts): readonly string[];
  facts(texts: readonly string[]): Facts;
}

const USERS: Packing<UserFacts> = {
  texts: ({ name, active, displayName, firstName, lastName, email, externalId }) => [
    name,
    active ? '1' : '',
    displayName,
    firstName,
    lastName,
    email,
    externalId ?? '',
  ],
  facts: ([name, active, displayName, firstName, lastName, email, externalId]) => ({
    name,
    displayName,
    firstName,
    lastName,
    email,
    active: active !== '',
    // An empty id identifies nobody and is read as none.
    externalId: externalId === '' ? null : externalId,
  }),
};

const GROUPS: Packing<GroupFacts> = {
  texts: ({ name, active, description }) => [name, active ? '1' : '', description],
  facts: ([name, active, description]) => ({ name, description, active: active !== '' }),
};

const BLOCK_BYTES = 256 * 1024;

/**
 * Facts by slot as bytes, a quarter of what they take as objects. Nor do they hold on to the piece of
 * the document that they were cut out of, as texts do. They must be keepable (`keepable-facts.ts`).
 */
export class PackedFacts<Facts> {
  readonly #packing: Packing<Facts>;
  readonly #blocks: Buffer[] = [];
  /** Bytes of the last block that are in use. */
  #used = BLOCK_BYTES;
  /** By slot: where its first text begins, as if the blocks were one. */
  readonly #places: number[] = [];

  private constructor(packing: Packing<Facts>) {
    this.#packing = packing;
  }

  static ofUsers(): PackedFacts<UserFacts> {
    return new PackedFacts(USERS);
  }

  static ofGroups(): PackedFacts<GroupFacts> {
    return new PackedFacts(GROUPS);
  }

  get length(): number {
    return this.#places.length;
  }

  /** Gives the facts the next slot. */
  add(facts: Facts): void {
    this.#places.push(this.#write(facts));
  }

  replace(slot: number, facts: Facts): void {
    this.#places[slot] = this.#write(facts);
  }

  at(slot: number): Facts {
    return this.#packing.facts(this.#texts(slot, Number.POSITIVE_INFINITY));
  }

  briefAt(slot: number): NameAndActivity {
    const [name, active] = this.#texts(slot, 2);
    return { name, active: active !== '' };
  }

  #texts(slot: number, atMost: number): string[] {
    const place = this.#places[slot];
    const block = this.#blocks[Math.floor(place / BLOCK_BYTES)];
    const texts: string[] = [];
    let from = (place % BLOCK_BYTES) + 1;
    for (let left = Math.min(atMost, block[from - 1]); left > 0; left--) {
      const to = block.indexOf(0, from);
      texts.push(block.toString('utf8', from, to));
      from = to + 1;
    }
    return texts;
  }

  /** The number of texts, then each with a zero after it, all within one block. */
  #write(facts: Facts): number {
    const texts = this.#packing.texts(facts);
    const joined = `${texts.join('\0')}\0`;
    const length = 1 + Buffer.byteLength(joined);
    if (this.#used + length > BLOCK_BYTES) {
      this.#blocks.push(Buffer.allocUnsafeSlow(BLOCK_BYTES));
      this.#used = 0;
    }
    const block = this.#blocks[this.#blocks.length - 1];
    const place = (this.#blocks.length - 1) * BLOCK_BYTES + this.#used;
    block[this.#used] = texts.length;
    block.write(joined, this.#used + 1);
    this.#used += length;
    return place;
  }
}
