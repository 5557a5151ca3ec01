import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EdgeLists } from '../../../src/engine/edge-lists.js';

const NODES = 12;
const node = fc.nat(NODES - 1);
const target = fc.nat(40);

type Step =
  | { readonly kind: 'add' | 'remove'; readonly node: number; readonly target: number }
  | { readonly kind: 'clear'; readonly node: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), node, target }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove' as const), node, target }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const), node }) },
);

function contents(lists: EdgeLists): number[][] {
  return Array.from({ length: NODES }, (_, i) => [...lists.of(i)].sort((a, b) => a - b));
}

function contentsOf(sets: readonly ReadonlySet<number>[]): number[][] {
  return sets.map((set) => [...set].sort((a, b) => a - b));
}

/** Plays the steps on both and compares what each says and holds. */
function play(lists: EdgeLists, sets: readonly Set<number>[], steps: readonly Step[]): void {
  for (const step of steps) {
    const set = sets[step.node];
    if (step.kind === 'clear') {
      lists.clear(step.node);
      set.clear();
    } else if (step.kind === 'add') {
      expect(lists.add(step.node, step.target)).toBe(!set.has(step.target));
      set.add(step.target);
    } else {
      expect(lists.remove(step.node, step.target)).toBe(set.delete(step.target));
    }
    expect(lists.has(step.node, step.kind === 'clear' ? 0 : step.target)).toBe(
      set.has(step.kind === 'clear' ? 0 : step.target),
    );
  }
  expect(contents(lists)).toEqual(contentsOf(sets));
}

const emptySets = () => Array.from({ length: NODES }, () => new Set<number>());

describe('EdgeLists', () => {
  it('holds what sets would hold, from nothing', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400, size: 'max' }), (steps) => {
        play(new EdgeLists(), emptySets(), steps);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('holds what sets would hold, from pairs with repeats', () => {
    const pairs = fc.array(fc.tuple(node, target), { maxLength: 120, size: 'max' });
    fc.assert(
      fc.property(pairs, fc.array(step, { maxLength: 200, size: 'max' }), (given, steps) => {
        const sets = emptySets();
        for (const [from, to] of given) sets[from].add(to);
        const lists = EdgeLists.fromPairs(
          NODES,
          Int32Array.from(given.map(([from]) => from)),
          Int32Array.from(given.map(([, to]) => to)),
        );
        expect(contents(lists)).toEqual(contentsOf(sets));
        play(lists, sets, steps);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it('never lists a target twice', () => {
    const lists = EdgeLists.fromPairs(2, Int32Array.of(1, 1, 1, 0), Int32Array.of(5, 5, 5, 5));
    expect([...lists.of(1)]).toEqual([5]);
    expect(lists.add(1, 5)).toBe(false);
    expect([...lists.of(1)]).toEqual([5]);
  });

  it('has an empty list for a node that it never saw', () => {
    const lists = new EdgeLists();
    expect([...lists.of(7)]).toEqual([]);
    expect([...lists.of(-1)]).toEqual([]);
    expect(lists.has(7, 0)).toBe(false);
    expect(lists.remove(7, 0)).toBe(false);
    lists.clear(7);
    expect([...lists.of(7)]).toEqual([]);
  });

  it('keeps every list while many lists outgrow their place in turn', () => {
    const lists = new EdgeLists();
    const sets = emptySets();
    for (let round = 0; round < 300; round++) {
      for (let at = 0; at < NODES; at++) {
        expect(lists.add(at, round * NODES + at)).toBe(true);
        sets[at].add(round * NODES + at);
        if (round % 3 === 2) {
          const gone = (round - 1) * NODES + at;
          expect(lists.remove(at, gone)).toBe(true);
          sets[at].delete(gone);
        }
      }
    }
    expect(contents(lists)).toEqual(contentsOf(sets));
  });
});
