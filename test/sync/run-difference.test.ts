import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NO_COUNTS } from '../../src/domain/index.js';
import { describeEachDatabase } from '../support/databases.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
} from '../support/scripted-remote.js';
import { documents } from './colliding-documents.js';
import { naivePicture } from './naive-picture.js';
import { inOrder } from './named-contents.js';
import { RunHarness } from './run-harness.js';

/** Sam, Kim and Lee; `devs` holds Sam and Kim, `staff` holds Lee and `devs`. */
const OFFICE: RemoteDocument = {
  users: [remoteUser('sam'), remoteUser('kim'), remoteUser('lee')],
  groups: [remoteGroup('devs'), remoteGroup('staff')],
  memberships: [remoteMembers('devs', ['sam', 'kim']), remoteMembers('staff', ['lee'], ['devs'])],
};

describeEachDatabase('a run with a small difference', (database) => {
  const begin = async () => RunHarness.make(await database.open());

  it('is one transaction of all that differs, in the order the log promises', async () => {
    const harness = await begin();
    const first = await harness.run(OFFICE);
    expect(first).toMatchObject({
      outcome: 'SUCCEEDED',
      reason: null,
      message: null,
      revision: 2,
      counts: {
        ...NO_COUNTS,
        usersRead: 3,
        groupsRead: 2,
        membershipsRead: 4,
        usersAdded: 3,
        groupsAdded: 2,
        membershipsAdded: 4,
      },
    });
    expect(await harness.held()).toEqual(naivePicture(OFFICE));

    const changed: RemoteDocument = {
      users: [
        remoteUser('sam', { email: 'sam@example.org' }),
        remoteUser('Kim', { externalId: 'id-of-kim' }),
        remoteUser('ann'),
      ],
      groups: [remoteGroup('devs', { description: 'Developers' }), remoteGroup('ops')],
      memberships: [remoteMembers('devs', ['Kim']), remoteMembers('ops', ['ann'], ['devs'])],
    };
    const second = await harness.run(changed);
    expect(second.counts).toEqual({
      usersRead: 3,
      groupsRead: 2,
      membershipsRead: 3,
      usersAdded: 1,
      usersChanged: 2,
      usersRemoved: 1,
      groupsAdded: 1,
      groupsChanged: 1,
      groupsRemoved: 1,
      membershipsAdded: 2,
      membershipsRemoved: 3,
      setAside: 0,
    });
    expect(await harness.held()).toEqual(naivePicture(changed));
    const logged = await harness.changesAfter(2);
    expect(logged.map(({ change }) => change.kind)).toEqual([
      'MembershipRemoved',
      'MembershipRemoved',
      'UserRemoved',
      'NestingRemoved',
      'GroupRemoved',
      'GroupChanged',
      'GroupAdded',
      'UserChanged',
      'UserChanged',
      'UserAdded',
      'NestingAdded',
      'MembershipAdded',
    ]);
    expect(new Set(logged.map(({ revision }) => revision))).toEqual(new Set([second.revision]));
    expect(logged[0].origin).toEqual({ type: 'RUN', runId: second.id, directoryName: 'Jira' });
  });

  it('makes no revision when nothing differs', async () => {
    const harness = await begin();
    await harness.run(OFFICE);
    const before = await harness.state();
    const run = await harness.run(OFFICE);
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', revision: null });
    expect(run.counts).toEqual({ ...NO_COUNTS, usersRead: 3, groupsRead: 2, membershipsRead: 4 });
    expect(await harness.state()).toEqual(before);
    const [{ lastSucceededAt }] = await harness.store.reader.freshness([harness.directory.id]);
    expect(lastSucceededAt).toEqual(run.finishedAt);
  });

  it('keeps ids and memberships of whoever is renamed, swapped names included', async () => {
    const harness = await begin();
    await harness.run(OFFICE);
    const idsByExternalId = async () => {
      const { users } = await harness.store.reader.contents(harness.directory.id);
      return Object.fromEntries(users.map(({ externalId, id }) => [externalId, id]));
    };
    const before = await idsByExternalId();
    const named = (name: string, of: string) => remoteUser(name, { externalId: `id-of-${of}` });
    const renamed: RemoteDocument = {
      ...OFFICE,
      users: [named('lee', 'sam'), named('kimberly', 'kim'), named('sam', 'lee')],
      memberships: [
        remoteMembers('devs', ['lee', 'kimberly']),
        remoteMembers('staff', ['sam'], ['devs']),
      ],
    };
    const run = await harness.run(renamed);
    expect(run.counts).toMatchObject({
      usersChanged: 3,
      usersAdded: 0,
      usersRemoved: 0,
      membershipsAdded: 0,
      membershipsRemoved: 0,
    });
    expect(await harness.held()).toEqual(naivePicture(renamed));
    expect(await idsByExternalId()).toEqual(before);
  });

  it('gives the name of one person to another', async () => {
    const harness = await begin();
    await harness.run(OFFICE);
    const taken: RemoteDocument = {
      ...OFFICE,
      users: [remoteUser('sam', { externalId: 'a new sam' }), ...OFFICE.users.slice(1)],
    };
    const run = await harness.run(taken);
    expect(run.counts).toMatchObject({ usersAdded: 1, usersRemoved: 1, usersChanged: 0 });
    expect(await harness.held()).toEqual(naivePicture(taken));
  });

  it('leaves the users of a server without external ids the ids they were given', async () => {
    const harness = await begin();
    const anonymous: RemoteDocument = {
      ...OFFICE,
      users: OFFICE.users.map((user) => ({ ...user, externalId: null })),
    };
    await harness.run(anonymous);
    const before = await harness.state();
    expect((await harness.run(anonymous)).revision).toBeNull();
    expect(await harness.state()).toEqual(before);
  });

  it('keeps what is good of a document with bad records, and says what is bad', async () => {
    const harness = await begin();
    const mixed: RemoteDocument = {
      users: [...OFFICE.users, remoteUser('tab\there'), remoteUser('SAM', { externalId: 'x' })],
      groups: [...OFFICE.groups, remoteGroup('')],
      memberships: [...OFFICE.memberships, remoteMembers('ghosts', ['sam', 'kim'])],
    };
    const run = await harness.run(mixed);
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', counts: { setAside: 5, usersAdded: 3 } });
    expect(await harness.held()).toEqual(naivePicture(OFFICE));
    expect(run.setAside).toEqual([
      { kind: 'user', name: 'tab\there', reason: 'CONTROL_CHARACTER' },
      { kind: 'user', name: 'SAM', reason: 'DUPLICATE_NAME' },
      { kind: 'group', name: '', reason: 'EMPTY' },
      { kind: 'membership', name: 'ghosts', reason: 'UNKNOWN_GROUP', rows: 2 },
    ]);
  });

  it('follows a server through any history, or leaves the copy alone', async () => {
    const store = await database.open();
    let histories = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(documents(), { minLength: 2, maxLength: 5 }), async (history) => {
        histories += 1;
        const harness = await RunHarness.make(store, `Jira ${histories}`);
        for (const document of history) {
          const before = await harness.state();
          const { outcome } = await harness.run(document);
          if (isBelievable(document, before.contents.users.length)) {
            expect(outcome).toBe('SUCCEEDED');
            const expected = naivePicture(document);
            expect(withoutMadeIds(await harness.held(), expected)).toEqual(expected);
          } else {
            expect(outcome).toBe(document.users.length === 0 ? 'HELD' : 'FAILED');
            expect(await harness.state()).toEqual(before);
          }
        }
      }),
      { numRuns: 20 },
    );
  });
});

function isBelievable(document: RemoteDocument, held: number): boolean {
  if (document.users.length === 0) return held === 0;
  const kept = naivePicture(document).users.length;
  return kept * 2 >= document.users.length;
}

type Contents = ReturnType<typeof naivePicture>;

/** Leaves out the external ids that the store made for users whom the document does not identify. */
function withoutMadeIds(held: Contents, expected: Contents): Contents {
  const anonymous = new Set(
    expected.users.filter(({ externalId }) => externalId === null).map(({ name }) => name),
  );
  const users = held.users.map((user) =>
    anonymous.has(user.name) ? { ...user, externalId: null } : user,
  );
  return inOrder({ ...held, users });
}
