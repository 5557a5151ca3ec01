/** Numbers held at most: some megabytes. */
const MOST_NUMBERS = 1_000_000;

/**
 * Remembers ascending lists of numbers by a key. All of them are of one version of what they are made of,
 * and go when there is another, or when there is no more room.
 */
export class SortedMemory {
  private readonly lists = new Map<number, Int32Array>();
  private version = -1;
  private held = 0;

  get(version: number, key: number): Int32Array | undefined {
    return version === this.version ? this.lists.get(key) : undefined;
  }

  keep(version: number, key: number, list: Int32Array): void {
    if (version !== this.version || this.held + list.length > MOST_NUMBERS) {
      this.lists.clear();
      this.held = 0;
      this.version = version;
    }
    this.lists.set(key, list);
    this.held += list.length;
  }
}

/** Whether a number is in an ascending list. */
export function includes(sorted: Int32Array, wanted: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low < sorted.length && sorted[low] === wanted;
}
