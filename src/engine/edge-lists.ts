import { Column } from './column.js';
import type { Marks } from './marks.js';

/** Room a list that outgrew its place leaves: an eighth of its length and a few more. */
const roomFor = (length: number) => length + (length >> 3) + 3;
/** The pool is packed anew when more than a sixteenth of it, and more than this, is not in use. */
const WASTE_SHIFT = 4;
const LEAST_WASTE = 4_096;
/** All bits below a power of two: at each multiple a long loop pauses. */
const EDGES_BETWEEN_PAUSES = 0x7fff;

/**
 * Lists of numbers, one per node. A node's list is a run of one pool; it moves to the end of the
 * pool when it outgrows its place. Order within a list is not kept; no list holds a number twice.
 * Walk a list as `poolOf(node)` from `startOf(node)`, `lengthOf(node)` numbers, until the next change.
 *
 * A fork reads its base's pool and copies a list to a pool of its own when it changes it.
 */
export class EdgeLists {
  /** Two numbers for each node, side by side because they are read together: start and length. */
  private readonly runs: Column;
  private readonly capacities: Column;
  /** The base's pool, which positions below `lowerEnd` are of. */
  private readonly lower: Int32Array;
  private readonly lowerEnd: number;
  private pool = new Int32Array(0);
  private poolEnd = 0;
  private inUse = 0;
  /** Nodes that have, or had, a list. */
  private nodeEnd = 0;

  constructor(base?: EdgeLists) {
    this.runs = base?.runs.fork() ?? new Column();
    this.capacities = base?.capacities.fork() ?? new Column();
    // What lies over an overlay shares its base's pool and copies the little it has of its own.
    const nested = base !== undefined && base.lowerEnd > 0;
    this.lower = nested ? base.lower : (base?.pool ?? this.pool);
    this.lowerEnd = nested ? base.lowerEnd : (base?.poolEnd ?? 0);
    if (nested) {
      this.pool = base.pool.slice(0, base.poolEnd);
      this.poolEnd = base.poolEnd;
    }
    this.inUse = base?.inUse ?? 0;
    this.nodeEnd = base?.nodeEnd ?? 0;
  }

  fork(): EdgeLists {
    return new EdgeLists(this);
  }

  /** Edges in all lists. */
  get size(): number {
    return this.inUse;
  }

  poolOf(node: number): Int32Array {
    return this.runs.get(2 * node) < this.lowerEnd ? this.lower : this.pool;
  }

  startOf(node: number): number {
    const start = this.runs.get(2 * node);
    return start < this.lowerEnd ? start : start - this.lowerEnd;
  }

  lengthOf(node: number): number {
    return this.runs.get(2 * node + 1);
  }

  /** The list of `node`, to keep. */
  copyOf(node: number): Int32Array {
    const start = this.startOf(node);
    return this.poolOf(node).slice(start, start + this.lengthOf(node));
  }

  /**
   * Puts those of the list of `node` that `seen` does not hold yet into both, from `end` of `into` on.
   * @returns the new end.
   */
  appendUnseen(node: number, seen: Marks, into: Int32Array, end: number): number {
    const place = this.runs.get(2 * node);
    const isLower = place < this.lowerEnd;
    const pool = isLower ? this.lower : this.pool;
    const start = isLower ? place : place - this.lowerEnd;
    const stop = start + this.runs.get(2 * node + 1);
    let after = end;
    for (let at = start; at < stop; at++) if (seen.add(pool[at])) into[after++] = pool[at];
    return after;
  }

  has(node: number, target: number): boolean {
    return this.find(node, target) >= 0;
  }

  /** The caller knows that it is not there. */
  add(node: number, target: number): void {
    const length = this.runs.get(2 * node + 1);
    if (this.isBorrowed(node) || length === this.capacities.get(node)) {
      this.move(node, roomFor(length));
    }
    this.pool[this.startOf(node) + length] = target;
    this.runs.set(2 * node + 1, length + 1);
    this.inUse++;
  }

  /** @returns whether it was there. */
  remove(node: number, target: number): boolean {
    const found = this.find(node, target);
    if (found < 0) return false;
    const last = this.runs.get(2 * node + 1) - 1;
    const at = found - this.startOf(node);
    if (this.isBorrowed(node)) this.move(node, last + 1);
    const start = this.startOf(node);
    this.pool[start + at] = this.pool[start + last];
    this.runs.set(2 * node + 1, last);
    this.inUse--;
    return true;
  }

  clear(node: number): void {
    const length = this.runs.get(2 * node + 1);
    if (length === 0) return;
    this.inUse -= length;
    this.runs.set(2 * node + 1, 0);
  }

  /**
   * Adds many edges at once to nodes whose lists are empty; a pair given twice counts once. Pauses
   * now and then.
   * @param count how many nodes there are: every node is below it.
   * @param known what is known of the pairs and need not be found out: that none is given twice, or
   * that they also come in order.
   */
  *addAll(
    count: number,
    nodes: Int32Array,
    targets: Int32Array,
    known: 'NOTHING' | 'DISTINCT' | 'ASCENDING',
  ): Generator<void, void> {
    const degree = new Int32Array(count);
    for (let i = 0; i < nodes.length; i++) {
      if ((i & EDGES_BETWEEN_PAUSES) === EDGES_BETWEEN_PAUSES) yield;
      degree[nodes[i]]++;
    }
    this.reserveNodes(count);
    this.reservePool(nodes.length);
    const at = new Int32Array(count);
    yield;
    for (let node = 0; node < count; node++) {
      if (degree[node] === 0) continue;
      at[node] = this.poolEnd;
      this.runs.set(2 * node, this.poolEnd + this.lowerEnd);
      this.capacities.set(node, degree[node]);
      this.poolEnd += degree[node];
    }
    const { pool } = this;
    if (known === 'ASCENDING') {
      pool.set(targets, this.poolEnd - targets.length);
    } else {
      const next = at.slice();
      for (let i = 0; i < nodes.length; i++) {
        if ((i & EDGES_BETWEEN_PAUSES) === EDGES_BETWEEN_PAUSES) yield;
        pool[next[nodes[i]]++] = targets[i];
      }
    }
    for (let node = 0; node < count; node++) {
      if ((node & EDGES_BETWEEN_PAUSES) === EDGES_BETWEEN_PAUSES) yield;
      if (degree[node] === 0) continue;
      const length = known === 'NOTHING' ? distinct(pool, at[node], degree[node]) : degree[node];
      this.runs.set(2 * node + 1, length);
      this.inUse += length;
    }
  }

  /** Gives back room that is not in use when there is much of it. */
  tidy(): void {
    const wasted = this.pool.length - this.inUse;
    if (this.lowerEnd > 0 || wasted < LEAST_WASTE || wasted < this.pool.length >> WASTE_SHIFT)
      return;
    // Without any room the next changes would waste as much again: lists keep a thirty-second.
    let end = 0;
    for (let node = 0; node < this.nodeEnd; node++) {
      end += this.runs.get(2 * node + 1) + (this.runs.get(2 * node + 1) >> 5);
    }
    const pool = new Int32Array(end);
    let at = 0;
    for (let node = 0; node < this.nodeEnd; node++) {
      const length = this.runs.get(2 * node + 1);
      const start = this.runs.get(2 * node);
      for (let i = 0; i < length; i++) pool[at + i] = this.pool[start + i];
      this.runs.set(2 * node, at);
      this.capacities.set(node, length + (length >> 5));
      at += length + (length >> 5);
    }
    this.pool = pool;
    this.poolEnd = end;
  }

  private find(node: number, target: number): number {
    const pool = this.poolOf(node);
    const start = this.startOf(node);
    for (let at = start, end = start + this.runs.get(2 * node + 1); at < end; at++) {
      if (pool[at] === target) return at;
    }
    return -1;
  }

  /** In a fork: whether the list is still the base's. */
  private isBorrowed(node: number): boolean {
    return this.runs.get(2 * node) < this.lowerEnd;
  }

  private move(node: number, capacity: number): void {
    const length = this.runs.get(2 * node + 1);
    if (node >= this.nodeEnd) this.nodeEnd = node + 1;
    this.reservePool(capacity);
    const from = this.poolOf(node);
    const start = this.startOf(node);
    for (let i = 0; i < length; i++) this.pool[this.poolEnd + i] = from[start + i];
    this.runs.set(2 * node, this.poolEnd + this.lowerEnd);
    this.capacities.set(node, capacity);
    this.poolEnd += capacity;
  }

  private reserveNodes(count: number): void {
    this.runs.reserve(2 * count);
    this.capacities.reserve(count);
    if (count > this.nodeEnd) this.nodeEnd = count;
  }

  /** Makes room at once for nodes and edges that are about to be added. */
  reserve(nodes: number, edges: number): void {
    this.reserveNodes(nodes);
    this.reservePool(edges);
  }

  private reservePool(more: number): void {
    const needed = this.poolEnd + more;
    if (needed <= this.pool.length) return;
    const room = this.poolEnd === 0 && more > 64 ? needed : needed + (needed >> 5) + 64;
    const pool = new Int32Array(room);
    pool.set(this.pool.subarray(0, this.poolEnd));
    this.pool = pool;
  }
}

/** Sorts a run and moves what is different to its front. @returns how many that are. */
function distinct(pool: Int32Array, start: number, count: number): number {
  let sorted = true;
  for (let i = start + 1; i < start + count && sorted; i++) sorted = pool[i - 1] < pool[i];
  if (sorted) return count;
  pool.subarray(start, start + count).sort();
  let kept = start + 1;
  for (let i = start + 1; i < start + count; i++) {
    if (pool[i] !== pool[kept - 1]) pool[kept++] = pool[i];
  }
  return kept - start;
}
