import { describe, expect, it } from '@jest/globals';
import type { Contents } from '../../support/scenario-answerer.js';
import type { Known } from '../../support/scenario-questions.js';
import { type Beginning, everyAnswer, ScenarioState } from '../../support/scenario-state.js';

const KNOWN: Known = {
  users: ['ann', 'bob', 'kim', 'eva'],
  groups: ['admins', 'team', 'users'],
  permissions: ['LICENSED_USER', 'PROJECT_CREATE', 'ADMIN', 'SYS_ADMIN'],
  seat: 'LICENSED_USER',
};

const BEGINNING: Beginning = {
  directories: [
    { name: 'staff', users: ['ann', 'bob'], groups: { admins: { users: ['ann'] }, team: {} } },
    { name: 'partners', users: ['kim'], groups: { users: { users: ['kim'] } } },
  ],
  grants: { ADMIN: ['admins'], LICENSED_USER: ['users'] },
};

const CONTENTS: Contents = {
  users: [
    { name: 'BOB', active: true },
    { name: 'kim', active: false },
    { name: 'eva', active: true },
  ],
  groups: ['Admins', 'users'],
  memberships: [
    { group: 'Admins', user: 'BOB' },
    { group: 'users', user: 'eva' },
  ],
  nestings: [{ parent: 'Admins', child: 'users' }],
};

const EMPTY: Contents = { users: [], groups: [], memberships: [], nestings: [] };

describe('a reload of a directory', () => {
  it('replaces what the directory held, and nothing else', () => {
    const state = ScenarioState.of(BEGINNING);
    state.do({ type: 'reloadDirectory', directory: 'staff', contents: CONTENTS });
    expect(KNOWN.users.map((user) => state.index.effectivePermissions(user))).toEqual([
      [],
      ['LICENSED_USER', 'PROJECT_CREATE', 'ADMIN'],
      [],
      ['LICENSED_USER', 'PROJECT_CREATE', 'ADMIN'],
    ]);
    expect(state.index.user('ann')).toBeNull();
    expect(state.index.user('kim')?.directory.name).toBe('staff');
    expect(state.index.sizeOf(state.index.directories()[0].id)).toEqual({ users: 3, groups: 2 });
  });

  it('is followed by changes of the new contents', () => {
    const state = ScenarioState.of(BEGINNING);
    state.do({ type: 'reloadDirectory', directory: 'staff', contents: CONTENTS });
    state.do({ type: 'removeNesting', directory: 'staff', parent: 'admins', child: 'users' });
    state.do({ type: 'removeUser', directory: 'staff', user: 'kim' });
    state.do({ type: 'renameUsers', directory: 'staff', renames: [{ from: 'bob', to: 'ann' }] });
    expect(state.index.effectivePermissions('kim')).toEqual(['LICENSED_USER']);
    expect(state.index.effectivePermissions('ann')).toContain('ADMIN');
    expect(everyAnswer(state.index, KNOWN)).toEqual(everyAnswer(state.rebuilt(), KNOWN));
  });

  it.each([
    { name: 'to nothing', contents: EMPTY },
    { name: 'to something else', contents: CONTENTS },
  ])('answers like a new index: $name', ({ contents }) => {
    const state = ScenarioState.of(BEGINNING);
    for (const directory of ['partners', 'staff', 'partners']) {
      state.do({ type: 'reloadDirectory', directory, contents });
      expect(everyAnswer(state.index, KNOWN)).toEqual(everyAnswer(state.rebuilt(), KNOWN));
    }
  });

  it('can be tried out and taken back', () => {
    const state = ScenarioState.of(BEGINNING);
    const before = everyAnswer(state.index, KNOWN);
    const { changes, reloads } = state.author.perform([
      { type: 'reloadDirectory', directory: 'staff', contents: CONTENTS },
    ]);
    const seats = state.index.whatIf(changes, (index) => index.licence().seatsUsed, reloads);
    expect(seats).toBe(2);
    expect(everyAnswer(state.index, KNOWN)).toEqual(before);
  });

  it('counts from the switch on even while the directory is inactive', () => {
    const state = ScenarioState.of(BEGINNING);
    state.do({ type: 'deactivateDirectory', directory: 'staff' });
    state.do({ type: 'reloadDirectory', directory: 'staff', contents: CONTENTS });
    expect(state.index.countHolders('ADMIN')).toBe(0);
    state.do({ type: 'activateDirectory', directory: 'staff' });
    expect(state.index.countHolders('ADMIN')).toBe(2);
  });
});
