import { describe, expect, it } from '@jest/globals';
import { indexAnswerer } from '../../support/scenario-installers.js';
import { missingText } from '../../support/scenario-questions.js';
import type { Beginning } from '../../support/scenario-state.js';
import { ScenarioState } from '../../support/scenario-state.js';

const OFF = { name: 'sam', active: false };

const ROWS: {
  readonly name: string;
  readonly beginning: Beginning;
  readonly permission?: string;
  readonly reasons: readonly string[];
}[] = [
  {
    name: 'an unknown name where nothing is granted',
    beginning: { directories: [{ name: 'staff' }] },
    reasons: ['NOBODY_GRANTED', 'NO_SUCH_USER'],
  },
  {
    name: 'an unknown name, of a higher permission',
    beginning: { directories: [{ name: 'staff' }], grants: { ADMIN: ['admins'] } },
    permission: 'ADMIN',
    reasons: [
      'NOT_IN_GRANTED_GROUP ADMIN to group admins',
      'NO_SEAT needs LICENSED_USER',
      'NO_SUCH_USER',
    ],
  },
  {
    name: 'an unknown name that has a grant: only the user is missing',
    beginning: { directories: [{ name: 'staff' }], userGrants: { LICENSED_USER: ['sam'] } },
    reasons: ['NO_SUCH_USER'],
  },
  {
    name: 'a name in inactive directories only, in their order',
    beginning: {
      directories: [
        { name: 'staff', active: false, users: ['sam'] },
        { name: 'partners', users: ['ann'] },
        { name: 'guests', active: false, users: [OFF] },
      ],
      grants: { LICENSED_USER: ['users'] },
    },
    reasons: [
      'DIRECTORY_INACTIVE staff, guests',
      'NOT_IN_GRANTED_GROUP LICENSED_USER to group users',
    ],
  },
  {
    name: 'a name in an inactive directory that has a grant: only the directory is in the way',
    beginning: {
      directories: [{ name: 'staff', active: false, users: ['sam'] }],
      userGrants: { LICENSED_USER: ['sam'] },
    },
    reasons: ['DIRECTORY_INACTIVE staff'],
  },
  {
    name: 'an inactive user with a grant',
    beginning: {
      directories: [{ name: 'staff', users: [OFF] }],
      userGrants: { LICENSED_USER: ['sam'] },
    },
    reasons: ['USER_INACTIVE staff'],
  },
  {
    name: 'an inactive user in no granted group: being active would not be enough',
    beginning: {
      directories: [{ name: 'staff', users: [OFF] }],
      grants: { LICENSED_USER: ['users'] },
    },
    reasons: ['NOT_IN_GRANTED_GROUP LICENSED_USER to group users', 'USER_INACTIVE staff'],
  },
  {
    name: 'an inactive user where nothing is granted',
    beginning: { directories: [{ name: 'staff', users: [OFF] }] },
    reasons: ['NOBODY_GRANTED', 'USER_INACTIVE staff'],
  },
  {
    name: 'an inactive user who hides active ones, some of whom would hold it',
    beginning: {
      directories: [
        { name: 'staff', users: [OFF] },
        { name: 'partners', users: ['sam'] },
        { name: 'guests', users: [OFF] },
        { name: 'old', users: ['sam'], groups: { users: { users: ['sam'] } } },
        { name: 'archive', active: false, users: ['sam'] },
      ],
      grants: { LICENSED_USER: ['users'] },
    },
    reasons: [
      'MASKED old by staff',
      'NOT_IN_GRANTED_GROUP LICENSED_USER to group users',
      'USER_INACTIVE staff hides partners, old',
    ],
  },
  {
    name: 'a masked entry that would hold it, but not one that is inactive',
    beginning: {
      directories: [
        { name: 'staff', users: ['sam'] },
        { name: 'partners', users: [OFF], groups: { users: { users: ['sam'] } } },
        { name: 'guests', users: ['sam'], groups: { users: { users: ['sam'] } } },
      ],
      grants: { LICENSED_USER: ['users'] },
    },
    reasons: ['MASKED guests by staff', 'NOT_IN_GRANTED_GROUP LICENSED_USER to group users'],
  },
  {
    name: 'a chain that a directory without nested groups breaks',
    beginning: {
      directories: [
        {
          name: 'staff',
          nestedGroups: false,
          users: ['sam'],
          groups: { team: { users: ['sam'] }, users: { groups: ['team'] } },
        },
      ],
      grants: { ADMIN: ['users'] },
    },
    permission: 'PROJECT_CREATE',
    reasons: ['NESTING_OFF staff: team > users > ADMIN', 'NO_SEAT needs LICENSED_USER'],
  },
  {
    name: 'an inactive user below such a chain',
    beginning: {
      directories: [
        {
          name: 'staff',
          nestedGroups: false,
          users: [OFF],
          groups: { team: { users: ['sam'] }, users: { groups: ['team'] } },
        },
      ],
      grants: { LICENSED_USER: ['users'] },
    },
    reasons: ['NESTING_OFF staff: team > users > LICENSED_USER', 'USER_INACTIVE staff'],
  },
  {
    name: 'an inactive user whom a longer chain would reach: nesting is not in the way',
    beginning: {
      mode: 'ALL_DIRECTORIES',
      directories: [
        {
          name: 'staff',
          users: [OFF],
          groups: {
            team: { users: ['sam'] },
            middle: { groups: ['team'] },
            users: { groups: ['middle'] },
          },
        },
        {
          name: 'partners',
          nestedGroups: false,
          groups: { team: {}, users: { groups: ['team'] } },
        },
      ],
      grants: { LICENSED_USER: ['users'] },
    },
    reasons: ['USER_INACTIVE staff'],
  },
  {
    name: 'a chain with one edge that another directory honours: the other edge is in the way',
    beginning: {
      mode: 'ALL_DIRECTORIES',
      directories: [
        {
          name: 'staff',
          nestedGroups: false,
          users: ['sam'],
          groups: { team: { users: ['sam'] }, middle: { groups: ['team'] } },
        },
        { name: 'partners', groups: { team: {}, middle: { groups: ['team'] } } },
        {
          name: 'guests',
          nestedGroups: false,
          groups: { middle: {}, users: { groups: ['middle'] } },
        },
      ],
      grants: { LICENSED_USER: ['users'] },
    },
    reasons: ['NESTING_OFF guests: team > middle > users > LICENSED_USER'],
  },
  {
    name: 'a lower permission held, a higher one granted to others',
    beginning: {
      directories: [
        { name: 'staff', users: ['sam', 'ann'], groups: { users: { users: ['sam'] } } },
      ],
      grants: { LICENSED_USER: ['users'], SYS_ADMIN: ['owners', 'admins'] },
      userGrants: { ADMIN: ['ann'] },
    },
    permission: 'ADMIN',
    reasons: [
      'NOT_IN_GRANTED_GROUP ADMIN to user ann, SYS_ADMIN to group admins, SYS_ADMIN to group owners',
    ],
  },
];

async function reasonsOf(state: ScenarioState, permission: string): Promise<string[]> {
  const answerer = indexAnswerer('engine', () => state.index);
  const { missing } = await answerer.explain('sam', permission);
  return missing.map(missingText).sort();
}

describe('the reasons of a no', () => {
  it.each(ROWS)('are told for $name', async ({ beginning, permission, reasons }) => {
    const state = ScenarioState.of(beginning);
    expect(await reasonsOf(state, permission ?? 'LICENSED_USER')).toEqual([...reasons].sort());
  });

  it('list as many grants as are asked for', () => {
    const { index } = ScenarioState.of({
      directories: [{ name: 'staff', users: ['sam'] }],
      grants: { ADMIN: ['a', 'b', 'c'] },
    });
    const [, reason] = index.explain('sam', 'ADMIN', 2).missing;
    expect(reason).toMatchObject({
      reason: 'NOT_IN_GRANTED_GROUP',
      grants: [{ subjectKey: 'a' }, { subjectKey: 'b' }],
    });
  });

  it('come with the entry that the name means', () => {
    const { index } = ScenarioState.of({
      directories: [
        { name: 'staff', users: [OFF] },
        { name: 'partners', users: ['SAM'] },
      ],
    });
    expect(index.explain('SAM', 'ADMIN', 1).user).toMatchObject({ name: 'sam', active: false });
    expect(index.explain('bob', 'ADMIN', 1).user).toBeNull();
  });
});
