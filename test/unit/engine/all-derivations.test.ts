import { describe, expect, it } from '@jest/globals';
import { type NameKey, nameKey } from '../../../src/domain/index.js';
import { Reasons } from '../../../src/engine/explain.js';
import {
  type Derivation,
  type DerivationCursor,
  type DerivationPage,
  derivationCursor,
  type PermissionIndex,
} from '../../../src/engine/index.js';
import { factsFromSnapshot } from '../../../src/engine/load-snapshot.js';
import { Rights } from '../../../src/engine/rights.js';
import { finish } from '../../../src/engine/slice.js';
import { Walk } from '../../../src/engine/walk.js';
import { naiveDerivations } from '../../support/naive-derivations.js';
import { NaiveState } from '../../support/naive-state.js';
import { Random } from '../../support/random.js';
import type { DerivationAnswer } from '../../support/scenario-answerer.js';
import { BITBUCKET_SCHEME } from '../../support/scenario-scheme.js';
import { type Beginning, ScenarioState } from '../../support/scenario-state.js';
import { HANDFUL, randomSetup, USER_NAMES } from '../../trial/random-setup.js';

type Read = (first: number, after: DerivationCursor | null) => DerivationPage;

/** Group keys and permission; all of ann's unless told otherwise. */
function texts(items: readonly Derivation[]): string[] {
  return items.map(({ steps, grant }) =>
    [...steps.map(({ group }) => nameKey(group)), grant.permission].join(' > '),
  );
}

function reader(index: PermissionIndex, permission: string, user = 'ann'): Read {
  return (first, after) => index.derivationsOf(user, permission, { first, after });
}

/** Reads on to the end. A page tells its own end, so it need not be full. */
function all(read: Read, first: number): Derivation[] {
  const found: Derivation[] = [];
  for (let after: DerivationCursor | null = null; ; ) {
    const { items, next, complete } = read(first, after);
    if (items.length > first) throw new Error('a page holds more than was asked for');
    if (complete && next && items.length < first) throw new Error('a page ended without a reason');
    found.push(...items);
    if (next === null) return found;
    expect(next).not.toEqual(after);
    after = next;
  }
}

/** The questions of an index, with a bound of one's own on the steps that a page may take. */
function bounded(state: ScenarioState): Reasons {
  const facts = finish(factsFromSnapshot(state.author.facts.snapshot()));
  const rights = finish(Rights.of(facts));
  return new Reasons(facts, rights, new Walk(facts, rights));
}

function company(
  groups: Record<string, { users?: string[]; groups?: string[] }>,
): Beginning['directories'] {
  return [{ name: 'staff', users: ['ann'], groups }];
}

/** Diamonds in a row above `top0`. */
function diamonds(count: number): Beginning {
  const groups: Record<string, { users?: string[]; groups?: string[] }> = {
    top0: { users: ['ann'] },
  };
  for (let i = 1; i <= count; i++) {
    groups[`east${i}`] = { groups: [`top${i - 1}`] };
    groups[`west${i}`] = { groups: [`top${i - 1}`] };
    groups[`top${i}`] = { groups: [`east${i}`, `west${i}`] };
  }
  return { directories: company(groups), grants: { LICENSED_USER: [`top${count}`] } };
}

/** Every one of `count` groups in every other, ann in the first, a grant to the last. */
function tangle(count: number): Beginning {
  const names = Array.from({ length: count }, (_, i) => `g${i}`);
  const groups = names.map((name, i) => [
    name,
    { groups: names.filter((other) => other !== name), users: i === 0 ? ['ann'] : [] },
  ]);
  return {
    directories: company(Object.fromEntries(groups)),
    grants: { LICENSED_USER: [names[count - 1]] },
  };
}

describe('all derivations', () => {
  it('are the longer ones too, shorter first, then by group keys, then weakest grant first', () => {
    const { index } = ScenarioState.of({
      directories: company({
        team: { users: ['ann'] },
        devs: { users: ['ann'], groups: ['team'] },
        all: { groups: ['devs', 'team'] },
      }),
      grants: { ADMIN: ['all'], LICENSED_USER: ['all', 'team'] },
      userGrants: { PROJECT_CREATE: ['ann'], LICENSED_USER: ['ann'] },
    });
    const expected = [
      'LICENSED_USER',
      'PROJECT_CREATE',
      'team > LICENSED_USER',
      'devs > all > LICENSED_USER',
      'devs > all > ADMIN',
      'team > all > LICENSED_USER',
      'team > all > ADMIN',
      'team > devs > all > LICENSED_USER',
      'team > devs > all > ADMIN',
    ];
    for (const first of [1, 2, 4, 8, 9, 50]) {
      expect(texts(all(reader(index, 'LICENSED_USER'), first))).toEqual(expected);
    }
    expect(texts(all(reader(index, 'ADMIN'), 2))).toEqual([
      'devs > all > ADMIN',
      'team > all > ADMIN',
      'team > devs > all > ADMIN',
    ]);
    const page = reader(index, 'LICENSED_USER')(9, null);
    expect(page).toMatchObject({ next: null, complete: true });
  });

  it('repeat no group, and pass by a cycle that leads nowhere', () => {
    const { index } = ScenarioState.of({
      directories: company({
        a: { users: ['ann'], groups: ['a', 'c'] },
        b: { groups: ['a'] },
        c: { groups: ['b'] },
        d: { groups: ['c'] },
        whirl: { groups: ['a', 'pool'] },
        pool: { groups: ['whirl'] },
      }),
      grants: { LICENSED_USER: ['d', 'b'] },
    });
    expect(texts(all(reader(index, 'LICENSED_USER'), 10))).toEqual([
      'a > b > LICENSED_USER',
      'a > b > c > d > LICENSED_USER',
    ]);
  });

  it('are none for who does not hold the permission', () => {
    const { index } = ScenarioState.of({
      directories: [
        {
          name: 'staff',
          users: ['ann', { name: 'off', active: false }],
          groups: { team: { users: ['off'] } },
        },
      ],
      grants: { LICENSED_USER: ['team'] },
      userGrants: { LICENSED_USER: ['stranger'] },
    });
    for (const user of ['ann', 'off', 'stranger', 'nobody']) {
      const page = reader(index, 'LICENSED_USER', user)(5, null);
      expect(page).toEqual({ items: [], next: null, complete: true });
    }
    expect(() => reader(index, 'NO_SUCH')(5, null)).toThrow(/NO_SUCH/);
  });

  it('begin like the shortest ones, and are given without looking at all of them', () => {
    const { index } = ScenarioState.of(diamonds(40));
    const page = reader(index, 'LICENSED_USER')(100, null);
    expect(page.items).toHaveLength(100);
    expect(page.complete).toBe(true);
    expect(page.items).toEqual(index.explain('ann', 'LICENSED_USER', 100).derivations);
    const on = reader(index, 'LICENSED_USER')(1, page.next);
    expect(on.items).toEqual(index.explain('ann', 'LICENSED_USER', 101).derivations.slice(100));
  });

  it('reach to any depth', () => {
    const length = 3_000;
    const groups = Array.from({ length }, (_, i) => [
      `g${i}`,
      i === 0 ? { users: ['ann'] } : { groups: [`g${i - 1}`] },
    ]);
    const { index } = ScenarioState.of({
      directories: company(Object.fromEntries(groups)),
      grants: { LICENSED_USER: [`g${length - 1}`] },
    });
    const { items, next } = reader(index, 'LICENSED_USER')(2, null);
    expect(items.map(({ steps }) => steps.length)).toEqual([length]);
    expect(next).toBeNull();
    expect(index.explain('ann', 'LICENSED_USER', 1).derivations).toEqual(items);
  });

  it('say so when a page took too many steps, and go on from there', () => {
    const { index } = ScenarioState.of(tangle(11));
    const read = reader(index, 'LICENSED_USER');
    // The last of all visits every group; pages of a tangle end because of the steps, not the items.
    const { next, complete, items } = read(1_000_000, null);
    expect(complete).toBe(false);
    expect(next).not.toBeNull();
    expect(items.length).toBeGreaterThan(0);
    const more = read(1_000_000, next);
    expect(more.items.length).toBeGreaterThan(0);
    const seen = new Set(texts([...items, ...more.items]));
    expect(seen.size).toBe(items.length + more.items.length);
  });

  it.each([1, 2, 3, 7, 1_000])('miss and repeat nothing with pauses after %d steps', (steps) => {
    const state = ScenarioState.of(tangle(6));
    const reasons = bounded(state);
    const read: Read = (first, after) =>
      reasons.derivationsOf('ann', 'LICENSED_USER', { first, after }, steps);
    // Ways through a choice of the four groups in between, in any order.
    const expected = texts(all(reader(state.index, 'LICENSED_USER'), 1_000));
    expect(expected).toHaveLength(1 + 4 + 12 + 24 + 24);
    expect(texts(all(read, 3))).toEqual(expected);
    expect(read(3, null).complete).toBe(steps === 1_000);
  });

  it('go on behind a place that is no longer there', () => {
    const state = ScenarioState.of(diamonds(2));
    const read = reader(state.index, 'LICENSED_USER');
    const { items } = read(2, null);
    const behindSecond = derivationCursor(items[1]);
    expect(behindSecond).toEqual(read(2, null).next);
    const remove = { directory: 'staff', parent: 'top2', child: 'west2' } as const;
    state.do({ type: 'removeNesting', ...remove });
    expect(texts(read(5, behindSecond).items)).toEqual([
      'top0 > west1 > top1 > east2 > top2 > LICENSED_USER',
    ]);
    state.do({ type: 'addNesting', ...remove });
    state.do({ type: 'removeGroup', directory: 'staff', group: 'east1' });
    expect(texts(read(5, behindSecond).items)).toEqual([
      'top0 > west1 > top1 > east2 > top2 > LICENSED_USER',
      'top0 > west1 > top1 > west2 > top2 > LICENSED_USER',
    ]);
    state.do({ type: 'addNesting', directory: 'staff', parent: 'top2', child: 'top0' });
    expect(texts(read(5, behindSecond).items)).toHaveLength(2);
  });

  it('go on behind a grant that is no longer there', () => {
    const state = ScenarioState.of({
      directories: company({ a: { users: ['ann'] } }),
      grants: { LICENSED_USER: ['a'], PROJECT_CREATE: ['a'], ADMIN: ['a'] },
    });
    const read = reader(state.index, 'LICENSED_USER');
    const { next } = read(2, null);
    state.do({ type: 'revoke', permission: 'PROJECT_CREATE', subjectType: 'GROUP', subject: 'a' });
    expect(texts(read(2, next).items)).toEqual(['a > ADMIN']);
    state.do({ type: 'revoke', permission: 'ADMIN', subjectType: 'GROUP', subject: 'a' });
    expect(read(2, next)).toEqual({ items: [], next: null, complete: true });
  });

  it('take a cursor that nobody gave for a place like any other', () => {
    const { index } = ScenarioState.of(diamonds(2));
    const keys = (...names: string[]) => names as NameKey[];
    const read = (length: number, groups: NameKey[]) =>
      reader(index, 'LICENSED_USER')(9, { length, groups, grant: null }).items.length;
    expect(read(0, [])).toBe(4);
    expect(read(-3, keys('x'))).toBe(4);
    expect(read(3, keys('top0', 'a', 'b', 'c', 'd'))).toBe(4);
    expect(read(5, keys('top0', 'west1'))).toBe(2);
    expect(read(5, keys('top0', 'a'))).toBe(4);
    expect(read(5, keys('zoo'))).toBe(0);
    expect(read(5, keys('top0', 'west1', 'top1', 'west2', 'top2', 'more', 'and', 'more'))).toBe(1);
    expect(read(6, [])).toBe(0);
    expect(read(Number.MAX_SAFE_INTEGER, keys('top0'))).toBe(0);
    expect(read(Number.NaN, [])).toBe(0);
  });

  it.each(Array.from({ length: 150 }, (_, seed) => seed))(
    'agree with the naive ones, seed %d',
    (seed) => {
      const random = new Random(seed);
      const shape = {
        ...HANDFUL,
        nesting: random.pick([10, 20, 30]),
        membership: 25,
        groupGrants: 4,
      };
      const state = new ScenarioState(randomSetup(random, shape));
      const naive = NaiveState.now(state.author.facts);
      const reasons = bounded(state);
      const steps = random.pick([1, 5, 1_000]);
      for (const user of USER_NAMES) {
        for (const { key: permission } of BITBUCKET_SCHEME.permissions) {
          const first = 1 + random.below(9);
          const read: Read = (count, after) =>
            reasons.derivationsOf(user, permission, { first: count, after }, steps);
          const expected = naiveDerivations(naive, nameKey(user), permission, 1_000_000);
          expect([user, permission, all(read, first).map(derivationAnswer)]).toEqual([
            user,
            permission,
            expected,
          ]);
        }
      }
    },
  );
});

function derivationAnswer({ steps, grant }: Derivation): DerivationAnswer {
  return {
    groups: steps.map(({ group }) => nameKey(group)),
    directories: steps.map(({ directory }) => directory.name),
    grant: {
      permission: grant.permission,
      subjectType: grant.subjectType,
      subject: grant.subjectKey,
    },
  };
}
