import type { Random } from '../support/random.js';

/** Items by key, of which any can be picked at once. */
export class Pool<Key, Item> {
  private readonly keys: Key[] = [];
  private readonly places = new Map<Key, number>();
  private readonly items = new Map<Key, Item>();

  get size(): number {
    return this.items.size;
  }

  has(key: Key): boolean {
    return this.items.has(key);
  }

  get(key: Key): Item | undefined {
    return this.items.get(key);
  }

  values(): Iterable<Item> {
    return this.items.values();
  }

  put(key: Key, item: Item): void {
    if (!this.items.has(key)) {
      this.places.set(key, this.keys.length);
      this.keys.push(key);
    }
    this.items.set(key, item);
  }

  remove(key: Key): void {
    const place = this.places.get(key);
    const last = this.keys.pop();
    if (place === undefined || last === undefined) return;
    if (place < this.keys.length) {
      this.keys[place] = last;
      this.places.set(last, place);
    }
    this.places.delete(key);
    this.items.delete(key);
  }

  pickKey(random: Random): Key | undefined {
    return this.keys.length === 0 ? undefined : random.pick(this.keys);
  }

  pick(random: Random): Item | undefined {
    const key = this.pickKey(random);
    return key === undefined ? undefined : this.items.get(key);
  }
}
