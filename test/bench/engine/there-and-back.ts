/**
 * A list of changes made one after another and then taken back from its end, again and again: any
 * number of changes leads through states that differ, and none of them drifts away.
 */
export class ThereAndBack<Item> {
  private readonly items: readonly Item[];
  private readonly make: (item: Item, back: boolean) => number;
  private at = 0;
  private back = false;

  /** @param make makes the change, or takes it back; a number that depends on the answer after it. */
  constructor(items: readonly Item[], make: (item: Item, back: boolean) => number) {
    this.items = items;
    this.make = make;
  }

  step(): number {
    if (this.at === (this.back ? 0 : this.items.length)) this.back = !this.back;
    return this.make(this.items[this.back ? --this.at : this.at++], this.back);
  }

  /** Takes back what is not taken back yet. */
  return(): void {
    while (this.at > 0) this.make(this.items[--this.at], true);
    this.back = false;
  }
}
