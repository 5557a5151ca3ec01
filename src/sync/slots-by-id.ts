const IDS_OF_A_PAGE = 1_024;

/**
 * Slots of rows by id, of which many are close together. A hundred thousand take a fifth of what a
 * `Map` takes, and are found faster.
 */
export class SlotsById<Id extends number> {
  /** One more than the slot; 0 for none. */
  readonly #pages = new Map<number, Uint32Array>();

  get(id: Id): number | undefined {
    const found = this.#pages.get(Math.floor(id / IDS_OF_A_PAGE))?.[id % IDS_OF_A_PAGE] ?? 0;
    return found === 0 ? undefined : found - 1;
  }

  set(id: Id, slot: number): void {
    const number = Math.floor(id / IDS_OF_A_PAGE);
    let page = this.#pages.get(number);
    if (!page) {
      page = new Uint32Array(IDS_OF_A_PAGE);
      this.#pages.set(number, page);
    }
    page[id % IDS_OF_A_PAGE] = slot + 1;
  }
}
