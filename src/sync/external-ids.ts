import { ownCopy } from './packed-facts.js';

/** In the place of a slot: an id that several bear. */
const SEVERAL = -1;

/** Who bears which external id. An id that two users bear tells neither from the other. */
export class ExternalIds {
  readonly #bearers = new Map<string, number>();

  /**
   * Notes that the user of the slot bears the id.
   * @returns what is to be done: the first bearer keeps the id; of the second both lose it, and so
   *   does every later one alone.
   */
  bear(id: string, slot: number): 'KEEPS' | 'LOSES' | { readonly losesToo: number } {
    const bearer = this.#bearers.get(id);
    if (bearer === undefined) {
      this.#bearers.set(ownCopy(id), slot);
      return 'KEEPS';
    }
    if (bearer === SEVERAL) return 'LOSES';
    this.#bearers.set(id, SEVERAL);
    return { losesToo: bearer };
  }

  /** The slot of the only user who bears the id, or `null`. */
  find(id: string): number | null {
    const bearer = this.#bearers.get(id) ?? SEVERAL;
    return bearer === SEVERAL ? null : bearer;
  }
}
