import { describe, expect, it } from '@jest/globals';
import type { Action } from '../../support/scenario-answerer.js';
import type { Known } from '../../support/scenario-questions.js';
import { type Beginning, everyAnswer, ScenarioState } from '../../support/scenario-state.js';

const KNOWN: Known = {
  users: ['ann', 'bob', 'kim'],
  groups: ['admins', 'team', 'users', 'west', 'east'],
  permissions: ['LICENSED_USER', 'PROJECT_CREATE', 'ADMIN', 'SYS_ADMIN'],
  seat: 'LICENSED_USER',
};

const BEGINNING: Beginning = {
  directories: [
    {
      name: 'staff',
      users: ['ann', 'bob', { name: 'kim', active: false }],
      groups: {
        admins: { users: ['ann'], groups: ['team'] },
        team: { users: ['bob'], groups: ['east'] },
        users: { users: ['kim'], groups: ['users', 'admins'] },
        east: { users: ['ann'] },
      },
    },
  ],
  grants: { ADMIN: ['admins'], PROJECT_CREATE: ['team'], LICENSED_USER: ['users'] },
  userGrants: { SYS_ADMIN: ['bob'] },
};

const first = { first: 10, after: null };

function names(page: { readonly items: readonly { readonly key: string }[] }): string[] {
  return page.items.map(({ key }) => key);
}

function renameUsers(...renames: [from: string, to: string][]): Action {
  const pairs = renames.map(([from, to]) => ({ from, to }));
  return { type: 'renameUsers', directory: 'staff', renames: pairs };
}

function renameGroups(...renames: [from: string, to: string][]): Action {
  const pairs = renames.map(([from, to]) => ({ from, to }));
  return { type: 'renameGroups', directory: 'staff', renames: pairs };
}

describe('an index that is fed with renames', () => {
  it('lets two users swap names: memberships move, grants to names stay', () => {
    const state = ScenarioState.of(BEGINNING);
    state.do(renameUsers(['ann', 'bob'], ['bob', 'ann']));
    expect(names(state.index.groupsOf('bob', false, first))).toEqual(['admins', 'east']);
    expect(names(state.index.groupsOf('ann', false, first))).toEqual(['team']);
    expect(state.index.check('bob', 'SYS_ADMIN')).toBe(true);
    expect(state.index.check('ann', 'SYS_ADMIN')).toBe(false);
  });

  it('lets two groups swap names of which one is nested in the other', () => {
    const state = ScenarioState.of({
      directories: [
        {
          name: 'staff',
          users: ['ann'],
          groups: { team: { users: ['ann'] }, users: { groups: ['team'] } },
        },
      ],
      grants: { LICENSED_USER: ['team'] },
    });
    expect(state.index.explain('ann', 'LICENSED_USER', 1).derivations[0].steps).toHaveLength(1);
    state.do(renameGroups(['team', 'users'], ['users', 'team']));
    expect(names(state.index.childGroupsOf('team', false, first))).toEqual(['users']);
    expect(names(state.index.childGroupsOf('users', false, first))).toEqual([]);
    expect(names(state.index.groupsOf('ann', true, first))).toEqual(['team', 'users']);
    expect(state.index.check('ann', 'LICENSED_USER')).toBe(true);
  });

  it.each([
    { name: 'one user', actions: [renameUsers(['ann', 'west'])] },
    {
      name: 'only the spelling',
      actions: [renameUsers(['ann', 'ANN']), renameGroups(['team', 'Team'])],
    },
    { name: 'two users who swap', actions: [renameUsers(['ann', 'bob'], ['bob', 'ann'])] },
    {
      name: 'three users in a ring',
      actions: [renameUsers(['ann', 'bob'], ['bob', 'kim'], ['kim', 'ann'])],
    },
    {
      name: 'two users who swap, and the spelling of a third between them',
      actions: [renameUsers(['ann', 'bob'], ['kim', 'KIM'], ['bob', 'ann'])],
    },
    {
      name: 'two groups that swap, and the spelling of a third between them',
      actions: [renameGroups(['admins', 'team'], ['east', 'EAST'], ['team', 'admins'])],
    },
    { name: 'users in a row', actions: [renameUsers(['ann', 'bob'], ['bob', 'west'])] },
    {
      name: 'a user twice',
      actions: [renameUsers(['ann', 'west']), renameUsers(['west', 'east'])],
    },
    {
      name: 'a user there and back',
      actions: [renameUsers(['ann', 'west']), renameUsers(['west', 'ann'])],
    },
    {
      name: 'a swap, and one of both again',
      actions: [renameUsers(['ann', 'bob'], ['bob', 'ann']), renameUsers(['bob', 'west'])],
    },
    {
      name: 'two swaps that share a name',
      actions: [
        renameUsers(['ann', 'bob'], ['bob', 'ann']),
        renameUsers(['kim', 'bob'], ['bob', 'kim']),
      ],
    },
    { name: 'one group', actions: [renameGroups(['team', 'west'])] },
    { name: 'a group nested in itself', actions: [renameGroups(['users', 'west'])] },
    {
      name: 'two groups, one nested in the other, that swap',
      actions: [renameGroups(['admins', 'team'], ['team', 'admins'])],
    },
    {
      name: 'three nested groups in a ring',
      actions: [renameGroups(['admins', 'team'], ['team', 'users'], ['users', 'admins'])],
    },
    {
      name: 'nested groups in a row',
      actions: [renameGroups(['admins', 'team'], ['team', 'west'])],
    },
    {
      name: 'a group twice',
      actions: [renameGroups(['team', 'west']), renameGroups(['west', 'team-2'])],
    },
    {
      name: 'a user and then a group',
      actions: [renameUsers(['ann', 'west']), renameGroups(['team', 'west'])],
    },
    {
      name: 'two groups with a new nesting between',
      actions: [
        renameGroups(['team', 'west']),
        { type: 'addNesting', directory: 'staff', parent: 'east', child: 'west' } as const,
        renameGroups(['east', 'team']),
      ],
    },
  ])('answers like a new one after: $name', ({ actions }) => {
    const state = ScenarioState.of(BEGINNING);
    state.do(...actions);
    const known = { ...KNOWN, users: [...KNOWN.users, 'west', 'east'] };
    expect(everyAnswer(state.index, known)).toEqual(everyAnswer(state.rebuilt(), known));
  });

  it('takes a swap that it tries out back', () => {
    const state = ScenarioState.of(BEGINNING);
    const before = everyAnswer(state.index, KNOWN);
    const { changes } = state.author.perform([
      renameGroups(['admins', 'team'], ['team', 'admins']),
      renameUsers(['ann', 'bob'], ['bob', 'ann']),
    ]);
    const tried = state.index.whatIf(changes, (index) => everyAnswer(index, KNOWN));
    expect(tried).toEqual(everyAnswer(state.rebuilt(), KNOWN));
    expect(everyAnswer(state.index, KNOWN)).toEqual(before);
  });
});
