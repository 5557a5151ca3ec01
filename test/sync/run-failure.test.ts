import { expect, it } from '@jest/globals';
import { asId, type DirectoryId, GatehouseError, NO_COUNTS } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { synchroniseDirectory } from '../../src/sync/index.js';
import { describeEachDatabase } from '../support/databases.js';
import {
  type ReadPoint,
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
  type Script,
  ScriptedRemote,
} from '../support/scripted-remote.js';
import { naivePicture } from './naive-picture.js';
import { CONNECTION, PASSWORD, RunHarness, storeWith } from './run-harness.js';

/** Two pages of users, two of groups, three records of memberships. */
const BEFORE: RemoteDocument = {
  users: [remoteUser('sam'), remoteUser('kim'), remoteUser('lee')],
  groups: [remoteGroup('devs'), remoteGroup('staff'), remoteGroup('ops')],
  memberships: [
    remoteMembers('devs', ['sam', 'kim']),
    remoteMembers('staff', ['lee'], ['devs']),
    remoteMembers('ops', ['kim']),
  ],
};

const AFTER: RemoteDocument = {
  users: [remoteUser('ann'), remoteUser('kim', { active: false }), remoteUser('lee')],
  groups: [remoteGroup('devs'), remoteGroup('staff'), remoteGroup('qa')],
  memberships: [
    remoteMembers('devs', ['ann']),
    remoteMembers('qa', ['lee'], ['devs']),
    remoteMembers('staff', ['kim']),
  ],
};

const POINTS: readonly ReadPoint[] = [
  ...[1, 2, 3].map((step): ReadPoint => ({ stream: 'users', step })),
  ...[1, 2, 3].map((step): ReadPoint => ({ stream: 'groups', step })),
  ...[1, 2, 3, 4].map((step): ReadPoint => ({ stream: 'memberships', step })),
];

function failAt(at: ReadPoint, error: Error) {
  return ({ stream, step }: ReadPoint) => {
    if (stream === at.stream && step === at.step) throw error;
  };
}

describeEachDatabase('a run that fails', (database) => {
  const begin = async () => RunHarness.make(await database.open());

  it('changes nothing wherever the reading ends, and says why', async () => {
    const harness = await begin();
    await harness.run(BEFORE);
    const before = await harness.state();
    const error = new GatehouseError('UNREACHABLE', {
      server: CONNECTION.serverUrl,
      reason: 'the connection was closed in the middle of an answer',
    });
    for (const point of POINTS) {
      const run = await harness.run(AFTER, { before: failAt(point, error) });
      expect(run).toMatchObject({
        outcome: 'FAILED',
        reason: 'UNREACHABLE',
        message: error.message,
        revision: null,
      });
      expect(run.finishedAt).not.toBeNull();
      expect(await harness.state()).toEqual(before);
    }
    const [{ staleSince }] = await harness.store.reader.freshness([harness.directory.id]);
    expect(staleSince).not.toBeNull();

    await harness.run(AFTER);
    expect(await harness.held()).toEqual(naivePicture(AFTER));
    const [fresh] = await harness.store.reader.freshness([harness.directory.id]);
    expect(fresh.staleSince).toBeNull();
  });

  it('counts how far it came', async () => {
    const harness = await begin();
    const bad = remoteUser(' ');
    const run = await harness.run(
      { ...BEFORE, users: [...BEFORE.users, bad] },
      {
        before: failAt(
          { stream: 'memberships', step: 2 },
          new GatehouseError('AUTH', { server: CONNECTION.serverUrl }),
        ),
      },
    );
    expect(run.counts).toEqual({
      ...NO_COUNTS,
      usersRead: 4,
      groupsRead: 3,
      membershipsRead: 2,
      setAside: 1,
    });
  });

  it.each<{ name: string; users: RemoteDocument['users'] }>([
    {
      name: 'bad names for more than half of the users',
      users: [remoteUser('sam'), remoteUser(' kim'), remoteUser('lee ')],
    },
    {
      name: 'one user again and again',
      users: [remoteUser('sam'), remoteUser('sam'), remoteUser('SAM')],
    },
  ])('does not believe a server that tells $name', async ({ users }) => {
    const harness = await begin();
    await harness.run(BEFORE);
    const before = await harness.state();
    const run = await harness.run({ ...AFTER, users });
    expect(run).toMatchObject({ outcome: 'FAILED', reason: 'PROTOCOL' });
    expect(run.message).toContain('users were ');
    expect(await harness.state()).toEqual(before);
  });

  it('believes a server without users while the copy has none', async () => {
    const harness = await begin();
    const run = await harness.run({ users: [], groups: [remoteGroup('devs')], memberships: [] });
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', counts: { groupsAdded: 1 } });
  });

  it('believes a server half of whose users are bad', async () => {
    const harness = await begin();
    const users = [remoteUser('sam'), remoteUser(' kim')];
    const run = await harness.run({ users, groups: [], memberships: [] });
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', counts: { usersAdded: 1, setAside: 1 } });
  });

  it('keeps the cause of a fault of ours in the log, under the incident in the record', async () => {
    const harness = await begin();
    const cause = new TypeError('a secret detail');
    const run = await harness.run(BEFORE, {
      before: failAt({ stream: 'groups', step: 1 }, cause),
    });
    expect(run).toMatchObject({ outcome: 'FAILED', reason: 'INTERNAL' });
    expect(run.message).not.toContain('secret');
    const [line] = harness.log.filter(({ level }) => level === 'error');
    expect(line.fields).toMatchObject({ code: 'INTERNAL', err: cause });
    const { details } = line.fields as { details: { incident: string } };
    expect(run.message).toContain(details.incident);
  });

  it('changes nothing when the store refuses, and says why', async () => {
    const harness = await begin();
    await harness.run(BEFORE);
    const before = await harness.state();
    const store = storeWith(harness.store, {
      transact: async () => {
        throw new GatehouseError('STORE_BUSY', { waitedMs: 10_000 });
      },
    });
    const run = await harness.run(AFTER, {}, { store });
    expect(run).toMatchObject({ outcome: 'FAILED', reason: 'STORE_BUSY' });
    expect(await harness.state()).toEqual(before);
  });

  it('changes nothing when a later run takes over, and tells what it had read', async () => {
    const harness = await begin();
    await harness.run(BEFORE);
    const before = await harness.state();
    const run = await harness.run(
      AFTER,
      {
        before: async ({ stream, step }) => {
          if (stream === 'memberships' && step === 4) {
            await harness.store.runs.start(harness.directory.id, {
              owner: 'later',
              lifeMs: 60_000,
            });
          }
        },
      },
      frozen(harness.store),
    );
    expect(run).toMatchObject({ outcome: 'ABORTED', reason: 'RUN_SUPERSEDED', revision: null });
    expect(run.counts).toEqual({ ...NO_COUNTS, usersRead: 3, groupsRead: 3, membershipsRead: 4 });
    expect(await harness.state()).toEqual(before);
  });

  it('changes nothing when another run has finished in between', async () => {
    const harness = await begin();
    await harness.run(BEFORE);
    const { store, directory } = harness;
    const script: Script = {
      before: async ({ stream, step }) => {
        if (stream !== 'users' || step !== 3) return;
        await synchroniseDirectory(
          { store, connect: () => new ScriptedRemote(AFTER), log: harness.logger() },
          directory.id,
        );
      },
    };
    const outcome = harness.run(AFTER, script, frozen(store));
    expect(await outcome).toMatchObject({ outcome: 'ABORTED', reason: 'RUN_SUPERSEDED' });
    expect(await harness.held()).toEqual(naivePicture(AFTER));
  });
});

describeEachDatabase('a run whose directory is removed', (database) => {
  it('writes nothing and has no record any more', async () => {
    const harness = await RunHarness.make(await database.open());
    const { store, directory } = harness;
    const run = harness.run(BEFORE, {
      before: async ({ stream, step }) => {
        if (stream !== 'memberships' || step !== 4) return;
        await store.transact({ type: 'OPERATOR' }, (transaction) =>
          transaction.removeDirectory(directory.id),
        );
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const changes = await harness.changesAfter(1);
    expect(changes.map(({ change }) => change.kind)).toEqual(['DirectoryRemoved']);
  });
});

describeEachDatabase('a run that cannot begin', (database) => {
  const begin = async () => RunHarness.make(await database.open());

  it('is refused while another one of the same directory goes on', async () => {
    const harness = await begin();
    let second: Promise<unknown> = Promise.resolve();
    const first = await harness.run(BEFORE, {
      before: async ({ stream, step }) => {
        if (stream !== 'groups' || step !== 1) return;
        second = harness.run(AFTER);
        await expect(second).rejects.toMatchObject({ code: 'SYNCHRONISATION_RUNNING' });
      },
    });
    await expect(second).rejects.toBeInstanceOf(GatehouseError);
    expect(first.outcome).toBe('SUCCEEDED');
    expect(await harness.held()).toEqual(naivePicture(BEFORE));
  });

  it('leaves no record for a directory that has no remote side, is disabled or is not there', async () => {
    const harness = await begin();
    const { store, directory } = harness;
    const { value: internal } = await store.transact({ type: 'OPERATOR' }, async (transaction) => {
      await transaction.changeDirectory(directory.id, { active: false });
      return transaction.addDirectory({
        name: 'Internal',
        type: 'INTERNAL',
        nestedGroups: true,
        connection: null,
        password: null,
      });
    });
    const synchronise = (id: DirectoryId) =>
      synchroniseDirectory(
        { store, connect: () => new ScriptedRemote(BEFORE), log: harness.logger() },
        id,
      );
    await expect(synchronise(internal.id)).rejects.toMatchObject({ code: 'NOT_SYNCHRONISABLE' });
    await expect(synchronise(directory.id)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      details: { field: 'directory' },
    });
    await expect(synchronise(asId(999_999))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await store.runs.latest([internal.id, directory.id])).toEqual([]);
  });
});

describeEachDatabase('a run that goes on', (database) => {
  it('is given the connection with the password, and renews its lease', async () => {
    const store = await database.open();
    const harness = await RunHarness.make(store);
    const { promise: beaten, resolve: beat } = signal();
    const beating = storeWith(store, {
      runs: {
        renew: async (lease, progress) => {
          const held = await store.runs.renew(lease, progress);
          beat();
          return held;
        },
      },
    });
    const connected: unknown[] = [];
    const run = await synchroniseDirectory(
      {
        store: beating,
        connect: (...settings) => {
          connected.push(...settings);
          return new ScriptedRemote(BEFORE, { before: () => beaten });
        },
        log: harness.logger(),
      },
      harness.directory.id,
      { leaseMs: 3 },
    );
    expect(run.outcome).toBe('SUCCEEDED');
    expect(connected).toEqual([CONNECTION, PASSWORD]);
    expect(JSON.stringify(harness.log)).not.toContain(PASSWORD);
  });

  it('does not end because its lease could not be renewed once', async () => {
    const store = await database.open();
    const harness = await RunHarness.make(store);
    const { promise: missed, resolve: miss } = signal();
    const silent = storeWith(store, {
      runs: {
        renew: async () => {
          miss();
          throw new Error('the database is away');
        },
      },
    });
    const options = { store: silent, leaseMs: 3 };
    const run = await harness.run(BEFORE, { before: () => missed }, options);
    expect(run.outcome).toBe('SUCCEEDED');
    expect(harness.log).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        fields: expect.objectContaining({ err: new Error('the database is away') }),
      }),
    );
  });
});

/** A process that stands still: its lease runs out, and it cannot renew it. */
function frozen(store: GatehouseStore) {
  return { store: storeWith(store, { runs: { renew: async () => true } }), leaseMs: 0 };
}

/** Something to wait for. */
function signal(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
