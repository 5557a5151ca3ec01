import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { asId, DifferenceTally, type Directory, type Revision } from '../../src/domain/index.js';
import { PermissionIndex } from '../../src/engine/index.js';
import { ComingReload } from '../../src/usecase/coming-reload.js';
import { compareIndexes } from '../../src/usecase/compare-indexes.js';
import { runSynchronisation } from '../../src/usecase/index.js';
import {
  addInternal,
  addRemote,
  groupFacts,
  numbered,
  OPERATOR,
  userFacts,
} from '../store/builders.js';
import { describeEachDatabase } from '../support/databases.js';
import { openTestGateway, type TestGateway } from '../support/gateway.js';
import { reloadOf } from '../support/runs.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
  ScriptedRemote,
} from '../support/scripted-remote.js';

/** So many that a run which brings them loads the directory anew. */
const CROWD = 1_200;

function crowd(prefix: string, admins: readonly string[] = ['root']): RemoteDocument {
  const names = numbered(prefix, CROWD);
  return {
    users: [...names, 'root', 'ann'].map((name) => remoteUser(name)),
    groups: ['admins', 'devs'].map((name) => remoteGroup(name)),
    memberships: [remoteMembers('admins', [...admins]), remoteMembers('devs', [...names, 'ann'])],
  };
}

describeEachDatabase('a directory that is loaded anew', (database) => {
  let test: TestGateway;
  let jira: Directory;
  let internal: Directory;
  let document: RemoteDocument;

  beforeEach(async () => {
    document = crowd('a');
    test = await openTestGateway({
      url: await database.create(),
      connect: () => new ScriptedRemote(document),
    });
    const { store } = test.gateway;
    internal = await addInternal(store, 'own');
    jira = await addRemote(store, 'jira');
    await store.transact(OPERATOR, async (transaction) => {
      const connection = { ...jira.connection!, mostRemovedPercent: 100, mostRemovedUsers: CROWD };
      await transaction.changeDirectory(jira.id, { connection });
      const grant = (permission: string, subjectName: string) =>
        transaction.addGrant({ permission, subjectType: 'GROUP', subjectName });
      await grant('SYS_ADMIN', 'admins');
      await grant('LICENSED_USER', 'devs');
      await transaction.setLicenceLimit(CROWD);
    });
    expect(await run()).toMatchObject({ outcome: 'SUCCEEDED' });
    document = crowd('b');
  });
  afterEach(() => test.close());

  const run = () => runSynchronisation(test.gateway, jira.id);

  /** A run that others do something beside, once it is judged and before all of it is written. */
  const runBeside = (meanwhile: () => Promise<unknown>) => {
    const { gateway } = test;
    const store: typeof gateway.store = {
      ...gateway.store,
      beginReload: async (lease) => {
        const reload = await gateway.store.beginReload(lease);
        return {
          ...reload,
          addNestings: reload.addNestings,
          addMemberships: async (rows) => {
            await meanwhile();
            await reload.addMemberships(rows);
          },
        };
      },
    };
    return runSynchronisation({ ...gateway, store }, jira.id);
  };

  const differences = async () => {
    const { live, store } = test.gateway;
    const right = new PermissionIndex(await store.reader.snapshot());
    const tally = new DifferenceTally();
    await compareIndexes(() => ({ index: live.index, right }), tally);
    expect(live.index.revision).toBe(right.revision);
    expect(live.index.directories()).toEqual(right.directories());
    return tally.list();
  };

  it('is an index that was built beside and takes the place of the live one', async () => {
    const { live } = test.gateway;
    const before = live.index;
    const told: string[] = [];
    live.listen((changes) => told.push(...changes.map(({ change }) => change.kind)));
    expect(await run()).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(live.index).not.toBe(before);
    expect(told).toContain('DirectoryReloaded');
    expect(await differences()).toEqual([]);
    expect(live.index.user('b-7')?.name).toBe('b-7');
    expect(live.index.user('a-7')).toBeNull();
  });

  it('keeps step with what others change before it is committed', async () => {
    const { live, store } = test.gateway;
    const before = live.index;
    const ended = await runBeside(() =>
      store.transact(OPERATOR, async (transaction) => {
        const [bob] = await transaction.addUsers(internal.id, [userFacts('bob')]);
        const [devs] = await transaction.addGroups(internal.id, [groupFacts('devs')]);
        await transaction.addMemberships(internal.id, [{ groupId: devs.id, userId: bob.id }]);
        await transaction.addGrant({
          permission: 'ADMIN',
          subjectType: 'USER',
          subjectName: 'ann',
        });
        await transaction.changeDirectory(jira.id, { name: 'Jira of the company' });
        await transaction.reorderDirectories([jira.id, internal.id]);
        await transaction.setLicenceLimit(CROWD + 10);
      }),
    );
    expect(ended).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(live.index).not.toBe(before);
    expect(await differences()).toEqual([]);
    expect(live.index.check('ann', 'ADMIN')).toBe(true);
  });

  it('is taken over from the rows when another one was loaded anew meanwhile', async () => {
    const { live, store } = test.gateway;
    const before = live.index;
    const ended = await runBeside(async () => {
      const { run: other, ...reload } = await reloadOf(store, internal.id);
      await reload.addUsers([{ id: null, facts: userFacts('ann') }]);
      await store.transact(OPERATOR, (transaction) =>
        transaction.switchGeneration(internal.id, reload.generation),
      );
      expect(other.outcome).toBe('RUNNING');
    });
    expect(ended).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(live.index).toBe(before);
    expect(await differences()).toEqual([]);
  });

  it('serves one transaction: what a refused one proposed is not proposed again', async () => {
    const { gateway } = test;
    const before = gateway.live.index;
    const snapshot = await gateway.store.reader.directorySnapshot(jira.id);
    const { id: directoryId, generation } = snapshot.directory;
    const coming = await ComingReload.make(gateway, snapshot);
    const changes = [{ kind: 'DirectoryReloaded', directoryId, generation }] as const;
    const other = [{ ...changes[0], generation: asId<typeof generation>(987_654) }];
    const next = asId<Revision>(before.revision + 1);
    expect(coming.after(next, other)).toBeNull();
    expect(coming.after(next, changes)?.revision).toBe(next);
    expect(coming.after(next, changes)).toBeNull();
  });

  it('is forgotten when the run is held, and judged by what it would leave', async () => {
    const { live, store } = test.gateway;
    const before = live.index;
    document = crowd('b', []);
    expect(await run()).toMatchObject({ outcome: 'HELD', reason: 'ADMINISTRATORS_HELD' });
    expect(live.index).toBe(before);
    expect(await differences()).toEqual([]);
    expect(await store.sweep()).toBe(0);
    await store.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(5));
    expect(live.index).toBe(before);
    expect(await differences()).toEqual([]);
  });

  it('crosses the licence limit as any other change does', async () => {
    const { store } = test.gateway;
    await store.transact(OPERATOR, (transaction) => transaction.setLicenceLimit(CROWD + 50));
    const more = numbered('more', 100);
    document = {
      ...crowd('b'),
      users: [...crowd('b').users, ...more.map((name) => remoteUser(name))],
      memberships: [
        remoteMembers('admins', ['root']),
        remoteMembers('devs', [...numbered('b', CROWD), 'ann', ...more]),
      ],
    };
    expect(await run()).toMatchObject({ outcome: 'SUCCEEDED' });
    const warnings = await store.reader.changes({
      after: null,
      limit: 10_000,
      kinds: ['LicenceWarning'],
    });
    expect(warnings.at(-1)?.change).toMatchObject({ after: { seatsUsed: CROWD + 102 } });
    expect(await differences()).toEqual([]);
  });
});
