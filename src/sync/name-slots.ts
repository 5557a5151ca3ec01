import { type NameKey, nameKey } from '../domain/index.js';
import { TextSlots } from './text-slots.js';

/**
 * Which slot a name of the document stands for. Names are compared by key, but two records that
 * differ only in letter case are two people at a server that distinguishes them: a reference in the
 * loser's spelling is then a reference to nobody, never to the winner.
 */
export class NameSlots {
  readonly #keys = new TextSlots();
  /** By slot: how a name is spelled that is not spelled as its key. */
  readonly #spellings = new Map<number, string>();
  /** Spellings of records that lost their name to another spelling. */
  readonly #displaced = new Set<string>();

  get size(): number {
    return this.#keys.size;
  }

  /** Gives the name the next slot. @returns `false` when the key has one already. */
  claim(name: string): boolean {
    const key = nameKey(name);
    if (this.#keys.add(key)) {
      if (name !== key) this.#spellings.set(this.size - 1, name);
      return true;
    }
    const taken = this.#keys.find(key)!;
    if ((this.#spellings.get(taken) ?? key) !== name) this.#displaced.add(name);
    return false;
  }

  /** The slot that this spelling refers to, or `null` when it refers to nothing that was kept. */
  find(name: string): number | null {
    const isDisplaced = this.#displaced.size > 0 && this.#displaced.has(name);
    return isDisplaced ? null : this.findKey(nameKey(name));
  }

  /** The slot of whoever has a name of this key, or `null`. */
  findKey(key: NameKey): number | null {
    return this.#keys.find(key);
  }
}
