import { describe, expect, it } from '@jest/globals';
import type { Beginning } from '../../support/scenario-state.js';
import { ScenarioState } from '../../support/scenario-state.js';

/** Diamonds in a row: from `top0` up, `west` and `east` lead to the next top each time. */
function diamonds(count: number): Beginning {
  const groups: Record<string, { users?: string[]; groups?: string[] }> = {
    top0: { users: ['ann'] },
  };
  for (let i = 1; i <= count; i++) {
    groups[`east${i}`] = { groups: [`top${i - 1}`] };
    groups[`west${i}`] = { groups: [`top${i - 1}`] };
    groups[`top${i}`] = { groups: [`east${i}`, `west${i}`] };
  }
  return {
    directories: [{ name: 'staff', users: ['ann'], groups }],
    grants: { LICENSED_USER: [`top${count}`] },
  };
}

function chains(state: ScenarioState, permission: string, atMost = 100): string[] {
  return state.index
    .explain('ann', permission, atMost)
    .derivations.map(({ steps, grant }) =>
      [...steps.map(({ group }) => group), grant.permission].join(' > '),
    );
}

describe('derivations', () => {
  it.each([
    { count: 0, ways: 1 },
    { count: 1, ways: 2 },
    { count: 2, ways: 4 },
    { count: 6, ways: 64 },
    { count: 20, ways: 2 ** 20 },
  ])('are $ways over $count diamonds, counted without being listed', ({ count, ways }) => {
    const { index } = ScenarioState.of(diamonds(count));
    const why = index.explain('ann', 'LICENSED_USER', 3);
    expect(why.derivationCount).toBe(ways);
    expect(why.derivations).toHaveLength(Math.min(ways, 3));
    for (const { steps } of why.derivations) expect(steps).toHaveLength(2 * count + 1);
  });

  it('are listed by group keys, all of them and each once', () => {
    expect(chains(ScenarioState.of(diamonds(2)), 'LICENSED_USER')).toEqual([
      'top0 > east1 > top1 > east2 > top2 > LICENSED_USER',
      'top0 > east1 > top1 > west2 > top2 > LICENSED_USER',
      'top0 > west1 > top1 > east2 > top2 > LICENSED_USER',
      'top0 > west1 > top1 > west2 > top2 > LICENSED_USER',
    ]);
  });

  it('may be asked for in no number at all', () => {
    const why = ScenarioState.of(diamonds(1)).index.explain('ann', 'LICENSED_USER', 0);
    expect(why).toMatchObject({ allowed: true, derivations: [], derivationCount: 2, missing: [] });
  });

  it('list one group with several grants once for each, weakest first', () => {
    const state = ScenarioState.of({
      directories: [{ name: 'staff', users: ['ann'], groups: { team: { users: ['ann'] } } }],
      grants: { SYS_ADMIN: ['team'], LICENSED_USER: ['team'], ADMIN: ['team'] },
    });
    expect(chains(state, 'LICENSED_USER')).toEqual([
      'team > LICENSED_USER',
      'team > ADMIN',
      'team > SYS_ADMIN',
    ]);
    expect(chains(state, 'ADMIN')).toEqual(['team > ADMIN', 'team > SYS_ADMIN']);
  });

  it('end at the first grant on the way, and pass by a dead end of the same length', () => {
    const state = ScenarioState.of({
      directories: [
        {
          name: 'staff',
          users: ['ann'],
          groups: {
            team: { users: ['ann'] },
            idle: { groups: ['team'] },
            users: { groups: ['team'] },
            owners: { groups: ['users', 'idle'] },
          },
        },
      ],
      grants: { LICENSED_USER: ['users'], SYS_ADMIN: ['owners'] },
    });
    expect(chains(state, 'LICENSED_USER')).toEqual(['team > users > LICENSED_USER']);
    expect(chains(state, 'ADMIN')).toEqual([
      'team > idle > owners > SYS_ADMIN',
      'team > users > owners > SYS_ADMIN',
    ]);
  });

  it('tell for each step which directory holds its edge', () => {
    const { index } = ScenarioState.of({
      mode: 'ALL_DIRECTORIES',
      directories: [
        { name: 'staff', users: ['ann'], groups: { team: {}, users: {} } },
        { name: 'partners', users: ['ann'], groups: { team: { users: ['ann'] } } },
        { name: 'guests', groups: { team: {}, users: { groups: ['team'] } } },
      ],
      grants: { LICENSED_USER: ['users'] },
    });
    const [{ steps }] = index.explain('ann', 'LICENSED_USER', 1).derivations;
    expect(steps.map(({ group, directory }) => `${group} in ${directory.name}`)).toEqual([
      'team in partners',
      'users in guests',
    ]);
  });

  it('spell a group as the directory of its edge does', () => {
    const { index } = ScenarioState.of({
      directories: [{ name: 'staff', users: ['ann'], groups: { TEAM: { users: ['ANN'] } } }],
      grants: { LICENSED_USER: ['team'] },
    });
    const why = index.explain('ann', 'LICENSED_USER', 1);
    expect(why.derivations[0].steps[0].group).toBe('TEAM');
    expect(why.user?.name).toBe('ann');
  });
});
