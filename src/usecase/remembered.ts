/**
 * Rows that were read before, at most so many; the one read first gives way. Whoever learns that a
 * row has become another one drops it. A row whose reading had begun by then is given and not kept,
 * because it may be the old one.
 */
export class Remembered<Key, Row> {
  private readonly most: number;
  private readonly rows = new Map<Key, Row>();
  private drops = 0;

  constructor(most: number) {
    this.most = most;
  }

  get(key: Key): Row | undefined {
    return this.rows.get(key);
  }

  /** Reads a row and keeps it; that there is none is not kept. */
  async read(key: Key, reading: () => Promise<Row | null>): Promise<Row | null> {
    const { drops } = this;
    const row = await reading();
    if (row === null || drops !== this.drops) return row;
    if (this.rows.size >= this.most && !this.rows.has(key)) {
      // A Map keeps the order of insertion: the first key is the oldest.
      const [oldest] = this.rows.keys();
      this.rows.delete(oldest);
    }
    this.rows.set(key, row);
    return row;
  }

  drop(key: Key): void {
    this.drops++;
    this.rows.delete(key);
  }

  dropAll(): void {
    this.drops++;
    this.rows.clear();
  }
}
