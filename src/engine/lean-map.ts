/**
 * A `Map` that does not grow because of what was deleted from it. V8 doubles a map whose room is used
 * up, even when half of it is used by keys that are gone; this one is then made anew instead.
 */
export class LeanMap<Key, Value> {
  private held = new Map<Key, Value>();
  /** Places of `held` that are used, those of deleted keys included. */
  private used = 0;

  get size(): number {
    return this.held.size;
  }

  get(key: Key): Value | undefined {
    return this.held.get(key);
  }

  has(key: Key): boolean {
    return this.held.has(key);
  }

  set(key: Key, value: Value): void {
    const { size } = this.held;
    this.held.set(key, value);
    if (this.held.size === size) return;
    this.used++;
    // Room comes in powers of two. Making it anew has to be worth it: an eighth is given back.
    if ((this.used & (this.used - 1)) !== 0 || size > this.used - (this.used >> 3)) return;
    this.held = new Map(this.held);
    this.used = this.held.size;
  }

  delete(key: Key): void {
    this.held.delete(key);
  }

  keys(): IterableIterator<Key> {
    return this.held.keys();
  }
}
