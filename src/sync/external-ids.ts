import { TextSlots } from './text-slots.js';

/** In the place of a slot: an id that several bear. */
const SEVERAL = -1;

/** Who bears which external id. An id that two users bear tells neither from the other. */
export class ExternalIds {
  readonly #ids = new TextSlots();
  /** By slot of the id: the slot of who bears it. */
  readonly #bearers: number[] = [];

  /**
   * Notes that the user of the slot bears the id.
   * @returns what is to be done: the first bearer keeps the id; of the second both lose it, and so
   *   does every later one alone.
   */
  bear(id: string, slot: number): 'KEEPS' | 'LOSES' | { readonly losesToo: number } {
    if (this.#ids.add(id)) {
      this.#bearers.push(slot);
      return 'KEEPS';
    }
    const known = this.#ids.find(id)!;
    const bearer = this.#bearers[known];
    if (bearer === SEVERAL) return 'LOSES';
    this.#bearers[known] = SEVERAL;
    return { losesToo: bearer };
  }

  /** The slot of the only user who bears the id, or `null`. */
  find(id: string): number | null {
    const known = this.#ids.find(id);
    if (known === null || this.#bearers[known] === SEVERAL) return null;
    return this.#bearers[known];
  }
}
