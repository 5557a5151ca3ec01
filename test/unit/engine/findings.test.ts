import { describe, expect, it } from '@jest/globals';
import { nameKey } from '../../../src/domain/index.js';
import type { Finding, FindingFacts, PermissionIndex } from '../../../src/engine/index.js';
import { FactsMoved, FINDING_CODES } from '../../../src/engine/index.js';
import { findingText } from '../../support/finding-text.js';
import { naiveFindings, naiveWays } from '../../support/naive-findings.js';
import { NaiveState } from '../../support/naive-state.js';
import { Random } from '../../support/random.js';
import type { Action } from '../../support/scenario-answerer.js';
import { type Beginning, ScenarioState } from '../../support/scenario-state.js';
import { HANDFUL, randomSetup } from '../../trial/random-setup.js';

const OFF = (name: string) => ({ name, active: false });

function found(index: PermissionIndex, known: FindingFacts = {}): readonly Finding[] {
  const work = index.findings(known);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Findings with one code, as text. */
function told(code: Finding['code'], beginning: Beginning, known?: FindingFacts): string[] {
  return found(ScenarioState.of(beginning).index, known)
    .filter((finding) => finding.code === code)
    .map((finding) => findingText(finding).slice(code.length + 1));
}

describe('findings', () => {
  it('name who is the last to hold system administration, or say that nobody does', () => {
    const directories = [{ name: 'staff', users: ['ann', OFF('bob')], groups: {} }];
    const withGrants = (...users: string[]) => ({ directories, userGrants: { SYS_ADMIN: users } });
    expect(told('NO_HOLDER', { directories })).toEqual(['SYS_ADMIN']);
    expect(told('NO_HOLDER', withGrants('bob'))).toEqual(['SYS_ADMIN']);
    expect(told('LAST_HOLDER', withGrants('ann', 'bob'))).toEqual(['SYS_ADMIN: ann']);
    const two = {
      ...withGrants('ann', 'eva'),
      directories: [{ name: 'staff', users: ['ann', 'eva'] }],
    };
    expect(told('LAST_HOLDER', two)).toEqual([]);
    expect(told('NO_HOLDER', two)).toEqual([]);
  });

  it('tell directories that honour nesting although the other side does not', () => {
    const state = ScenarioState.of({
      directories: [
        { name: 'staff' },
        { name: 'flat', nestedGroups: false },
        { name: 'asleep', active: false },
        { name: 'agreed' },
        { name: 'unknown' },
      ],
    });
    const [staff, flat, asleep, agreed] = state.index.directories();
    const remoteNesting = new Map([
      [staff.id, false],
      [flat.id, false],
      [asleep.id, false],
      [agreed.id, true],
    ]);
    const texts = found(state.index, { remoteNesting }).map(findingText);
    expect(texts.filter((text) => text.startsWith('NESTING_ONLY_HERE'))).toEqual([
      'NESTING_ONLY_HERE staff',
    ]);
    expect(found(state.index).map(({ code }) => code)).toEqual(['NO_HOLDER']);
  });

  it('tell grants to names that no active directory holds, and who holds them asleep', () => {
    const beginning: Beginning = {
      directories: [
        { name: 'staff', users: ['ann'], groups: { devs: {} } },
        { name: 'old', active: false, users: ['zed', 'ann'], groups: { gone: {}, devs: {} } },
        { name: 'older', active: false, groups: { gone: {} } },
      ],
      grants: { ADMIN: ['gone', 'nowhere', 'devs'] },
      userGrants: { LICENSED_USER: ['zed', 'ann', 'nobody'] },
    };
    expect(told('GRANT_TO_UNKNOWN_NAME', beginning)).toEqual([
      'LICENSED_USER to user nobody []',
      'LICENSED_USER to user zed [old]',
      'ADMIN to group gone [old, older]',
      'ADMIN to group nowhere []',
    ]);
  });

  it('tell grants that reach no member, where only inactive ones are somebody', () => {
    const beginning: Beginning = {
      directories: [
        {
          name: 'staff',
          users: ['ann', OFF('bob')],
          groups: {
            empty: {},
            around: { groups: ['empty'] },
            above: { groups: ['full'] },
            full: { users: ['ann'] },
            retired: { users: ['bob'] },
          },
        },
        { name: 'partners', users: ['ann'], groups: { masked: { users: ['ann'] } } },
      ],
      grants: { LICENSED_USER: ['empty', 'around', 'above', 'full', 'retired', 'masked'] },
      userGrants: { LICENSED_USER: ['bob'] },
    };
    expect(told('GRANT_TO_EMPTY_GROUP', beginning)).toEqual([
      'LICENSED_USER to group around: around in staff',
      'LICENSED_USER to group empty: empty in staff',
      'LICENSED_USER to group masked: masked in partners',
    ]);
    expect(told('SEAT_OF_INACTIVE', beginning)).toEqual([
      'LICENSED_USER to user bob',
      'LICENSED_USER to group retired',
    ]);
    // Where all directories count together the masked membership is one of ann.
    const joined = { ...beginning, mode: 'ALL_DIRECTORIES' as const };
    expect(told('GRANT_TO_EMPTY_GROUP', joined)).toHaveLength(2);
  });

  it('tell grants to single users, and where groups give the same', () => {
    const beginning: Beginning = {
      directories: [
        {
          name: 'staff',
          users: ['ann', 'bob', OFF('eva')],
          groups: { devs: { users: ['ann', 'eva'] }, users: { groups: ['devs'] } },
        },
      ],
      grants: { PROJECT_CREATE: ['users'] },
      userGrants: { LICENSED_USER: ['ann', 'bob', 'eva'], ADMIN: ['ann'] },
    };
    expect(told('GRANT_TO_SINGLE_USER', beginning)).toEqual([
      'LICENSED_USER to user ann: ann in staff, by a group too',
      'ADMIN to user ann: ann in staff',
      'LICENSED_USER to user bob: bob in staff',
      'LICENSED_USER to user eva: eva in staff, by a group too',
    ]);
  });

  it('tell each set of groups that contain each other once', () => {
    const groups = {
      loop: { groups: ['loop'] },
      a: { groups: ['b', 'd'] },
      b: { groups: ['c'] },
      c: { groups: ['a'] },
      d: {},
    };
    const staff = { name: 'staff', groups };
    const flat = { name: 'flat', nestedGroups: false, groups };
    expect(told('NESTED_CYCLE', { directories: [flat, staff] })).toEqual([
      'a in staff, b in staff, c in staff [staff]',
      'loop in staff [staff]',
    ]);
    const across: Beginning = {
      mode: 'ALL_DIRECTORIES',
      directories: [
        { name: 'staff', groups: { a: { groups: ['b'] }, b: {} } },
        { name: 'partners', groups: { b: { groups: ['a'] }, a: {} } },
      ],
    };
    expect(told('NESTED_CYCLE', across)).toEqual(['a in staff, b in staff [staff, partners]']);
    expect(told('NESTED_CYCLE', { ...across, mode: 'FIRST_DIRECTORY' })).toEqual([]);
  });

  it('tell groups that come to a permission in several ways', () => {
    const beginning: Beginning = {
      directories: [
        {
          name: 'staff',
          groups: {
            users: { groups: ['devs', 'ops', 'admins'] },
            devs: { groups: ['team'] },
            ops: { groups: ['team'] },
            admins: {},
            team: { groups: ['below'] },
            below: {},
          },
        },
      ],
      grants: { LICENSED_USER: ['users'], ADMIN: ['admins'] },
    };
    expect(told('SEVERAL_PATHS', beginning)).toEqual([
      'admins in staff LICENSED_USER: 2 ways to admins, users',
      'below in staff LICENSED_USER: 2 ways to users',
      'team in staff LICENSED_USER: 2 ways to users',
    ]);
  });

  it('tell of many ways that there are more, and name the first few grants', () => {
    const names = Array.from({ length: 12 }, (_, i) => `top${String(i).padStart(2, '0')}`);
    const beginning: Beginning = {
      directories: [
        {
          name: 'staff',
          groups: {
            ...Object.fromEntries(names.map((name) => [name, { groups: ['team'] }])),
            team: {},
          },
        },
      ],
      grants: { LICENSED_USER: names },
    };
    expect(told('SEVERAL_PATHS', beginning)).toEqual([
      `team in staff LICENSED_USER: 12 ways to ${names.slice(0, 10).join(', ')} and more`,
    ]);
    const levels = Array.from({ length: 8 }, (_, level) => [
      [`t${level}`, { groups: level === 0 ? [] : [`e${level}`, `w${level}`] }] as const,
      [`e${level}`, { groups: level === 0 ? [] : [`t${level - 1}`] }] as const,
      [`w${level}`, { groups: level === 0 ? [] : [`t${level - 1}`] }] as const,
    ]).flat();
    const diamonds = told('SEVERAL_PATHS', {
      directories: [{ name: 'staff', groups: Object.fromEntries(levels) }],
      grants: { LICENSED_USER: ['t7'] },
    });
    expect(diamonds).toContain('t1 in staff LICENSED_USER: 64 ways to t7');
    expect(diamonds).toContain('t0 in staff LICENSED_USER: 100 or more ways to t7');
  });

  it('decide between one way and two in a cycle too long to search through', () => {
    const length = 300;
    const name = (i: number) => `g${String(i % length).padStart(3, '0')}`;
    const ring = (chord: readonly [number, number] | null): Beginning => ({
      directories: [
        {
          name: 'staff',
          groups: Object.fromEntries(
            Array.from({ length }, (_, i) => {
              const more = chord?.[0] === i ? [name(chord[1])] : [];
              return [name(i), { groups: [name(i + 1), ...more] }];
            }),
          ),
        },
      ],
      grants: { LICENSED_USER: [name(0)] },
    });
    expect(told('NESTED_CYCLE', ring(null))).toHaveLength(1);
    expect(told('SEVERAL_PATHS', ring(null))).toEqual([]);
    // A nesting from 5 down to 250 as well: whoever is between 250 and 299, or below, has two ways up.
    const twice = told('SEVERAL_PATHS', ring([5, 250]));
    expect(twice).toHaveLength(50);
    expect(twice[0]).toMatch(/^g250 in staff LICENSED_USER: 2( or more)? ways to g000$/);
    expect(twice.at(-1)).toMatch(/^g299 /);
  });

  it('tell entries that differ from the one that masks them', () => {
    const beginning: Beginning = {
      directories: [
        {
          name: 'staff',
          users: ['ann', 'bob', 'eva', OFF('kim'), 'sam'],
          groups: { devs: { users: ['eva'] } },
        },
        {
          name: 'partners',
          users: ['ANN', 'bob', 'eva', 'kim', OFF('sam')],
          groups: { users: { users: ['bob', 'kim'] } },
        },
        { name: 'asleep', active: false, users: ['BOB'] },
      ],
      grants: { LICENSED_USER: ['users', 'devs'] },
    };
    expect(told('MASKED_NAME_DIFFERS', beginning)).toEqual([
      'ann in partners by staff: spelling',
      'bob in partners by staff: +LICENSED_USER',
      'eva in partners by staff: -LICENSED_USER',
      'kim in partners by staff: active +LICENSED_USER',
      'sam in partners by staff: active',
    ]);
  });

  it('tell seats of people who were never seen, by the entry that counts', () => {
    const state = ScenarioState.of({
      directories: [
        { name: 'staff', users: ['ann', 'bob', OFF('eva')] },
        { name: 'partners', users: ['ann', 'kim'] },
      ],
      userGrants: { LICENSED_USER: ['ann', 'bob', 'eva'], ADMIN: ['kim'] },
    });
    const seen = state.index.user('bob')!.id;
    const texts = found(state.index, { neverSeen: (id) => id !== seen }).map(findingText);
    expect(texts.filter((text) => text.startsWith('SEAT_NEVER_SEEN'))).toEqual([
      'SEAT_NEVER_SEEN ann in staff',
      'SEAT_NEVER_SEEN kim in partners',
    ]);
  });

  it('come code by code', () => {
    const { index } = ScenarioState.of({
      directories: [
        { name: 'staff', users: [OFF('ann')], groups: { loop: { groups: ['loop'] } } },
        { name: 'partners', users: ['ANN'] },
      ],
      grants: { LICENSED_USER: ['loop', 'gone'] },
      userGrants: { LICENSED_USER: ['ann'] },
    });
    const codes = found(index).map(({ code }) => code);
    expect(new Set(codes).size).toBe(7);
    const places = codes.map((code) => FINDING_CODES.indexOf(code));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('are not mixed from two states of the facts', () => {
    const users = Array.from({ length: 5_000 }, (_, i) => `user${i}`);
    const state = ScenarioState.of({ directories: [{ name: 'staff', users }] });
    const work = state.index.findings({});
    expect(work.next().done).toBe(false);
    state.do({ type: 'removeUser', directory: 'staff', user: 'user7' });
    expect(() => work.next()).toThrow(FactsMoved);
    expect(found(state.index).map(({ code }) => code)).toEqual(['NO_HOLDER']);
  });

  it.each(Array.from({ length: 150 }, (_, seed) => seed))(
    'agree with looking at everything, seed %d',
    (seed) => {
      const random = new Random(seed);
      // Few enough ways for all of them to be counted; how counting stops has a test of its own.
      const nesting = random.pick([5, 15, 20]);
      const state = new ScenarioState(randomSetup(random, { ...HANDFUL, nesting, groupGrants: 5 }));
      const naive = NaiveState.now(state.author.facts);
      const known = {
        neverSeen: (id: number) => id % 3 === 0,
        remoteNesting: new Map(state.index.directories().map(({ id }) => [id, id % 2 === 0])),
      };
      expect(found(state.index, known).map(findingText)).toEqual(naiveFindings(naive, known));
    },
  );

  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'know one way from several among many cycles, seed %d',
    (seed) => {
      const random = new Random(seed);
      const groups = Array.from({ length: 9 }, (_, i) => `g${i}`);
      const actions: Action[] = [
        { type: 'addDirectory', directory: 'staff', nestedGroups: true },
        ...groups.map((group): Action => ({ type: 'addGroup', directory: 'staff', group })),
      ];
      for (const parent of groups) {
        for (const child of groups) {
          if (!random.chance(seed % 2 === 0 ? 22 : 40)) continue;
          actions.push({ type: 'addNesting', directory: 'staff', parent, child });
        }
      }
      for (const subject of random.shuffled(groups).slice(0, 1 + random.below(2))) {
        actions.push({ type: 'grant', permission: 'LICENSED_USER', subjectType: 'GROUP', subject });
      }
      const state = new ScenarioState(actions);
      const naive = NaiveState.now(state.author.facts);
      const [view] = naive.allViews();
      const several = new Map(
        found(state.index).flatMap((finding) =>
          finding.code === 'SEVERAL_PATHS' ? [[finding.group.key, finding] as const] : [],
        ),
      );
      for (const group of groups.map(nameKey)) {
        const { length } = naiveWays(naive, view, group, 'LICENSED_USER');
        const finding = several.get(group);
        expect([group, finding !== undefined]).toEqual([group, length >= 2]);
        if (!finding) continue;
        expect(finding.ways).toBeGreaterThanOrEqual(2);
        if (finding.moreWays) expect(finding.ways).toBeLessThanOrEqual(length);
        else expect([group, finding.ways]).toEqual([group, length]);
      }
    },
  );
});
