/**
 * Lists of numbers, one per node, packed one after another; a list that grows out of its place moves
 * to the end. Nothing is given back: this is a ruler and does no more than it must.
 */
export class GrowableLists {
  pool: Int32Array;
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  private readonly rooms: Int32Array;
  private end: number;

  constructor(nodeCount: number, nodes: Int32Array, values: Int32Array) {
    this.lengths = new Int32Array(nodeCount);
    for (let i = 0; i < nodes.length; i++) this.lengths[nodes[i]]++;
    this.rooms = this.lengths.slice();
    this.starts = new Int32Array(nodeCount);
    let end = 0;
    for (let node = 0; node < nodeCount; node++) {
      this.starts[node] = end;
      end += this.lengths[node];
    }
    this.end = end;
    this.pool = new Int32Array(end + (end >> 3) + 1_024);
    const next = this.starts.slice();
    for (let i = 0; i < nodes.length; i++) this.pool[next[nodes[i]]++] = values[i];
  }

  has(node: number, value: number): boolean {
    return this.find(node, value) >= 0;
  }

  add(node: number, value: number): void {
    if (this.lengths[node] === this.rooms[node]) this.move(node);
    this.pool[this.starts[node] + this.lengths[node]++] = value;
  }

  remove(node: number, value: number): void {
    const at = this.find(node, value);
    if (at < 0) return;
    this.lengths[node]--;
    this.pool[at] = this.pool[this.starts[node] + this.lengths[node]];
  }

  private find(node: number, value: number): number {
    const start = this.starts[node];
    for (let at = start, end = start + this.lengths[node]; at < end; at++) {
      if (this.pool[at] === value) return at;
    }
    return -1;
  }

  private move(node: number): void {
    const room = this.rooms[node] * 2 + 4;
    if (this.end + room > this.pool.length) {
      const pool = new Int32Array(this.pool.length * 2 + room);
      pool.set(this.pool);
      this.pool = pool;
    }
    const start = this.starts[node];
    this.pool.copyWithin(this.end, start, start + this.lengths[node]);
    this.starts[node] = this.end;
    this.rooms[node] = room;
    this.end += room;
  }
}
