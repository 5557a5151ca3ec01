import type { Slice } from './slice.js';

/** Edges between the nodes 0, 1, …: those of node i are `targets` from `starts[i]` up to `starts[i + 1]`. */
export interface PackedGraph {
  readonly starts: Int32Array;
  readonly targets: Int32Array;
}

/** Sets of nodes that are connected with each other both ways; every node is in exactly one. */
export interface Components {
  readonly count: number;
  /** By node. An edge leads to the same component or to one with a lower number. */
  readonly of: Int32Array;
  /** The nodes of component c are `nodes` from `starts[c]` up to `starts[c + 1]`, in ascending order. */
  readonly starts: Int32Array;
  readonly nodes: Int32Array;
}

/** Tarjan's algorithm with a stack of its own, so that no depth of nesting is too much for it. */
export function* findComponents(graph: PackedGraph, slice: Slice): Generator<void, Components> {
  const { starts, targets } = graph;
  const nodeCount = starts.length - 1;
  const of = new Int32Array(nodeCount).fill(-1);
  /** By node: when it was met, from 1 on, and the earliest that can be reached from it. */
  const met = new Int32Array(nodeCount);
  const low = new Int32Array(nodeCount);
  const nextEdge = starts.slice(0, nodeCount);
  /** The way to the node at hand, and the nodes met that belong to no component yet. */
  const way = new Int32Array(nodeCount);
  const open = new Int32Array(nodeCount);
  let openEnd = 0;
  let time = 0;
  let count = 0;
  for (let root = 0; root < nodeCount; root++) {
    if (slice.spend()) yield;
    if (met[root] !== 0) continue;
    let depth = 0;
    way[0] = root;
    met[root] = low[root] = ++time;
    open[openEnd++] = root;
    while (depth >= 0) {
      if (slice.spend()) yield;
      const node = way[depth];
      if (nextEdge[node] < starts[node + 1]) {
        const target = targets[nextEdge[node]++];
        if (met[target] === 0) {
          met[target] = low[target] = ++time;
          open[openEnd++] = target;
          way[++depth] = target;
        } else if (of[target] < 0 && met[target] < low[node]) {
          low[node] = met[target];
        }
        continue;
      }
      if (low[node] === met[node]) {
        do of[open[--openEnd]] = count;
        while (open[openEnd] !== node);
        count++;
      }
      depth--;
      if (depth >= 0 && low[node] < low[way[depth]]) low[way[depth]] = low[node];
    }
  }
  return sortedIn(of, count);
}

function sortedIn(of: Int32Array, count: number): Components {
  const starts = new Int32Array(count + 1);
  for (let node = 0; node < of.length; node++) starts[of[node] + 1]++;
  for (let component = 0; component < count; component++) {
    starts[component + 1] += starts[component];
  }
  const at = starts.slice();
  const nodes = new Int32Array(of.length);
  for (let node = 0; node < of.length; node++) nodes[at[of[node]]++] = node;
  return { count, of, starts, nodes };
}
