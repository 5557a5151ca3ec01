import { type NameKey, nameKey } from '../domain/index.js';
import { ownCopy } from './packed-facts.js';

/**
 * Which slot a name of the document stands for. Names are compared by key, but two records that
 * differ only in letter case are two people at a server that distinguishes them: a reference in the
 * loser's spelling is then a reference to nobody, never to the winner.
 */
export class NameSlots {
  readonly #byKey = new Map<NameKey, number>();
  /** By slot. */
  readonly #holders: string[] = [];
  /** Spellings of records that lost their name to another spelling. */
  readonly #displaced = new Set<string>();

  get size(): number {
    return this.#holders.length;
  }

  /** Gives the name the next slot. @returns `false` when the key has one already. */
  claim(name: string): boolean {
    const taken = this.findKey(nameKey(name));
    if (taken !== null) {
      if (this.#holders[taken] !== name) this.#displaced.add(name);
      return false;
    }
    const holder = ownCopy(name);
    this.#byKey.set(nameKey(holder), this.#holders.length);
    this.#holders.push(holder);
    return true;
  }

  /** The slot that this spelling refers to, or `null` when it refers to nothing that was kept. */
  find(name: string): number | null {
    return this.#displaced.has(name) ? null : this.findKey(nameKey(name));
  }

  /** The slot of whoever has a name of this key, or `null`. */
  findKey(key: NameKey): number | null {
    return this.#byKey.get(key) ?? null;
  }
}
