import { expect, it } from '@jest/globals';
import type { RemoteEvent, RemoteEvents } from '../../src/connector/index.js';
import {
  type Continuation,
  type DirectoryConnection,
  GatehouseError,
} from '../../src/domain/index.js';
import { eventSource } from '../../src/sync/event-source.js';
import { SetClock } from '../store/builders.js';
import { describeEachDatabase } from '../support/databases.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
  type Script,
} from '../support/scripted-remote.js';
import { told } from '../support/told-events.js';
import { naivePicture } from './naive-picture.js';
import { CONNECTION, RunHarness, storeWith } from './run-harness.js';

const OFFICE: RemoteDocument = {
  users: [remoteUser('sam'), remoteUser('kim'), remoteUser('lee')],
  groups: [remoteGroup('devs'), remoteGroup('staff')],
  memberships: [remoteMembers('devs', ['sam', 'kim']), remoteMembers('staff', ['lee'], ['devs'])],
};

const LATER: RemoteDocument = {
  ...OFFICE,
  users: [...OFFICE.users, remoteUser('ann')],
  memberships: [
    remoteMembers('devs', ['sam', 'kim']),
    remoteMembers('staff', ['lee', 'ann'], ['devs']),
  ],
};

const TO_LATER: readonly RemoteEvent[] = [
  told.user('CREATED', 'ann'),
  told.membership('CREATED', 'ann', ['staff']),
];

/** A server whose log stands at `token` and that tells these events after any. */
const telling = (token: string, events: readonly RemoteEvent[] = []): Script => ({
  currentToken: () => token,
  events: () => ({ outcome: 'READ', events, token }),
});

const answering = (token: string | null, outcome: RemoteEvents): Script => ({
  currentToken: () => token,
  events: () => outcome,
});

const at = (token: string): Continuation => ({ token, source: eventSource(CONNECTION) });

describeEachDatabase('an incremental run', (database) => {
  /** A copy of the office that stands at the token `instance-1:1`. */
  const begin = async () => {
    const harness = await RunHarness.make(await database.open());
    expect(await harness.run(OFFICE, telling('instance-1:1'))).toMatchObject({
      outcome: 'SUCCEEDED',
      kind: 'FULL',
      fullCause: 'FIRST_RUN',
    });
    return harness;
  };

  const place = ({ store, directory }: RunHarness) => store.reader.continuation(directory.id);

  const connectWith = (harness: RunHarness, changed: Partial<DirectoryConnection>) =>
    harness.store.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.changeDirectory(harness.directory.id, {
        connection: { ...CONNECTION, ...changed },
      }),
    );

  it.each([
    { name: 'no sooner than a day later', hours: 23, cause: null },
    { name: 'a day later', hours: 24, cause: 'SELF_AUDIT' },
    { name: 'when the full one was by a clock that was ahead', hours: -24, cause: 'SELF_AUDIT' },
  ])('gives way to a full one $name', async ({ hours, cause }) => {
    const clock = new SetClock();
    const harness = await RunHarness.make(await database.open({ clock }));
    await harness.run(OFFICE, telling('instance-1:1'));
    clock.advance(hours * 60 * 60_000);
    expect(await harness.run(OFFICE, telling('instance-1:1'))).toMatchObject({
      outcome: 'SUCCEEDED',
      fullCause: cause,
    });
  });

  it('follows a full one from the token of before its first page', async () => {
    const harness = await RunHarness.make(await database.open());
    const asked: string[] = [];
    let position = 1;
    const script: Script = {
      currentToken: () => {
        asked.push('token');
        return `instance-1:${position}`;
      },
      before: ({ stream, step }) => {
        asked.push(`${stream} ${step}`);
        position += 1;
      },
      events: (token) => {
        asked.push(`events after ${token}`);
        return { outcome: 'READ', events: TO_LATER, token: 'instance-1:99' };
      },
    };
    await harness.run(OFFICE, script);
    expect(asked.slice(0, 2)).toEqual(['token', 'users 1']);
    expect(asked.filter((what) => what === 'token')).toHaveLength(1);
    expect(await place(harness)).toEqual(at('instance-1:1'));

    asked.length = 0;
    const run = await harness.run(LATER, script);
    expect(run).toMatchObject({
      outcome: 'SUCCEEDED',
      kind: 'INCREMENTAL',
      fullCause: null,
      revision: 3,
      counts: { usersRead: 1, membershipsRead: 1, usersAdded: 1, membershipsAdded: 1 },
    });
    expect(asked).toEqual(['events after instance-1:1']);
    expect(await harness.held()).toEqual(naivePicture(LATER));
    expect(await place(harness)).toEqual(at('instance-1:99'));
  });

  it('without events stores the token alone', async () => {
    const harness = await begin();
    const { contents, changes } = await harness.state();
    const run = await harness.run(OFFICE, telling('instance-1:2'));
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', kind: 'INCREMENTAL', revision: null });
    expect(await harness.state()).toMatchObject({ contents, changes });
    expect(await place(harness)).toEqual(at('instance-1:2'));
    const [{ lastSucceededAt }] = await harness.store.reader.freshness([harness.directory.id]);
    expect(lastSucceededAt).toEqual(run.finishedAt);
  });

  it.each<{ name: string; script: Script; fullCause: string; next: Continuation }>([
    {
      name: 'the server does not know the token',
      script: answering('instance-1:2', { outcome: 'EXPIRED' }),
      fullCause: 'TOKEN_EXPIRED',
      next: at('instance-1:2'),
    },
    {
      name: 'the server does not know the token, and its tokens have no instance',
      script: answering('opaque', { outcome: 'EXPIRED' }),
      fullCause: 'TOKEN_EXPIRED',
      next: at('opaque'),
    },
    {
      name: 'another instance of the server answers',
      script: answering('instance-2:0', { outcome: 'EXPIRED' }),
      fullCause: 'UPSTREAM_RESTARTED',
      next: at('instance-2:0'),
    },
    {
      name: 'the server has no events any more',
      script: answering(null, { outcome: 'NOT_SUPPORTED' }),
      fullCause: 'NOT_SUPPORTED',
      next: 'NOT_SUPPORTED',
    },
    {
      name: 'an event is of an unknown kind',
      script: telling('instance-1:2', [...TO_LATER, { subject: 'OTHER', element: 'aliasEvent' }]),
      fullCause: 'UNKNOWN_EVENT',
      next: at('instance-1:2'),
    },
    {
      name: 'an event is of somebody unknown',
      script: telling('instance-1:2', [told.membership('CREATED', 'nobody', ['devs'])]),
      fullCause: 'INCONSISTENT_EVENT',
      next: at('instance-1:2'),
    },
    {
      name: 'the events are not read',
      script: {
        currentToken: () => 'instance-1:2',
        events: () => {
          throw new GatehouseError('PROTOCOL', {
            server: '',
            field: 'operation',
            reason: 'is off',
          });
        },
      },
      fullCause: 'UNREADABLE_EVENTS',
      next: at('instance-1:2'),
    },
    {
      name: 'not even a token is read',
      script: {
        currentToken: () => {
          throw new GatehouseError('PROTOCOL', { server: '', field: 'token', reason: 'is off' });
        },
        events: () => ({ outcome: 'EXPIRED' }),
      },
      fullCause: 'TOKEN_EXPIRED',
      next: 'UNREADABLE_EVENTS',
    },
  ])('is a full one when $name', async ({ script, fullCause, next }) => {
    const harness = await begin();
    const run = await harness.run(LATER, script);
    expect(run).toMatchObject({
      outcome: 'SUCCEEDED',
      kind: 'FULL',
      fullCause,
      counts: { usersRead: 4, usersAdded: 1, membershipsAdded: 1, setAside: 0 },
    });
    expect(await harness.held()).toEqual(naivePicture(LATER));
    expect(await place(harness)).toEqual(next);
    expect(harness.log).toContainEqual(
      expect.objectContaining({ level: 'warn', fields: expect.objectContaining({ fullCause }) }),
    );
    const after = await harness.run(LATER, telling('instance-1:3'));
    expect(after).toMatchObject(
      typeof next === 'string'
        ? { kind: 'FULL', fullCause: next }
        : { kind: 'INCREMENTAL', fullCause: null },
    );
  });

  it.each<{ name: string; changed: Partial<DirectoryConnection> }>([
    { name: 'server', changed: { serverUrl: 'https://other.example.org' } },
    { name: 'application', changed: { applicationName: 'another' } },
  ])('is a full one at another $name', async ({ changed }) => {
    const harness = await begin();
    await connectWith(harness, changed);
    const run = await harness.run(LATER, telling('instance-1:2', TO_LATER));
    expect(run).toMatchObject({ kind: 'FULL', fullCause: 'SETTINGS_CHANGED' });
    const source = eventSource({ ...CONNECTION, ...changed });
    expect(await place(harness)).toEqual({ token: 'instance-1:2', source });
  });

  it('is a full one while incremental runs are switched off, and once after that', async () => {
    const harness = await begin();
    const runs = async (incremental: boolean) => {
      await connectWith(harness, { incremental });
      return harness.run(OFFICE, telling('instance-1:2'));
    };
    expect(await runs(false)).toMatchObject({ kind: 'FULL', fullCause: 'SWITCHED_OFF' });
    expect(await place(harness)).toBe('SWITCHED_OFF');
    expect(await runs(true)).toMatchObject({ kind: 'FULL', fullCause: 'SWITCHED_OFF' });
    expect(await runs(true)).toMatchObject({ kind: 'INCREMENTAL' });
  });

  it('is a full one when names changed while the last one was reading', async () => {
    const harness = await RunHarness.make(await database.open());
    // Sam was renamed between the pages of users and the memberships.
    const torn: RemoteDocument = {
      ...OFFICE,
      memberships: [remoteMembers('devs', ['samuel', 'kim']), remoteMembers('staff', ['lee'])],
    };
    const now: RemoteDocument = {
      ...torn,
      users: [remoteUser('samuel', { externalId: 'id-of-sam' }), ...OFFICE.users.slice(1)],
    };
    const renamed = told.user('UPDATED', 'samuel', { externalId: 'id-of-sam' });
    await harness.run(torn, telling('instance-1:1'));
    const run = await harness.run(now, telling('instance-1:2', [renamed]));
    expect(run).toMatchObject({
      kind: 'FULL',
      fullCause: 'INCONSISTENT_EVENT',
      message:
        'the events could not be followed: names changed, perhaps while everything was read, and so may have the members',
    });
    expect(await harness.held()).toEqual(naivePicture(now));
  });

  // Sam was renamed once the users had been read, and somebody else was in staff as sam after that.
  const READ_AS_SAM: RemoteDocument = {
    ...OFFICE,
    memberships: [remoteMembers('devs', ['kim']), remoteMembers('staff', ['lee', 'sam'])],
  };
  const samuel = { externalId: 'id-of-sam' };
  const another = { externalId: 'id-of-another' };

  it.each<{ name: string; as: string; events: readonly RemoteEvent[] }>([
    {
      name: 'taken up by somebody new',
      as: 'sam',
      events: [told.tombstone('sam'), told.user('CREATED', 'sam', another)],
    },
    {
      name: "somebody new's for a while",
      as: 'sammy',
      events: [
        told.tombstone('sam'),
        told.tombstone('sam'),
        told.user('CREATED', 'sammy', another),
      ],
    },
  ])('is a full one when a name was $name, once', async ({ as, events }) => {
    const now: RemoteDocument = {
      ...OFFICE,
      users: [remoteUser('samuel', samuel), ...OFFICE.users.slice(1), remoteUser(as, another)],
      memberships: [remoteMembers('devs', ['kim']), remoteMembers('staff', ['lee', as])],
    };
    const all = [
      ...events,
      told.user('UPDATED', 'samuel', samuel),
      told.membership('CREATED', as, ['staff']),
    ];
    const harness = await RunHarness.make(await database.open());
    await harness.run(READ_AS_SAM, telling('instance-1:1'));
    const first = await harness.run(now, telling('instance-1:2', all));
    expect(first).toMatchObject({ kind: 'FULL', fullCause: 'INCONSISTENT_EVENT' });
    expect(await harness.held()).toEqual(naivePicture(now));
    // The same events again say nothing new of who is here by now.
    const next = await harness.run(now, telling('instance-1:3', all));
    expect(next).toMatchObject({ kind: 'INCREMENTAL' });
    expect(await harness.held()).toEqual(naivePicture(now));
  });

  it('is a full one when somebody known took up a name that was left', async () => {
    // Lee was renamed to sam, after sam to samuel, once the users had been read.
    const read: RemoteDocument = {
      ...OFFICE,
      memberships: [remoteMembers('devs', ['kim']), remoteMembers('staff', ['sam'])],
    };
    const now: RemoteDocument = {
      ...read,
      users: [
        remoteUser('samuel', samuel),
        remoteUser('kim'),
        remoteUser('sam', { externalId: 'id-of-lee' }),
      ],
    };
    const events = [
      told.tombstone('sam'),
      told.tombstone('lee'),
      told.user('UPDATED', 'samuel', samuel),
      told.user('UPDATED', 'sam', { externalId: 'id-of-lee' }),
    ];
    const harness = await RunHarness.make(await database.open());
    await harness.run(read, telling('instance-1:1'));
    const run = await harness.run(now, telling('instance-1:2', events));
    expect(run).toMatchObject({ kind: 'FULL', fullCause: 'INCONSISTENT_EVENT' });
    expect(await harness.held()).toEqual(naivePicture(now));
  });

  it('follows events by which somebody is deleted and another has the name', async () => {
    const harness = await begin();
    const now: RemoteDocument = {
      ...OFFICE,
      users: [remoteUser('sam', another), ...OFFICE.users.slice(1)],
      memberships: [remoteMembers('devs', ['kim']), ...OFFICE.memberships.slice(1)],
    };
    const events = [told.tombstone('sam'), told.user('CREATED', 'sam', another)];
    const run = await harness.run(now, telling('instance-1:2', events));
    expect(run).toMatchObject({ kind: 'INCREMENTAL' });
    expect(await harness.held()).toEqual(naivePicture(now));
  });

  it.each([
    { name: 'somebody is deleted', event: told.user('DELETED', 'lee') },
    { name: 'a group is deleted', event: told.group('DELETED', 'staff') },
  ])('is a full one when $name and members were unknown, once', async ({ event }) => {
    const harness = await RunHarness.make(await database.open());
    const dangling: RemoteDocument = {
      ...OFFICE,
      memberships: [...OFFICE.memberships.slice(0, 1), remoteMembers('staff', ['a stranger'])],
    };
    await harness.run(dangling, telling('instance-1:1'));
    const changed = told.user('UPDATED', 'sam', { email: 'sam@example.org' });
    const quiet = await harness.run(dangling, telling('instance-1:2', [changed]));
    expect(quiet).toMatchObject({ kind: 'INCREMENTAL' });
    // The first events after a full run have been told by now.
    expect(await harness.run(dangling, telling('instance-1:3', [event]))).toMatchObject({
      kind: 'INCREMENTAL',
    });
    await harness.run(dangling, telling('instance-1:4'), { full: true });
    const first = await harness.run(dangling, telling('instance-1:5', [event]));
    expect(first).toMatchObject({ kind: 'FULL', fullCause: 'INCONSISTENT_EVENT' });
  });

  it('is a full one on demand', async () => {
    const harness = await begin();
    const run = await harness.run(LATER, telling('instance-1:2'), { full: true });
    expect(run).toMatchObject({ kind: 'FULL', fullCause: 'REQUESTED' });
    expect(await harness.held()).toEqual(naivePicture(LATER));
    expect(await place(harness)).toEqual(at('instance-1:2'));
  });

  it.each([
    { name: 'names that differ in case alone', more: remoteUser('SAM') },
    { name: 'two users of one id', more: remoteUser('eve', { externalId: 'id-of-sam' }) },
  ])('is a full one as long as the server has $name', async ({ more }) => {
    const harness = await begin();
    const ambiguous = { ...OFFICE, users: [...OFFICE.users, more] };
    await harness.run(ambiguous, telling('instance-1:2'), { full: true });
    expect(await place(harness)).toBe('AMBIGUOUS_RECORDS');
    const run = await harness.run(OFFICE, telling('instance-1:3'));
    expect(run).toMatchObject({ kind: 'FULL', fullCause: 'AMBIGUOUS_RECORDS' });
    expect(await place(harness)).toEqual(at('instance-1:3'));
  });

  it('is a full one when the events would change more than one transaction takes', async () => {
    const harness = await begin();
    const newcomers = Array.from({ length: 20_001 }, (_, i) => told.user('CREATED', `u${i}`));
    const run = await harness.run(LATER, telling('instance-1:2', newcomers));
    expect(run).toMatchObject({
      kind: 'FULL',
      fullCause: 'TOO_MANY_EVENTS',
      counts: { usersRead: 4, usersAdded: 1 },
    });
    expect(await harness.held()).toEqual(naivePicture(LATER));
  });

  it('that cannot commit leaves copy and token, and the next one goes on from there', async () => {
    const harness = await begin();
    const before = await harness.state();
    const uncommitted = storeWith(harness.store, {
      transact: (origin, work) =>
        harness.store.transact(origin, async (transaction) => {
          await work(transaction);
          throw new GatehouseError('STORE_BUSY', { waitedMs: 0 });
        }),
    });
    const script = telling('instance-1:2', TO_LATER);
    const failed = await harness.run(LATER, script, { store: uncommitted });
    expect(failed).toMatchObject({
      outcome: 'FAILED',
      reason: 'STORE_BUSY',
      kind: 'INCREMENTAL',
      revision: null,
    });
    expect(await harness.state()).toEqual(before);
    expect(await place(harness)).toEqual(at('instance-1:1'));
    expect(await harness.run(LATER, script)).toMatchObject({
      outcome: 'SUCCEEDED',
      kind: 'INCREMENTAL',
    });
    expect(await harness.held()).toEqual(naivePicture(LATER));
    expect(await place(harness)).toEqual(at('instance-1:2'));
  });

  it.each(['UNREACHABLE', 'AUTH'] as const)('fails when the server is %s', async (code) => {
    const harness = await begin();
    const before = await harness.state();
    const run = await harness.run(LATER, {
      events: () => {
        throw code === 'AUTH'
          ? new GatehouseError(code, { server: CONNECTION.serverUrl })
          : new GatehouseError(code, { server: CONNECTION.serverUrl, reason: 'is away' });
      },
    });
    expect(run).toMatchObject({ outcome: 'FAILED', reason: code });
    expect(await harness.state()).toEqual(before);
    expect(await place(harness)).toEqual(at('instance-1:1'));
  });

  it('that is held keeps its token and is held again, until it is let go', async () => {
    const harness = await begin();
    await connectWith(harness, { mostRemovedPercent: 10 });
    const before = await harness.state();
    const script = telling('instance-1:2', [told.user('DELETED', 'lee')]);
    const left: RemoteDocument = {
      ...OFFICE,
      users: OFFICE.users.slice(0, 2),
      memberships: [remoteMembers('devs', ['sam', 'kim']), remoteMembers('staff', [], ['devs'])],
    };
    for (let i = 0; i < 2; i++) {
      expect(await harness.run(left, script)).toMatchObject({
        outcome: 'HELD',
        reason: 'REMOVALS_HELD',
        kind: 'INCREMENTAL',
        counts: { usersRemoved: 1, membershipsRemoved: 1 },
      });
      expect(await harness.state()).toEqual(before);
      expect(await place(harness)).toEqual(at('instance-1:1'));
    }
    const held = await harness.run(left, script);
    const released = await harness.run(left, script, { release: held.id });
    expect(released).toMatchObject({ outcome: 'SUCCEEDED', kind: 'FULL', fullCause: 'REQUESTED' });
    expect(await harness.held()).toEqual(naivePicture(left));
    expect(await place(harness)).toEqual(at('instance-1:2'));
  });
});
