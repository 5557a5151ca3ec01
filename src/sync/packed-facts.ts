import type { GroupFacts, UserFacts } from '../domain/index.js';

/** What is asked of many more often than everything else. */
export interface NameAndActivity {
  readonly name: string;
  readonly active: boolean;
}

/** How other facts become texts, none of which holds a zero, and are made of them again. */
interface Packing<Facts> {
  texts(facts: Facts): readonly string[];
  facts(brief: NameAndActivity, texts: readonly string[]): Facts;
}

const USERS: Packing<UserFacts> = {
  texts: ({ displayName, firstName, lastName, email, externalId }) => [
    displayName,
    firstName,
    lastName,
    email,
    externalId ?? '',
  ],
  facts: (brief, [displayName, firstName, lastName, email, externalId]) => ({
    ...brief,
    displayName,
    firstName,
    lastName,
    email,
    // An empty id identifies nobody and is read as none.
    externalId: externalId === '' ? null : externalId,
  }),
};

const GROUPS: Packing<GroupFacts> = {
  texts: ({ description }) => [description],
  facts: (brief, [description]) => ({ ...brief, description }),
};

const BLOCK_BYTES = 256 * 1024;

/**
 * Facts by slot as bytes, a quarter of what they take as objects. Nor do they hold on to the piece of
 * the document that they were cut out of, as texts do. They must be keepable (`keepable-facts.ts`).
 */
export class PackedFacts<Facts extends NameAndActivity> {
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
    const [name, active, ...texts] = this.#texts(slot, Number.POSITIVE_INFINITY);
    return this.#packing.facts({ name, active: active !== '' }, texts);
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
    const texts = [facts.name, facts.active ? '1' : '', ...this.#packing.texts(facts)];
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

/** The same text without the longer one that it may have been cut out of. */
export function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}
