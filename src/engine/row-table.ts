import { grown } from './edge-lists.js';

/**
 * The users, or the groups, of one directory. A *row* is a small number of this directory; a *name*
 * is a number of the NameTable. Rows of removed entries are used again.
 */
export class RowTable {
  /** By row: the name's number, or -1 for a free row. */
  readonly names: number[] = [];
  /** By row: the store's id. */
  readonly ids: number[] = [];
  /** By row: the name as this directory spells it. */
  readonly spellings: string[] = [];
  private rowOfName = new Int32Array(0);
  private readonly free: number[] = [];
  private used = 0;

  get size(): number {
    return this.used;
  }

  /** Row count including free rows: the length that arrays by row need. */
  get capacity(): number {
    return this.names.length;
  }

  /** The row of a name, or -1. */
  rowOf(name: number): number {
    return name < this.rowOfName.length ? this.rowOfName[name] - 1 : -1;
  }

  has(name: number): boolean {
    return this.rowOf(name) >= 0;
  }

  add(name: number, id: number, spelling: string): number {
    const row = this.free.pop() ?? this.names.length;
    this.names[row] = name;
    this.ids[row] = id;
    this.spellings[row] = spelling;
    if (name >= this.rowOfName.length) {
      this.rowOfName = grown(this.rowOfName, Math.max(name + 1, this.rowOfName.length * 2));
    }
    this.rowOfName[name] = row + 1;
    this.used++;
    return row;
  }

  remove(row: number): void {
    this.rowOfName[this.names[row]] = 0;
    this.names[row] = -1;
    this.spellings[row] = '';
    this.free.push(row);
    this.used--;
  }
}
