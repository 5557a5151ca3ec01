import { describe, expect, it } from '@jest/globals';
import type { RemoteEvent } from '../../src/connector/index.js';
import { EventsNotFollowed } from '../../src/sync/follow-events.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
} from '../support/scripted-remote.js';
import { told } from '../support/told-events.js';
import { DirectoryModel } from './directory-model.js';
import { expectHeld, follow, followTold } from './follow-document.js';

const SAM = remoteUser('sam');
const KIM = remoteUser('kim');
const DEVS = remoteGroup('devs');
const STAFF = remoteGroup('staff');
const OPS = remoteGroup('ops');

/** Sam is in `devs` and `ops`, Kim in `devs`; `staff` holds `devs`. */
const OFFICE: RemoteDocument = {
  users: [SAM, KIM],
  groups: [DEVS, STAFF, OPS],
  memberships: [
    remoteMembers('devs', ['sam', 'kim']),
    remoteMembers('ops', ['sam']),
    remoteMembers('staff', [], ['devs']),
  ],
};

/** The same without keys. */
const KEYLESS: RemoteDocument = {
  ...OFFICE,
  users: OFFICE.users.map((user) => ({ ...user, externalId: null })),
};

const NO_KEY = { externalId: null };
const of = (name: string) => ({ externalId: `id-of-${name}` });

interface Followed {
  readonly name: string;
  readonly before?: RemoteDocument;
  readonly events: readonly RemoteEvent[];
  /** What is different from before. */
  readonly after: Partial<RemoteDocument>;
}

async function copyOf(document: RemoteDocument): Promise<DirectoryModel> {
  const model = new DirectoryModel();
  await follow(model, document);
  return model;
}

function followedAs(cases: readonly Followed[]): void {
  it.each(cases)('$name', async ({ before = OFFICE, events, after }) => {
    const model = await copyOf(before);
    const edges = () => {
      const { memberships, nestings } = model.contents();
      return memberships.groups.length + nestings.parents.length;
    };
    const edgesBefore = edges();
    const { counts } = await followTold(model, events);
    expectHeld(model, { ...before, ...after });
    expect(counts.membershipsAdded - counts.membershipsRemoved).toBe(edges() - edgesBefore);
    // A server may tell the same again at each call.
    await followTold(model, events);
    expectHeld(model, { ...before, ...after });
  });
}

const members = (devs: readonly string[], ops: readonly string[]) => [
  remoteMembers('devs', devs),
  remoteMembers('ops', ops),
  remoteMembers('staff', [], ['devs']),
];

describe('events of users', () => {
  followedAs([
    {
      name: 'CREATED of somebody unknown',
      events: [told.user('CREATED', 'lee')],
      after: { users: [SAM, KIM, remoteUser('lee')] },
    },
    {
      name: 'CREATED of somebody known changes the facts',
      events: [told.user('CREATED', 'sam', { email: 'sam@example.org' })],
      after: { users: [remoteUser('sam', { email: 'sam@example.org' }), KIM] },
    },
    {
      name: 'UPDATED of somebody known',
      events: [told.user('UPDATED', 'sam', { active: false })],
      after: { users: [remoteUser('sam', { active: false }), KIM] },
    },
    {
      name: 'UPDATED of somebody unknown whose groups are told, too',
      events: [told.user('UPDATED', 'lee'), told.membership('UPDATED', 'lee', ['ops'])],
      after: {
        users: [SAM, KIM, remoteUser('lee')],
        memberships: members(['sam', 'kim'], ['sam', 'lee']),
      },
    },
    {
      name: 'UPDATED of somebody unknown who is gone by then',
      events: [told.user('UPDATED', 'lee'), told.user('DELETED', 'lee')],
      after: {},
    },
    {
      name: 'DELETED of somebody known',
      events: [told.user('DELETED', 'sam')],
      after: { users: [KIM], memberships: members(['kim'], []) },
    },
    {
      name: 'DELETED of somebody known by a tombstone',
      events: [told.tombstone('SAM')],
      after: { users: [KIM], memberships: members(['kim'], []) },
    },
    { name: 'DELETED of somebody unknown', events: [told.user('DELETED', 'lee')], after: {} },
    {
      name: 'DELETED of somebody else who had the name',
      events: [told.user('DELETED', 'sam', { externalId: 'an earlier sam' })],
      after: {},
    },
    {
      name: 'a rename',
      events: [told.user('UPDATED', 'samuel', of('sam'))],
      after: {
        users: [remoteUser('samuel', of('sam')), KIM],
        memberships: members(['samuel', 'kim'], ['samuel']),
      },
    },
    {
      name: 'a rename after the tombstone of the old name',
      events: [told.tombstone('sam'), told.user('UPDATED', 'samuel', of('sam'))],
      after: {
        users: [remoteUser('samuel', of('sam')), KIM],
        memberships: members(['samuel', 'kim'], ['samuel']),
      },
    },
    {
      name: 'a change of case',
      events: [told.user('UPDATED', 'Sam', of('sam'))],
      after: {
        users: [remoteUser('Sam', of('sam')), KIM],
        memberships: members(['Sam', 'kim'], ['Sam']),
      },
    },
    {
      name: 'a change of case without keys',
      before: KEYLESS,
      events: [told.user('UPDATED', 'Sam', NO_KEY)],
      after: {
        users: [remoteUser('Sam', NO_KEY), remoteUser('kim', NO_KEY)],
        memberships: members(['Sam', 'kim'], ['Sam']),
      },
    },
    {
      name: 'a chain of renames',
      events: [
        told.user('UPDATED', 'lee', of('sam')),
        told.user('UPDATED', 'sam', of('kim')),
        told.user('UPDATED', 'sue', of('kim')),
        told.user('UPDATED', 'kim', of('sam')),
      ],
      after: {
        users: [remoteUser('kim', of('sam')), remoteUser('sue', of('kim'))],
        memberships: members(['kim', 'sue'], ['kim']),
      },
    },
    {
      name: 'swapped names, told at once',
      events: [told.user('UPDATED', 'kim', of('sam')), told.user('UPDATED', 'sam', of('kim'))],
      after: {
        users: [remoteUser('kim', of('sam')), remoteUser('sam', of('kim'))],
        memberships: members(['kim', 'sam'], ['kim']),
      },
    },
    {
      name: 'swapped names after the tombstones of all names on the way',
      events: [
        ...['sam', 'kim', 'between'].map(told.tombstone),
        told.user('UPDATED', 'sam', of('kim')),
        told.user('UPDATED', 'kim', of('sam')),
      ],
      after: {
        users: [remoteUser('kim', of('sam')), remoteUser('sam', of('kim'))],
        memberships: members(['kim', 'sam'], ['kim']),
      },
    },
    {
      name: 'a name that another takes over after its bearer was deleted',
      events: [told.user('DELETED', 'sam'), told.user('UPDATED', 'sam', of('kim'))],
      after: {
        users: [remoteUser('sam', of('kim'))],
        memberships: members(['sam'], []),
      },
    },
    {
      name: 'deleted and created with another key',
      events: [told.tombstone('sam'), told.user('CREATED', 'sam', { externalId: 'a new sam' })],
      after: {
        users: [remoteUser('sam', { externalId: 'a new sam' }), KIM],
        memberships: members(['kim'], []),
      },
    },
    {
      name: 'deleted and created with the same key: nobody is in a group by that',
      events: [
        told.tombstone('sam'),
        told.user('CREATED', 'sam'),
        told.membership('CREATED', 'sam', ['ops']),
      ],
      after: { memberships: members(['kim'], ['sam']) },
    },
    {
      name: 'deleted and created without keys',
      before: KEYLESS,
      events: [
        told.tombstone('sam'),
        told.user('CREATED', 'sam', NO_KEY),
        told.membership('CREATED', 'sam', ['ops']),
      ],
      after: { memberships: members(['kim'], ['sam']) },
    },
    {
      name: 'a name that cannot be kept',
      events: [told.user('CREATED', ' lee')],
      after: {},
    },
    {
      name: 'a rename to what cannot be kept',
      events: [told.user('UPDATED', ' sam', of('sam'))],
      after: { users: [KIM], memberships: members(['kim'], []) },
    },
  ]);

  it('gives a user who was created anew a row of their own, and a renamed one the old row', async () => {
    const model = await copyOf(OFFICE);
    const idOf = (name: string) => [...model.users.values()].find((user) => user.name === name)?.id;
    const [sam, kim] = ['sam', 'kim'].map(idOf);
    await followTold(model, [
      told.tombstone('sam'),
      told.user('CREATED', 'sam', { externalId: 'a new sam' }),
      told.user('UPDATED', 'kimberly', of('kim')),
    ]);
    expect(idOf('sam')).not.toBe(sam);
    expect(idOf('kimberly')).toBe(kim);
  });
});

describe('events of groups', () => {
  followedAs([
    {
      name: 'CREATED of one unknown',
      events: [told.group('CREATED', 'qa')],
      after: { groups: [DEVS, STAFF, OPS, remoteGroup('qa')] },
    },
    {
      name: 'CREATED of one known keeps its members',
      events: [told.group('CREATED', 'devs', { description: 'Developers' })],
      after: { groups: [remoteGroup('devs', { description: 'Developers' }), STAFF, OPS] },
    },
    {
      name: 'UPDATED of one known, letter case included',
      events: [told.group('UPDATED', 'Devs', { active: false })],
      after: { groups: [remoteGroup('Devs', { active: false }), STAFF, OPS] },
    },
    {
      name: 'UPDATED of one unknown that is gone by then',
      events: [told.group('UPDATED', 'qa'), told.group('DELETED', 'qa')],
      after: {},
    },
    {
      name: 'DELETED of one known',
      events: [told.group('DELETED', 'devs')],
      after: { groups: [STAFF, OPS], memberships: [remoteMembers('ops', ['sam'])] },
    },
    { name: 'DELETED of one unknown', events: [told.group('DELETED', 'qa')], after: {} },
    {
      name: 'deleted and created again, with some of its edges',
      events: [
        told.group('DELETED', 'devs'),
        told.group('CREATED', 'devs'),
        told.membership('CREATED', 'kim', ['devs']),
        told.nesting('CREATED', 'devs', ['ops']),
      ],
      after: {
        memberships: [remoteMembers('devs', ['kim']), remoteMembers('ops', ['sam'], ['devs'])],
      },
    },
    {
      name: 'a name that cannot be kept, and its edges',
      events: [
        told.group('CREATED', ' qa'),
        told.membership('CREATED', 'sam', [' qa']),
        told.nesting('CREATED', ' qa', ['devs']),
      ],
      after: {},
    },
  ]);
});

describe('events of memberships', () => {
  followedAs([
    {
      name: 'CREATED of a new one and of one that is there',
      events: [told.membership('CREATED', 'KIM', ['OPS', 'devs'])],
      after: { memberships: members(['sam', 'kim'], ['sam', 'kim']) },
    },
    {
      name: 'DELETED of one that is there and of one that is not',
      events: [told.membership('DELETED', 'kim', ['devs', 'ops', 'unknown'])],
      after: { memberships: members(['sam'], ['sam']) },
    },
    {
      name: 'DELETED of somebody unknown',
      events: [told.membership('DELETED', 'lee', ['devs'])],
      after: {},
    },
    {
      name: 'UPDATED replaces all of the user',
      events: [told.membership('UPDATED', 'sam', ['staff', 'ops'])],
      after: {
        memberships: [
          remoteMembers('devs', ['kim']),
          remoteMembers('ops', ['sam']),
          remoteMembers('staff', ['sam'], ['devs']),
        ],
      },
    },
    {
      name: 'UPDATED to none',
      events: [told.membership('UPDATED', 'sam', [])],
      after: { memberships: members(['kim'], []) },
    },
    {
      name: 'DELETED before a rename that leaves no tombstone',
      events: [
        told.membership('DELETED', 'sam', ['devs']),
        told.user('UPDATED', 'samuel', of('sam')),
        told.user('UPDATED', 'sam', of('sam')),
      ],
      after: { memberships: members(['kim'], ['sam']) },
    },
    {
      name: 'DELETED before another is created under the name and changed',
      events: [
        told.membership('DELETED', 'sam', ['devs', 'ops']),
        told.user('DELETED', 'sam'),
        told.user('CREATED', 'sam', of('a new sam')),
        told.membership('CREATED', 'sam', ['devs']),
        told.user('UPDATED', 'sam', { ...of('a new sam'), active: false }),
      ],
      after: {
        users: [remoteUser('sam', { ...of('a new sam'), active: false }), KIM],
        memberships: members(['sam', 'kim'], []),
      },
    },
    {
      name: 'DELETED by a name that nobody else had, beside a rename',
      events: [
        told.membership('DELETED', 'kim', ['devs']),
        told.tombstone('sam'),
        told.user('UPDATED', 'samuel', of('sam')),
      ],
      after: {
        users: [remoteUser('samuel', of('sam')), KIM],
        memberships: members(['samuel'], ['samuel']),
      },
    },
    {
      name: 'DELETED before names change hands, and then all there are',
      events: [
        told.membership('DELETED', 'sam', ['devs']),
        ...['sam', 'kim'].map(told.tombstone),
        told.user('UPDATED', 'sam', of('kim')),
        told.membership('UPDATED', 'sam', ['devs']),
      ],
      after: {
        users: [remoteUser('sam', of('kim'))],
        memberships: members(['sam'], []),
      },
    },
    {
      name: 'there and back, and back and there',
      events: [
        told.membership('DELETED', 'sam', ['devs']),
        told.membership('CREATED', 'sam', ['devs']),
        told.membership('CREATED', 'kim', ['ops']),
        told.membership('DELETED', 'kim', ['ops']),
      ],
      after: {},
    },
    {
      name: 'of a user and a group that are new',
      events: [
        told.group('CREATED', 'qa'),
        told.user('CREATED', 'lee'),
        told.membership('CREATED', 'lee', ['qa']),
      ],
      after: {
        users: [SAM, KIM, remoteUser('lee')],
        groups: [DEVS, STAFF, OPS, remoteGroup('qa')],
        memberships: [...members(['sam', 'kim'], ['sam']), remoteMembers('qa', ['lee'])],
      },
    },
    {
      name: 'of somebody who was set aside',
      events: [told.user('CREATED', 'lee '), told.membership('CREATED', 'lee ', ['devs'])],
      after: {},
    },
  ]);
});

describe('events of groups in groups', () => {
  const nested = (staff: readonly string[], ops: readonly string[], devs: readonly string[]) => [
    remoteMembers('devs', ['sam', 'kim'], devs),
    remoteMembers('ops', ['sam'], ops),
    remoteMembers('staff', [], staff),
  ];
  followedAs([
    {
      name: 'CREATED with parents and children',
      events: [told.nesting('CREATED', 'ops', ['staff'], ['devs'])],
      after: { memberships: nested(['devs', 'ops'], ['devs'], []) },
    },
    {
      name: 'DELETED, also of what is not there',
      events: [told.nesting('DELETED', 'devs', ['staff', 'ops', 'unknown'], ['ops'])],
      after: { memberships: nested([], [], []) },
    },
    {
      name: 'DELETED of a group that is unknown',
      events: [told.nesting('DELETED', 'qa', ['staff'])],
      after: {},
    },
    {
      name: 'UPDATED replaces parents and children',
      before: { ...OFFICE, memberships: nested(['devs'], [], ['ops']) },
      events: [told.nesting('UPDATED', 'devs', ['ops'], ['staff'])],
      after: { memberships: nested([], ['devs'], ['staff']) },
    },
    {
      name: 'a circle',
      events: [told.nesting('CREATED', 'staff', ['devs'])],
      after: { memberships: nested(['devs'], [], ['staff']) },
    },
  ]);
});

describe('what was set aside', () => {
  it('is told as in a full run', async () => {
    const model = await copyOf(OFFICE);
    const { setAside, counts } = await followTold(model, [
      told.user('CREATED', ' lee'),
      told.group('CREATED', ' qa'),
      told.user('UPDATED', 'sam', { displayName: 'x'.repeat(256) }),
      told.membership('CREATED', ' lee', ['devs']),
      told.nesting('CREATED', 'devs', [' qa']),
    ]);
    expect(setAside).toEqual([
      { kind: 'user', name: ' lee', reason: expect.any(String) },
      { kind: 'group', name: ' qa', reason: expect.any(String) },
      { kind: 'user', name: 'sam', fact: 'displayName', reason: 'FACT_TOO_LONG' },
      { kind: 'membership', name: 'devs', member: ' lee', reason: 'UNKNOWN_USER' },
      { kind: 'membership', name: ' qa', member: ' qa', reason: 'UNKNOWN_GROUP' },
    ]);
    expect(counts).toMatchObject({ usersRead: 2, groupsRead: 1, membershipsRead: 2, setAside: 5 });
  });
});

describe('events that cannot be followed', () => {
  it.each<{ name: string; before?: RemoteDocument; events: readonly RemoteEvent[] }>([
    { name: 'a user who is unknown', events: [told.membership('CREATED', 'lee', ['devs'])] },
    { name: 'a group that is unknown', events: [told.membership('CREATED', 'sam', ['qa'])] },
    {
      name: 'one of the groups of a user',
      events: [told.membership('UPDATED', 'sam', ['devs', 'qa'])],
    },
    { name: 'a child that is unknown', events: [told.nesting('CREATED', 'qa', ['devs'])] },
    { name: 'a parent that is unknown', events: [told.nesting('CREATED', 'devs', ['qa'])] },
    { name: 'one of the children', events: [told.nesting('UPDATED', 'devs', [], ['qa'])] },
    {
      name: 'a group that was deleted',
      events: [told.group('DELETED', 'ops'), told.membership('CREATED', 'kim', ['ops'])],
    },
    {
      name: 'a user who was renamed',
      events: [
        told.user('UPDATED', 'samuel', of('sam')),
        told.membership('CREATED', 'sam', ['ops']),
      ],
    },
    { name: 'the groups of somebody who was not known', events: [told.user('UPDATED', 'lee')] },
    {
      name: 'the groups of somebody who was renamed and has no key',
      before: KEYLESS,
      events: [told.tombstone('sam'), told.user('UPDATED', 'samuel', NO_KEY)],
    },
    {
      name: 'the groups of somebody who took over a name and has no key',
      before: KEYLESS,
      events: [told.tombstone('sam'), told.tombstone('kim'), told.user('UPDATED', 'sam', NO_KEY)],
    },
    { name: 'the members of a group that was not known', events: [told.group('UPDATED', 'qa')] },
    {
      name: 'the members of a group that took over a name',
      events: [told.group('DELETED', 'ops'), told.group('UPDATED', 'ops')],
    },
    {
      name: 'a group that somebody left under a name that another has by now',
      events: [
        told.membership('DELETED', 'sam', ['devs']),
        ...['sam', 'kim'].map(told.tombstone),
        told.user('UPDATED', 'sam', of('kim')),
      ],
    },
    {
      name: 'a group that was left under a new name',
      events: [
        told.membership('DELETED', 'samuel', ['devs']),
        told.tombstone('sam'),
        told.user('UPDATED', 'samuel', of('sam')),
      ],
    },
    {
      name: 'a group that was left under a name that a user had in between',
      events: [
        told.membership('DELETED', 'sam', ['devs']),
        ...['sam', 'sam'].map(told.tombstone),
        told.user('UPDATED', 'samuel', of('sam')),
      ],
    },
    {
      name: 'a group that was left under a name on the way to another',
      events: [
        told.membership('DELETED', 'between', ['devs']),
        ...['sam', 'between'].map(told.tombstone),
        told.user('UPDATED', 'samuel', of('sam')),
      ],
    },
    { name: 'two users of one name', events: [told.user('UPDATED', 'sam', of('kim'))] },
    { name: 'a newcomer of a name in use', events: [told.user('CREATED', 'sam', of('lee'))] },
  ])('speak of $name', async ({ before = OFFICE, events }) => {
    const model = await copyOf(before);
    const { rowsWritten } = model;
    await expect(followTold(model, events)).rejects.toMatchObject({
      fullCause: 'INCONSISTENT_EVENT',
    });
    await expect(followTold(model, events)).rejects.toThrow(EventsNotFollowed);
    expect(model.rowsWritten).toBe(rowsWritten);
  });

  it('are of a kind that nobody knows', async () => {
    const model = await copyOf(OFFICE);
    const events: RemoteEvent[] = [
      told.user('DELETED', 'sam'),
      { subject: 'OTHER', element: 'aliasEvent' },
    ];
    await expect(followTold(model, events)).rejects.toMatchObject({
      fullCause: 'UNKNOWN_EVENT',
      about: expect.stringContaining('aliasEvent'),
    });
    expectHeld(model, OFFICE);
  });
});
