import { LeanMap } from './lean-map.js';

/**
 * A map that can be forked: a fork sees what its base holds and keeps what it sets or deletes to
 * itself. A fork is of use only as long as its base is not changed.
 */
export class OverlayMap<Key, Value> {
  private readonly base: OverlayMap<Key, Value> | null;
  private readonly own = new LeanMap<Key, Value>();
  private readonly deleted = new Set<Key>();

  constructor(base: OverlayMap<Key, Value> | null = null) {
    this.base = base;
  }

  get(key: Key): Value | undefined {
    const value = this.own.get(key);
    if (value !== undefined || this.base === null || this.deleted.has(key)) return value;
    return this.base.get(key);
  }

  has(key: Key): boolean {
    return this.get(key) !== undefined;
  }

  set(key: Key, value: Value): void {
    this.own.set(key, value);
    this.deleted.delete(key);
  }

  delete(key: Key): void {
    this.own.delete(key);
    if (this.base?.has(key)) this.deleted.add(key);
  }

  *keys(): IterableIterator<Key> {
    if (this.base) {
      for (const key of this.base.keys()) {
        if (!this.deleted.has(key) && !this.own.has(key)) yield key;
      }
    }
    yield* this.own.keys();
  }

  fork(): OverlayMap<Key, Value> {
    return new OverlayMap<Key, Value>(this);
  }
}
