import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findComponents, type PackedGraph } from '../../../src/engine/cycles.js';
import { finish, Slice } from '../../../src/engine/slice.js';

function packed(nodeCount: number, edges: readonly (readonly [number, number])[]): PackedGraph {
  const starts = new Int32Array(nodeCount + 1);
  const targets: number[] = [];
  for (let node = 0; node < nodeCount; node++) {
    for (const [from, to] of edges) if (from === node) targets.push(to);
    starts[node + 1] = targets.length;
  }
  return { starts, targets: Int32Array.from(targets) };
}

/** By node: every node that edges lead to from it, itself included. */
function reachable(nodeCount: number, edges: readonly (readonly [number, number])[]) {
  return Array.from({ length: nodeCount }, (_, start) => {
    const found = new Set([start]);
    for (const node of found) for (const [from, to] of edges) if (from === node) found.add(to);
    return found;
  });
}

const graph = fc.integer({ min: 1, max: 12 }).chain((nodeCount) => {
  const node = fc.nat(nodeCount - 1);
  return fc.record({
    nodeCount: fc.constant(nodeCount),
    edges: fc.array(fc.tuple(node, node), { maxLength: 30 }),
  });
});

describe('findComponents', () => {
  it('joins exactly those nodes that reach each other, and numbers targets no higher', () => {
    fc.assert(
      fc.property(graph, ({ nodeCount, edges }) => {
        const { of, count, starts, nodes } = finish(
          findComponents(packed(nodeCount, edges), new Slice()),
        );
        const reach = reachable(nodeCount, edges);
        for (let a = 0; a < nodeCount; a++) {
          for (let b = 0; b < nodeCount; b++) {
            expect(of[a] === of[b]).toBe(reach[a].has(b) && reach[b].has(a));
          }
        }
        for (const [from, to] of edges) expect(of[to]).toBeLessThanOrEqual(of[from]);
        const listed = Array.from({ length: count }, (_, component) => [
          ...nodes.subarray(starts[component], starts[component + 1]),
        ]);
        expect(listed.map(([first]) => of[first])).toEqual(listed.map((_, component) => component));
        expect(listed.flat().sort((a, b) => a - b)).toEqual([...Array(nodeCount).keys()]);
      }),
      { numRuns: 500 },
    );
  });

  it('goes down any depth, in slices', () => {
    const nodeCount = 200_000;
    const starts = Int32Array.from({ length: nodeCount + 1 }, (_, node) => node);
    const ring = Int32Array.from({ length: nodeCount }, (_, node) => (node + 1) % nodeCount);
    const work = findComponents({ starts, targets: ring }, new Slice());
    let slices = 0;
    let step = work.next();
    for (; !step.done; step = work.next()) slices++;
    expect(step.value.count).toBe(1);
    expect(slices).toBeGreaterThan(50);
  });
});
