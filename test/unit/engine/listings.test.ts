import { describe, expect, it } from '@jest/globals';
import { asId, type DirectoryId, type PermissionScheme } from '../../../src/domain/index.js';
import { setupActions } from '../../support/scenario-actions.js';
import { ScenarioState } from '../../support/scenario-state.js';

const PAGE = { first: 100, after: null };

function start(): ScenarioState {
  return ScenarioState.of({
    directories: [
      {
        name: 'staff',
        users: ['Ann', 'kim'],
        groups: { Team: { users: ['Ann'] }, users: { groups: ['Team'] } },
      },
      { name: 'partners', users: ['ann', 'sam'], groups: { team: { users: ['ann', 'sam'] } } },
      { name: 'old', active: false, users: ['ann', 'eva'], groups: { team: {}, past: {} } },
    ],
    grants: { LICENSED_USER: ['users'], PROJECT_CREATE: ['team'] },
    userGrants: { ADMIN: ['sam', 'ann'], LICENSED_USER: ['ann'] },
  });
}

describe('entries', () => {
  it('mean the first active directory, and know which others they mask', () => {
    const { index } = start();
    expect(index.user('ANN')).toMatchObject({ name: 'Ann', key: 'ann', maskedBy: null });
    expect(
      index
        .userEntries('ann')
        .map(({ name, directory, maskedBy }) => [name, directory.name, maskedBy?.name]),
    ).toEqual([
      ['Ann', 'staff', undefined],
      ['ann', 'partners', 'staff'],
      ['ann', 'old', 'staff'],
    ]);
    expect(index.user('eva')).toBeNull();
    expect(index.userEntries('eva')).toMatchObject([
      { directory: { name: 'old' }, maskedBy: null },
    ]);
    expect(index.userEntries('nobody')).toEqual([]);
  });

  it('of groups mean the first active directory too', () => {
    const { index } = start();
    expect(index.group('TEAM')).toMatchObject({
      name: 'Team',
      key: 'team',
      directory: { name: 'staff' },
    });
    expect(index.group('past')).toBeNull();
    expect(index.groupDirectories('team').map(({ name }) => name)).toEqual([
      'staff',
      'partners',
      'old',
    ]);
    expect(index.groupDirectories('nothing')).toEqual([]);
  });

  it('are counted by directory', () => {
    const { index } = start();
    const sizes = index.directories().map(({ id }) => index.sizeOf(id));
    expect(sizes).toEqual([
      { users: 2, groups: 2 },
      { users: 2, groups: 1 },
      { users: 2, groups: 2 },
    ]);
    expect(index.sizeOf(asId<DirectoryId>(9_999))).toBeNull();
  });
});

describe('lists of users and groups', () => {
  it('hold each name once, of active directories', () => {
    const { index } = start();
    expect(index.users(PAGE).items.map(({ name }) => name)).toEqual(['Ann', 'kim', 'sam']);
    expect(index.groups(PAGE).items.map(({ name }) => name)).toEqual(['Team', 'users']);
  });

  it('hold one directory when asked, masked entries and inactive directories included', () => {
    const { index } = start();
    const [, partners, old] = index.directories();
    expect(index.users(PAGE, { directoryId: partners.id }).items).toMatchObject([
      { name: 'ann', maskedBy: { name: 'staff' } },
      { name: 'sam', maskedBy: null },
    ]);
    expect(index.users(PAGE, { directoryId: old.id }).items.map(({ name }) => name)).toEqual([
      'ann',
      'eva',
    ]);
    expect(index.groups(PAGE, { directoryId: old.id }).items.map(({ name }) => name)).toEqual([
      'past',
      'team',
    ]);
    const unknown = { directoryId: asId<DirectoryId>(9_999) };
    expect(index.users(PAGE, unknown)).toEqual({ items: [], hasMore: false, total: 0 });
    expect(index.groups(PAGE, unknown)).toEqual({ items: [], hasMore: false, total: 0 });
  });

  it('filter by a part of the name, whatever its case', () => {
    const { index } = start();
    expect(index.users(PAGE, { nameContains: 'A' }).items.map(({ key }) => key)).toEqual([
      'ann',
      'sam',
    ]);
    expect(index.users(PAGE, { nameContains: 'zz' }).total).toBe(0);
    expect(index.groups(PAGE, { nameContains: 'EAM' }).items.map(({ key }) => key)).toEqual([
      'team',
    ]);
  });

  it('of grants are by users first, then by name and permission', () => {
    const grants = start().index.grants();
    expect(
      grants.map(
        ({ subjectType, subjectKey, permission }) => `${subjectType} ${subjectKey} ${permission}`,
      ),
    ).toEqual([
      'USER ann LICENSED_USER',
      'USER ann ADMIN',
      'USER sam ADMIN',
      'GROUP team PROJECT_CREATE',
      'GROUP users LICENSED_USER',
    ]);
  });
});

describe('permissions', () => {
  it('of a group are what its members hold through it', () => {
    const { index } = start();
    const { keysOf } = index.scheme;
    expect(keysOf(index.maskOfGroup('Team'))).toEqual(['LICENSED_USER', 'PROJECT_CREATE']);
    expect(keysOf(index.maskOfGroup('users'))).toEqual(['LICENSED_USER']);
    expect(index.maskOfGroup('past')).toBe(0);
    expect(index.maskOfGroup('nothing')).toBe(0);
  });

  it.each([
    { name: 'check', ask: ({ index }: ScenarioState) => index.check('nobody', 'FLY') },
    { name: 'explain', ask: ({ index }: ScenarioState) => index.explain('nobody', 'FLY', 1) },
    { name: 'holdersOf', ask: ({ index }: ScenarioState) => index.holdersOf('FLY', PAGE) },
    { name: 'countHolders', ask: ({ index }: ScenarioState) => index.countHolders('FLY') },
  ])('outside the scheme are refused by $name', ({ ask }) => {
    expect(() => ask(start())).toThrow(expect.objectContaining({ code: 'UNKNOWN_PERMISSION' }));
  });

  it('may branch and join in another scheme, with another seat', () => {
    const permission = (key: string, ...implies: string[]) => ({
      key,
      title: key,
      description: '',
      implies,
    });
    const scheme: PermissionScheme = {
      key: 'wiki',
      title: 'Wiki',
      permissions: [
        permission('READ'),
        permission('WRITE', 'READ'),
        permission('AUDIT', 'READ'),
        permission('OWN', 'WRITE', 'AUDIT'),
      ],
      seat: 'WRITE',
      administration: 'OWN',
      systemAdministration: 'OWN',
    };
    const setup = setupActions({
      scenario: '',
      source: '',
      stages: [],
      directories: [{ name: 'wiki', users: ['ann', 'bob', 'kim'] }],
    });
    const state = new ScenarioState(
      [
        ...setup,
        { type: 'grant', permission: 'AUDIT', subjectType: 'USER', subject: 'ann' },
        { type: 'grant', permission: 'OWN', subjectType: 'USER', subject: 'bob' },
        { type: 'grant', permission: 'WRITE', subjectType: 'USER', subject: 'kim' },
      ],
      scheme,
    );
    expect(['ann', 'bob', 'kim'].map((user) => state.index.effectivePermissions(user))).toEqual([
      ['READ', 'AUDIT'],
      ['READ', 'WRITE', 'AUDIT', 'OWN'],
      ['READ', 'WRITE'],
    ]);
    expect(state.index.licence().seatsUsed).toBe(2);
    expect(state.index.explain('ann', 'OWN', 1).missing).toContainEqual({
      reason: 'NO_SEAT',
      needs: 'WRITE',
    });
  });
});
