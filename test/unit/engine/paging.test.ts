import { describe, expect, it } from '@jest/globals';
import { type NameKey, nameKey, type Page } from '../../../src/domain/index.js';
import { allPages } from '../../support/scenario-installers.js';
import { ScenarioState } from '../../support/scenario-state.js';

const USERS = ['bob', 'dan', 'eva', 'kim', 'sam', '\uff41da', '\u{1d4cd}i'];

function start(): ScenarioState {
  return ScenarioState.of({
    directories: [
      {
        name: 'staff',
        users: [...USERS, 'outsider'],
        groups: {
          team: { users: USERS.slice(0, 4) },
          users: { users: USERS.slice(4), groups: ['team'] },
        },
      },
    ],
    grants: { LICENSED_USER: ['users'] },
  });
}

function keys(page: Page<{ readonly key: NameKey }>): string[] {
  return page.items.map(({ key }) => key);
}

const LISTS = [
  {
    name: 'holders',
    read: ({ index }: ScenarioState, first: number, after: NameKey | null) =>
      index.holdersOf('LICENSED_USER', { first, after }),
  },
  {
    name: 'members',
    read: ({ index }: ScenarioState, first: number, after: NameKey | null) =>
      index.membersOf('users', true, { first, after }),
  },
  {
    name: 'users',
    read: ({ index }: ScenarioState, first: number, after: NameKey | null) =>
      index.users({ first, after }, { nameContains: '' }),
  },
];

describe.each(LISTS)('pages of $name', ({ name, read }) => {
  const all = name === 'users' ? [...USERS.slice(0, 4), 'outsider', ...USERS.slice(4)] : USERS;

  it.each([{ first: 1 }, { first: 2 }, { first: 7 }, { first: 1_000 }])(
    'hold everything once and in code-point order, $first at a time',
    ({ first }) => {
      const state = start();
      expect(
        allPages(({ after }) => read(state, first, after), first).map(({ key }) => key),
      ).toEqual(all);
    },
  );

  it('say whether more follows, and how many there are in all', () => {
    const state = start();
    const page = read(state, 2, null);
    expect(page).toMatchObject({ hasMore: true, total: all.length });
    const last = read(state, 2, nameKey(all[all.length - 2]));
    expect(keys(last)).toEqual([all[all.length - 1]]);
    expect(last).toMatchObject({ hasMore: false, total: all.length });
    const full = read(state, all.length, null);
    expect(full.hasMore).toBe(false);
  });

  it('go on after a name that has gone meanwhile', () => {
    const state = start();
    const [, cursor] = read(state, 2, null).items;
    state.do({ type: 'removeUser', directory: 'staff', user: cursor.name });
    expect(keys(read(state, 2, cursor.key))).toEqual(all.slice(2, 4));
    expect(read(state, 2, cursor.key).total).toBe(all.length - 1);
  });

  it('show everybody once who stays, whoever comes and goes', () => {
    const state = start();
    const seen: string[] = [];
    let after: NameKey | null = null;
    for (let i = 0, more = true; more; i++) {
      const page: Page<{ readonly key: NameKey }> = read(state, 2, after);
      seen.push(...keys(page));
      after = page.items.at(-1)?.key ?? after;
      more = page.hasMore;
      if (i > 2) continue;
      const user = ['aaa', 'czz', '\uff5azz'][i];
      state.do(
        { type: 'addUser', directory: 'staff', user, active: true },
        { type: 'addMembership', directory: 'staff', group: 'users', user },
      );
      if (i === 1) state.do({ type: 'removeUser', directory: 'staff', user: 'bob' });
    }
    expect(seen).toEqual([...new Set(seen)]);
    expect(seen).toEqual(expect.arrayContaining(all));
    expect(seen).toContain('\uff5azz');
    expect(seen).not.toContain('aaa');
  });

  it('begin anywhere: a cursor need not be a name', () => {
    const state = start();
    expect(keys(read(state, 2, nameKey('e')))).toEqual(['eva', 'kim']);
    expect(keys(read(state, 2, nameKey('\u{10ffff}')))).toEqual([]);
    expect(read(state, 2, nameKey('\u{10ffff}')).hasMore).toBe(false);
  });
});
