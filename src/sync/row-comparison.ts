import type { PackedFacts } from './packed-facts.js';
import { SlotsById } from './slots-by-id.js';

export interface RowDelta<Id, Facts, Row> {
  /** By slot: what will be kept. An external id that is `null` leaves the user the one she has. */
  facts(slot: number): Facts;
  /** By slot: the id of the row that stays the same one, or `null` for a new one. */
  readonly ids: readonly (Id | null)[];
  readonly added: readonly number[];
  readonly changed: readonly { readonly before: Row; readonly facts: Facts }[];
  readonly removed: readonly Id[];
}

/** Held rows beside those of the remote side, once it is known who is who. */
export class RowComparison<Id extends number, Facts, Row extends Facts & { readonly id: Id }> {
  readonly #remote: PackedFacts<Facts>;
  readonly #same: (before: Facts, after: Facts) => boolean;
  readonly #ids: (Id | null)[];
  readonly #slots = new SlotsById<Id>();
  readonly #changed: { before: Row; facts: Facts }[] = [];
  readonly #removed: Id[] = [];

  constructor(remote: PackedFacts<Facts>, same: (before: Facts, after: Facts) => boolean) {
    this.#remote = remote;
    this.#same = same;
    this.#ids = new Array<Id | null>(remote.length).fill(null);
  }

  /** The slots of those who are matched so far, by id. */
  get slots(): Pick<SlotsById<Id>, 'get'> {
    return this.#slots;
  }

  /** Whether the slot is nobody's yet. */
  isFree(slot: number): boolean {
    return this.#ids[slot] === null;
  }

  /** The held row is the one of the slot, and will be kept with these facts. */
  match(slot: number, before: Row, facts: Facts): void {
    this.#ids[slot] = before.id;
    this.#slots.set(before.id, slot);
    if (!this.#same(before, facts)) this.#changed.push({ before, facts });
  }

  remove({ id }: Row): void {
    this.#removed.push(id);
  }

  /** To be called once all held rows are matched or removed. */
  delta(): RowDelta<Id, Facts, Row> {
    const added: number[] = [];
    this.#ids.forEach((id, slot) => {
      if (id === null) added.push(slot);
    });
    return {
      facts: (slot) => this.#remote.at(slot),
      ids: this.#ids,
      added,
      changed: this.#changed,
      removed: this.#removed,
    };
  }
}
