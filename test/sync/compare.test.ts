import { describe, expect, it } from '@jest/globals';
import type { SetAsideRecord } from '../../src/domain/index.js';
import { NO_COUNTS, type RunCounts } from '../../src/domain/index.js';
import { changedRows, compareDirectory } from '../../src/sync/compare.js';
import { readRemote } from '../../src/sync/read-remote.js';
import { ReadTally } from '../../src/sync/read-tally.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
  ScriptedRemote,
} from '../support/scripted-remote.js';
import { DIRECTORY, DirectoryModel } from './directory-model.js';
import { expectHeld, follow } from './follow-document.js';

const EMPTY: RemoteDocument = { users: [], groups: [], memberships: [] };

/** Sam, Kim and Lee; `devs` holds Sam and Kim, `staff` holds Lee and `devs`. */
const OFFICE: RemoteDocument = {
  users: [remoteUser('sam'), remoteUser('kim'), remoteUser('lee')],
  groups: [remoteGroup('devs'), remoteGroup('staff')],
  memberships: [remoteMembers('devs', ['sam', 'kim']), remoteMembers('staff', ['lee'], ['devs'])],
};

interface Case {
  readonly name: string;
  readonly remote: Partial<RemoteDocument>;
  readonly counts: Partial<RunCounts>;
  readonly setAside?: readonly Partial<SetAsideRecord>[];
}

const users = (...rest: RemoteDocument['users']) => rest;
const withId = (name: string, of: string) => remoteUser(name, { externalId: `id-of-${of}` });

const CASES: readonly Case[] = [
  { name: 'nothing differs', remote: {}, counts: {} },
  {
    name: 'the same in another order',
    remote: {
      users: [...OFFICE.users].reverse(),
      groups: [...OFFICE.groups].reverse(),
      memberships: [
        remoteMembers('staff', ['lee'], ['devs']),
        remoteMembers('devs', ['kim', 'sam']),
      ],
    },
    counts: {},
  },
  {
    name: 'a user is added',
    remote: { users: [...OFFICE.users, remoteUser('ann')] },
    counts: { usersAdded: 1 },
  },
  {
    name: 'a user is changed',
    remote: { users: [remoteUser('sam', { email: 'sam@example.org' }), ...OFFICE.users.slice(1)] },
    counts: { usersChanged: 1 },
  },
  {
    name: 'a user is removed with her membership',
    remote: {
      users: users(remoteUser('sam'), remoteUser('kim')),
      memberships: [remoteMembers('devs', ['sam', 'kim']), remoteMembers('staff', [], ['devs'])],
    },
    counts: { usersRemoved: 1, membershipsRemoved: 1 },
  },
  {
    name: 'a user is removed and still named as a member',
    remote: { users: users(remoteUser('sam'), remoteUser('kim')) },
    counts: { usersRemoved: 1, membershipsRemoved: 1, setAside: 1 },
    setAside: [{ kind: 'membership', name: 'staff', member: 'lee', reason: 'UNKNOWN_USER' }],
  },
  {
    name: 'a user is renamed and keeps her membership',
    remote: {
      users: users(withId('samantha', 'sam'), remoteUser('kim'), remoteUser('lee')),
      memberships: [
        remoteMembers('devs', ['samantha', 'kim']),
        remoteMembers('staff', ['lee'], ['devs']),
      ],
    },
    counts: { usersChanged: 1 },
  },
  {
    name: 'a change of letter case is a change and no new user',
    remote: {
      users: users(withId('Sam', 'sam'), remoteUser('kim'), remoteUser('lee')),
      groups: [remoteGroup('Devs'), remoteGroup('staff')],
    },
    counts: { usersChanged: 1, groupsChanged: 1 },
  },
  {
    name: 'two users swap their names, so each has the memberships of her new name',
    remote: { users: users(withId('lee', 'sam'), remoteUser('kim'), withId('sam', 'lee')) },
    counts: { usersChanged: 2, membershipsAdded: 2, membershipsRemoved: 2 },
  },
  {
    name: 'three names go round, with the people',
    remote: {
      users: users(withId('kim', 'sam'), withId('lee', 'kim'), withId('sam', 'lee')),
      memberships: [
        remoteMembers('devs', ['kim', 'lee']),
        remoteMembers('staff', ['sam'], ['devs']),
      ],
    },
    counts: { usersChanged: 3 },
  },
  {
    name: 'names move up by one, and the last becomes free',
    remote: {
      users: users(withId('kim', 'sam'), withId('lee', 'kim'), withId('ann', 'lee')),
      memberships: [
        remoteMembers('devs', ['kim', 'lee']),
        remoteMembers('staff', ['ann'], ['devs']),
      ],
    },
    counts: { usersChanged: 3 },
  },
  {
    name: 'a name is taken over by somebody else',
    remote: { users: users(withId('sam', 'ann'), remoteUser('kim'), remoteUser('lee')) },
    counts: { usersAdded: 1, usersRemoved: 1, membershipsAdded: 1, membershipsRemoved: 1 },
  },
  {
    name: 'somebody takes the name of a user who is renamed',
    remote: {
      users: users(
        withId('samantha', 'sam'),
        withId('sam', 'ann'),
        remoteUser('kim'),
        remoteUser('lee'),
      ),
    },
    counts: { usersChanged: 1, usersAdded: 1, membershipsAdded: 1, membershipsRemoved: 1 },
  },
  {
    name: 'whoever bears the external id goes before whoever is told without one and does not differ',
    remote: {
      users: users(
        remoteUser('sam', { externalId: null }),
        withId('samantha', 'sam'),
        remoteUser('kim'),
        remoteUser('lee'),
      ),
    },
    counts: { usersChanged: 1, usersAdded: 1, membershipsAdded: 1, membershipsRemoved: 1 },
  },
  {
    name: 'a server that tells no external ids is matched by name',
    remote: { users: OFFICE.users.map((user) => ({ ...user, externalId: null })) },
    counts: {},
  },
  {
    name: 'an empty external id is none',
    remote: { users: OFFICE.users.map((user) => ({ ...user, externalId: '' })) },
    counts: {},
  },
  {
    name: 'an external id that two users bear identifies neither',
    remote: { users: [...OFFICE.users, withId('ann', 'sam')] },
    counts: { usersAdded: 1, setAside: 1 },
    setAside: [{ name: 'ann', fact: 'externalId', reason: 'DUPLICATE_EXTERNAL_ID' }],
  },
  {
    name: 'whoever comes first of the two',
    remote: { users: [withId('ann', 'sam'), ...OFFICE.users] },
    counts: { usersAdded: 1, setAside: 1 },
    setAside: [{ name: 'sam', fact: 'externalId', reason: 'DUPLICATE_EXTERNAL_ID' }],
  },
  {
    name: 'each of three, all of whom are known by their names then',
    remote: {
      users: [withId('kim', 'sam'), withId('ann', 'sam'), withId('sam', 'sam'), remoteUser('lee')],
    },
    counts: { usersAdded: 1, setAside: 2 },
    setAside: [
      { name: 'ann', fact: 'externalId', reason: 'DUPLICATE_EXTERNAL_ID' },
      { name: 'sam', fact: 'externalId', reason: 'DUPLICATE_EXTERNAL_ID' },
    ],
  },
  {
    name: 'of two users of one name the first is kept, and nobody gets the other one’s memberships',
    remote: {
      users: [...OFFICE.users, withId('LEE', 'ann')],
      memberships: [
        remoteMembers('devs', ['sam', 'kim', 'LEE']),
        remoteMembers('staff', ['lee'], ['devs']),
      ],
    },
    counts: { setAside: 2 },
    setAside: [
      { kind: 'user', name: 'LEE', reason: 'DUPLICATE_NAME' },
      { kind: 'membership', name: 'devs', member: 'LEE', reason: 'UNKNOWN_USER' },
    ],
  },
  {
    name: 'of two groups of one name the first is kept, and the other one’s members are not added',
    remote: {
      groups: [...OFFICE.groups, remoteGroup('DEVS')],
      memberships: [remoteMembers('DEVS', ['lee', 'kim']), ...OFFICE.memberships],
    },
    counts: { setAside: 3 },
    setAside: [
      { kind: 'group', name: 'DEVS', reason: 'DUPLICATE_NAME' },
      { kind: 'membership', name: 'DEVS', reason: 'UNKNOWN_GROUP', rows: 2 },
    ],
  },
  {
    name: 'a second record of a group is set aside',
    remote: { memberships: [...OFFICE.memberships, remoteMembers('devs', ['lee'], ['staff'])] },
    counts: { setAside: 2 },
    setAside: [{ kind: 'membership', name: 'devs', reason: 'DUPLICATE_NAME', rows: 2 }],
  },
  {
    name: 'a member that is named twice counts once',
    remote: {
      memberships: [
        remoteMembers('devs', ['sam', 'kim', 'Sam']),
        remoteMembers('staff', ['lee'], ['devs', 'devs']),
      ],
    },
    counts: { setAside: 2 },
    setAside: [
      { name: 'devs', member: 'Sam', reason: 'DUPLICATE_MEMBER' },
      { name: 'staff', member: 'devs', reason: 'DUPLICATE_MEMBER' },
    ],
  },
  {
    name: 'a reference in another letter case is understood',
    remote: {
      memberships: [
        remoteMembers('DEVS', ['SAM', 'Kim']),
        remoteMembers('Staff', ['lee'], ['Devs']),
      ],
    },
    counts: {},
  },
  {
    name: 'a record of an unknown group is set aside with all its rows',
    remote: { memberships: [...OFFICE.memberships, remoteMembers('ghosts', ['sam'], ['devs'])] },
    counts: { setAside: 2 },
    setAside: [{ kind: 'membership', name: 'ghosts', reason: 'UNKNOWN_GROUP', rows: 2 }],
  },
  {
    name: 'names that cannot be kept are set aside',
    remote: {
      users: [...OFFICE.users, remoteUser(' ann'), remoteUser('')],
      groups: [...OFFICE.groups, remoteGroup('line\nbreak'), remoteGroup('x'.repeat(256))],
    },
    counts: { setAside: 4 },
    setAside: [
      { kind: 'user', name: ' ann', reason: 'OUTER_SPACE' },
      { kind: 'user', name: '', reason: 'EMPTY' },
      { kind: 'group', name: 'line\nbreak', reason: 'CONTROL_CHARACTER' },
      { kind: 'group', name: 'x'.repeat(255), reason: 'TOO_LONG' },
    ],
  },
  {
    name: 'of a value that cannot be kept only the value is left out',
    remote: {
      users: [
        remoteUser('sam', { displayName: 'S'.repeat(256), email: 'sam@example.org' }),
        remoteUser('kim', { lastName: '\ud800' }),
        remoteUser('lee', { firstName: 'L'.repeat(255), externalId: 'x'.repeat(256) }),
      ],
      groups: [remoteGroup('devs', { description: 'a\0b' }), remoteGroup('staff')],
    },
    counts: { usersChanged: 2, setAside: 4 },
    setAside: [
      { name: 'sam', fact: 'displayName', reason: 'FACT_TOO_LONG' },
      { name: 'kim', fact: 'lastName', reason: 'FACT_IS_NO_TEXT' },
      { name: 'lee', fact: 'externalId', reason: 'FACT_TOO_LONG' },
      { name: 'devs', fact: 'description', reason: 'FACT_IS_NO_TEXT' },
    ],
  },
  {
    name: 'a group is renamed: groups have no identity but their name',
    remote: {
      groups: [remoteGroup('coders'), remoteGroup('staff')],
      memberships: [
        remoteMembers('coders', ['sam', 'kim']),
        remoteMembers('staff', ['lee'], ['coders']),
      ],
    },
    counts: { groupsAdded: 1, groupsRemoved: 1, membershipsAdded: 3, membershipsRemoved: 3 },
  },
  {
    name: 'a group holds itself, and two hold each other: cycles are data',
    remote: {
      memberships: [
        remoteMembers('devs', ['sam', 'kim'], ['devs', 'staff']),
        remoteMembers('staff', ['lee'], ['devs']),
      ],
    },
    counts: { membershipsAdded: 2 },
  },
  {
    name: 'everything goes',
    remote: EMPTY,
    counts: { usersRemoved: 3, groupsRemoved: 2, membershipsRemoved: 4 },
  },
];

function readCounts({ users, groups, memberships }: RemoteDocument): Partial<RunCounts> {
  return {
    usersRead: users.length,
    groupsRead: groups.length,
    membershipsRead: memberships.flatMap((record) => [...record.users, ...record.childGroups])
      .length,
  };
}

describe('the comparison of a copy with its remote side', () => {
  it.each(CASES)('$name', async ({ remote, counts, setAside = [] }) => {
    const document = { ...OFFICE, ...remote };
    const model = new DirectoryModel();
    await follow(model, OFFICE);
    const outcome = await follow(model, document);
    expect(outcome.counts).toEqual({ ...NO_COUNTS, ...readCounts(document), ...counts });
    expect(outcome.setAside).toEqual(setAside.map((record) => expect.objectContaining(record)));
    expectHeld(model, document);
    expect(changedRows((await follow(model, document)).delta)).toBe(0);
  });

  it('keeps the id of whoever has the external id, under any name', async () => {
    const model = new DirectoryModel();
    await follow(model, OFFICE);
    const idOf = (name: string) => [...model.users.values()].find((user) => user.name === name)?.id;
    const [sam, kim, lee] = ['sam', 'kim', 'lee'].map(idOf);
    await follow(model, {
      ...OFFICE,
      users: users(withId('LEE', 'sam'), withId('sam', 'kim'), withId('kim', 'ann')),
    });
    expect([idOf('LEE'), idOf('sam')]).toEqual([sam, kim]);
    expect([sam, kim, lee]).not.toContain(idOf('kim'));
  });

  it('takes over an external id that the server begins to tell', async () => {
    const model = new DirectoryModel();
    const [before] = await model.addUsers(DIRECTORY, [remoteUser('sam')]);
    model.users.set(before.id, { ...before, externalId: null });
    const { counts } = await follow(model, { ...EMPTY, users: [remoteUser('sam')] });
    expect(counts).toMatchObject({ usersChanged: 1, usersAdded: 0 });
    expect(model.users.get(before.id)?.externalId).toBe('id-of-sam');
  });

  it.each([{ order: ['sam', 'kim'] }, { order: ['kim', 'sam'] }])(
    'lets an external id go before a name, whoever is held first: $order',
    async ({ order }) => {
      const model = new DirectoryModel();
      for (const name of order) await model.addUsers(DIRECTORY, [remoteUser(name)]);
      const [sam, kim] = ['sam', 'kim'].map((name) => {
        return [...model.users.values()].find((user) => user.name === name)!;
      });
      model.users.set(sam.id, { ...sam, externalId: null });
      const { counts } = await follow(model, { ...EMPTY, users: [withId('sam', 'kim')] });
      expect(counts).toMatchObject({ usersChanged: 1, usersRemoved: 1, usersAdded: 0 });
      expect([...model.users.values()]).toMatchObject([{ id: kim.id, name: 'sam' }]);
    },
  );

  it('counts nothing twice when what is held has to be told anew', async () => {
    const model = new DirectoryModel();
    await follow(model, OFFICE);
    const document = { ...OFFICE, users: OFFICE.users.slice(1) };
    const picture = await readRemote(new ScriptedRemote(document), new ReadTally());
    const { delta, held } = await compareDirectory(async (begin) => {
      await model.visit(begin);
      const brokenOff = begin();
      for (const user of model.users.values()) brokenOff.user(user);
      await model.visit(begin);
    }, picture);
    expect(delta.users).toMatchObject({ added: [], changed: [], removed: [expect.any(Number)] });
    expect([changedRows(delta), held]).toEqual([2, { users: 3, rows: 9 }]);
  });

  it('keeps at most a hundred records one by one and counts all', async () => {
    const bad = Array.from({ length: 130 }, (_, i) => remoteUser(` ${i}`));
    const { counts, setAside } = await follow(new DirectoryModel(), { ...EMPTY, users: bad });
    expect(setAside).toHaveLength(100);
    expect(counts.setAside).toBe(130);
  });
});
