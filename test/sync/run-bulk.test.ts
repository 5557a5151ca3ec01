import { expect, it } from '@jest/globals';
import { GatehouseError, NO_COUNTS, type SynchronisationRun } from '../../src/domain/index.js';
import { describeEachDatabase } from '../support/databases.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
} from '../support/scripted-remote.js';
import { naivePicture } from './naive-picture.js';
import { RunHarness, storeWith } from './run-harness.js';

interface Size {
  readonly users: number;
  readonly groups: number;
  readonly membersOfEach: number;
}

/** Users `u0…`, groups `g0…`, each group with its members and nested in the one before. */
function company({ users, groups, membersOfEach }: Size, from = 0): RemoteDocument {
  const userName = (i: number) => `u${(i % users) + from}`;
  return {
    users: Array.from({ length: users }, (_, i) => remoteUser(userName(i))),
    groups: Array.from({ length: groups }, (_, i) => remoteGroup(`g${i}`)),
    memberships: Array.from({ length: groups }, (_, i) =>
      remoteMembers(
        `g${i}`,
        Array.from({ length: membersOfEach }, (_, k) => userName(i * 7 + k)),
        i + 1 < groups ? [`g${i + 1}`] : [],
      ),
    ),
  };
}

/** 1,150 rows. */
const SMALL = company({ users: 131, groups: 10, membersOfEach: 100 });
const PAGES = { pageSize: 500 } as const;

describeEachDatabase('a run with a large difference', (database) => {
  const begin = async () => RunHarness.make(await database.open());
  const kindsAfter = async (harness: RunHarness, revision: number) =>
    (await harness.changesAfter(revision)).map(({ change }) => change.kind);

  it('switches the directory to a new set of rows, with one entry in the log', async () => {
    const harness = await begin();
    const run = await harness.run(SMALL, PAGES);
    expect(run).toMatchObject({
      outcome: 'SUCCEEDED',
      revision: 2,
      counts: {
        ...NO_COUNTS,
        usersRead: 131,
        groupsRead: 10,
        membershipsRead: 1_009,
        usersAdded: 131,
        groupsAdded: 10,
        membershipsAdded: 1_009,
      },
    });
    expect(await kindsAfter(harness, 1)).toEqual(['DirectoryReloaded']);
    expect(await harness.held()).toEqual(naivePicture(SMALL));

    const { generation } = (await harness.state()).directories[0];
    expect(generation).not.toBe(harness.directory.generation);
    expect(await harness.run(SMALL, PAGES)).toMatchObject({ outcome: 'SUCCEEDED', revision: null });
  });

  it('keeps the ids of users and groups that stay, and counts the difference', async () => {
    const harness = await begin();
    await harness.run(SMALL, PAGES);
    const before = await harness.store.reader.contents(harness.directory.id);
    const renamed: RemoteDocument = {
      users: SMALL.users.map((user) => ({ ...user, name: `new-${user.name}` })),
      groups: SMALL.groups.slice(0, 9),
      memberships: SMALL.memberships.slice(0, 9).map(({ group, users }) => ({
        group,
        users: users.slice(0, 10).map((name) => `new-${name}`),
        childGroups: [],
      })),
    };
    const run = await harness.run(renamed, PAGES);
    expect(run).toMatchObject({
      outcome: 'SUCCEEDED',
      revision: 3,
      counts: {
        usersAdded: 0,
        usersChanged: 131,
        usersRemoved: 0,
        groupsAdded: 0,
        groupsRemoved: 1,
        membershipsAdded: 0,
        membershipsRemoved: 1_009 - 90,
      },
    });
    expect(await kindsAfter(harness, 2)).toEqual(['DirectoryReloaded']);
    expect(await harness.held()).toEqual(naivePicture(renamed));
    const after = await harness.store.reader.contents(harness.directory.id);
    const idsByExternalId = ({ users }: typeof before) =>
      new Map(users.map(({ externalId, id }) => [externalId, id]));
    expect(idsByExternalId(after)).toEqual(idsByExternalId(before));
    const kept = before.groups.filter(({ name }) => name !== 'g9');
    expect(after.groups).toEqual(kept);
    // The rows of the first load are gone already.
    expect(await harness.store.sweep()).toBe(0);
  });

  it('leaves the snapshot that readers take equal to the remote side', async () => {
    const harness = await begin();
    await harness.run(SMALL, PAGES);
    const large = company({ users: 300, groups: 60, membersOfEach: 100 }, 50);
    await harness.run(large, PAGES);
    const { users, groups, memberships, nestings } = await harness.store.reader.directorySnapshot(
      harness.directory.id,
    );
    const expected = naivePicture(large);
    const userNames = new Map(Array.from(users.ids, (id, i) => [id, users.names[i]]));
    const groupNames = new Map(Array.from(groups.ids, (id, i) => [id, groups.names[i]]));
    const inOrder = (names: readonly string[]) => [...names].sort();
    expect(inOrder(users.names)).toEqual(expected.users.map(({ name }) => name));
    expect(inOrder(groups.names)).toEqual(expected.groups.map(({ name }) => name));
    expect(
      inOrder(
        Array.from(
          memberships.groups,
          (id, i) => `${groupNames.get(id)} > ${userNames.get(memberships.users[i])}`,
        ),
      ),
    ).toEqual(expected.memberships);
    expect(
      inOrder(
        Array.from(
          nestings.parents,
          (id, i) => `${groupNames.get(id)} > ${groupNames.get(nestings.children[i])}`,
        ),
      ),
    ).toEqual(expected.nestings);
  });

  it('changes nothing when a later run takes over while it writes', async () => {
    const harness = await begin();
    const { store, directory } = harness;
    await harness.run(SMALL, PAGES);
    const before = await harness.state();
    let later: SynchronisationRun | null = null;
    const overtaken = storeWith(store, {
      runs: { renew: async () => true },
      beginReload: async (lease) => {
        const reload = await store.beginReload({ ...lease, lifeMs: 0 });
        return {
          ...reload,
          addMemberships: async (rows) => {
            later ??= await store.runs.start(lease.directoryId, { owner: 'later', lifeMs: 60_000 });
            await reload.addMemberships(rows);
          },
        };
      },
    });
    const large = company({ users: 400, groups: 20, membersOfEach: 60 });
    const run = await harness.run(large, PAGES, { store: overtaken });
    expect(run).toMatchObject({ outcome: 'ABORTED', reason: 'RUN_SUPERSEDED', revision: null });
    expect(await harness.state()).toEqual(before);
    expect(await store.runs.latest([directory.id])).toEqual([later]);
  });

  it('changes nothing when it fails half way, and leaves no rows behind', async () => {
    const harness = await begin();
    await harness.run(SMALL, PAGES);
    const before = await harness.state();
    const failing = storeWith(harness.store, {
      beginReload: async (id) => ({
        ...(await harness.store.beginReload(id)),
        addMemberships: async () => {
          throw new GatehouseError('STORE_BUSY', { waitedMs: 10_000 });
        },
      }),
    });
    const large = company({ users: 400, groups: 20, membersOfEach: 60 });
    const run = await harness.run(large, PAGES, { store: failing });
    expect(run).toMatchObject({ outcome: 'FAILED', reason: 'STORE_BUSY', revision: null });
    expect(await harness.state()).toEqual(before);
    expect(await harness.store.sweep()).toBe(0);
  });

  it('has succeeded even if the old rows cannot be deleted yet', async () => {
    const harness = await begin();
    await harness.run(SMALL, PAGES);
    const away = new Error('the database is away');
    const unswept = storeWith(harness.store, {
      sweep: async () => {
        throw away;
      },
    });
    const large = company({ users: 400, groups: 20, membersOfEach: 60 });
    const run = await harness.run(large, PAGES, { store: unswept });
    expect(run.outcome).toBe('SUCCEEDED');
    expect(await harness.held()).toEqual(naivePicture(large));
    expect(harness.log).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ err: away }) }),
    );
    expect(await harness.store.sweep()).toBe(131 + 10 + 1_000 + 9);
  });
});
