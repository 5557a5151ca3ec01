import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EdgeLists } from '../../../src/engine/edge-lists.js';
import { finish } from '../../../src/engine/slice.js';

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
  return Array.from({ length: NODES }, (_, i) => [...lists.copyOf(i)].sort((a, b) => a - b));
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
      if (!lists.has(step.node, step.target)) lists.add(step.node, step.target);
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

function fromPairs(given: readonly (readonly [number, number])[]): EdgeLists {
  const lists = new EdgeLists();
  finish(
    lists.addAll(
      NODES,
      Int32Array.from(given.map(([from]) => from)),
      Int32Array.from(given.map(([, to]) => to)),
      'NOTHING',
    ),
  );
  return lists;
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
        const lists = fromPairs(given);
        expect(contents(lists)).toEqual(contentsOf(sets));
        play(lists, sets, steps);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it('never lists a target twice', () => {
    const lists = fromPairs([
      [1, 5],
      [1, 5],
      [1, 5],
      [0, 5],
    ]);
    expect([...lists.copyOf(1)]).toEqual([5]);
    expect(lists.size).toBe(2);
  });

  it('has an empty list for a node that it never saw', () => {
    const lists = new EdgeLists();
    expect([...lists.copyOf(7)]).toEqual([]);
    expect(lists.has(7, 0)).toBe(false);
    expect(lists.remove(7, 0)).toBe(false);
    lists.clear(7);
    expect([...lists.copyOf(7)]).toEqual([]);
  });

  it('keeps every list while many lists outgrow their place in turn', () => {
    const lists = new EdgeLists();
    const sets = emptySets();
    for (let round = 0; round < 300; round++) {
      for (let at = 0; at < NODES; at++) {
        lists.add(at, round * NODES + at);
        sets[at].add(round * NODES + at);
        if (round % 3 === 2) {
          const gone = (round - 1) * NODES + at;
          expect(lists.remove(at, gone)).toBe(true);
          sets[at].delete(gone);
        }
      }
      lists.tidy();
    }
    expect(contents(lists)).toEqual(contentsOf(sets));
  });

  it('leaves its base as it is under an overlay, and an overlay under another', () => {
    const pairs = fc.array(fc.tuple(node, target), { maxLength: 60, size: 'max' });
    const some = fc.array(step, { maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(pairs, some, some, (given, first, second) => {
        const base = fromPairs(given);
        const before = contents(base);
        const overlay = base.fork();
        const sets = before.map((list) => new Set(list));
        play(overlay, sets, first);
        const between = contents(overlay);
        play(
          overlay.fork(),
          sets.map((set) => new Set(set)),
          second,
        );
        expect(contents(overlay)).toEqual(between);
        expect(contents(base)).toEqual(before);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});
