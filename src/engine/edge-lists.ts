const INITIAL_CAPACITY = 4;

/**
 * Lists of numbers, one per node, in one shared typed array: a node's list is a run of the pool that
 * moves to the end when it outgrows its place. The pool is packed anew once half of it is abandoned.
 * Order within a list is not kept; no list holds a number twice.
 */
export class EdgeLists {
  private starts = new Int32Array(0);
  private lengths = new Int32Array(0);
  private capacities = new Int32Array(0);
  private pool = new Int32Array(0);
  private poolEnd = 0;
  private abandoned = 0;

  /** Builds all lists at once from pairs; a pair given twice counts once. */
  static fromPairs(nodeCount: number, nodes: Int32Array, targets: Int32Array): EdgeLists {
    const lists = new EdgeLists();
    lists.growNodes(nodeCount);
    for (let i = 0; i < nodes.length; i++) lists.capacities[nodes[i]]++;
    for (let node = 0, at = 0; node < nodeCount; node++) {
      lists.starts[node] = at;
      at += lists.capacities[node];
    }
    lists.pool = new Int32Array(nodes.length);
    lists.poolEnd = nodes.length;
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i];
      lists.pool[lists.starts[node] + lists.lengths[node]++] = targets[i];
    }
    for (let node = 0; node < nodeCount; node++) lists.dropRepeats(node);
    return lists;
  }

  /** The list of `node` as a view that is valid until the next change. Empty for an unknown node. */
  of(node: number): Int32Array {
    if (node < 0 || node >= this.lengths.length) return NO_EDGES;
    const start = this.starts[node];
    return this.pool.subarray(start, start + this.lengths[node]);
  }

  has(node: number, target: number): boolean {
    return this.of(node).includes(target);
  }

  /** @returns whether it was added, that is, was not there. */
  add(node: number, target: number): boolean {
    if (this.has(node, target)) return false;
    this.growNodes(node + 1);
    if (this.lengths[node] === this.capacities[node]) this.move(node);
    this.pool[this.starts[node] + this.lengths[node]++] = target;
    return true;
  }

  /** @returns whether it was there. */
  remove(node: number, target: number): boolean {
    const list = this.of(node);
    const at = list.indexOf(target);
    if (at < 0) return false;
    list[at] = list[list.length - 1];
    this.lengths[node]--;
    return true;
  }

  clear(node: number): void {
    if (node < this.lengths.length) this.lengths[node] = 0;
  }

  private dropRepeats(node: number): void {
    const list = this.of(node);
    if (list.length < 2) return;
    list.sort();
    let kept = 1;
    for (let i = 1; i < list.length; i++) {
      if (list[i] !== list[kept - 1]) list[kept++] = list[i];
    }
    this.lengths[node] = kept;
  }

  private growNodes(count: number): void {
    if (count <= this.lengths.length) return;
    const size = Math.max(count, this.lengths.length * 2);
    this.starts = grown(this.starts, size);
    this.lengths = grown(this.lengths, size);
    this.capacities = grown(this.capacities, size);
  }

  private move(node: number): void {
    const capacity = Math.max(INITIAL_CAPACITY, this.capacities[node] * 2);
    if (this.abandoned > this.poolEnd / 2) this.pack();
    if (this.poolEnd + capacity > this.pool.length) {
      this.pool = grown(this.pool, Math.max(this.poolEnd + capacity, this.pool.length * 2, 64));
    }
    const start = this.starts[node];
    this.pool.copyWithin(this.poolEnd, start, start + this.lengths[node]);
    this.abandoned += this.capacities[node];
    this.starts[node] = this.poolEnd;
    this.capacities[node] = capacity;
    this.poolEnd += capacity;
  }

  private pack(): void {
    const pool = new Int32Array(this.pool.length);
    let at = 0;
    for (let node = 0; node < this.lengths.length; node++) {
      pool.set(this.of(node), at);
      this.starts[node] = at;
      this.capacities[node] = this.lengths[node];
      at += this.lengths[node];
    }
    this.pool = pool;
    this.poolEnd = at;
    this.abandoned = 0;
  }
}

const NO_EDGES = new Int32Array(0);

/** A longer copy, filled up with zeros. */
export function grown(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(length);
  copy.set(array);
  return copy;
}
