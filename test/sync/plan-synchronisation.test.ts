import { expect, it } from '@jest/globals';
import { isGatehouseError } from '../../src/domain/index.js';
import { planSynchronisation } from '../../src/sync/index.js';
import { describeEachDatabase } from '../support/databases.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
  type Script,
  ScriptedRemote,
} from '../support/scripted-remote.js';
import { CONNECTION, RunHarness } from './run-harness.js';

const FIRST: RemoteDocument = {
  users: [remoteUser('ann'), remoteUser('bob')],
  groups: [remoteGroup('team'), remoteGroup('all')],
  memberships: [remoteMembers('team', ['ann']), remoteMembers('all', ['bob'], ['team'])],
};
const SECOND: RemoteDocument = {
  users: [remoteUser('anna', { externalId: 'id-of-ann' }), remoteUser('cid')],
  groups: [remoteGroup('team'), remoteGroup('all'), remoteGroup('new')],
  memberships: [remoteMembers('team', ['anna', 'cid']), remoteMembers('new', [], ['team'])],
};

describeEachDatabase('a planned synchronisation', (database) => {
  const settled = async () => {
    const harness = await RunHarness.make(await database.open({ url: await database.create() }));
    await harness.run(FIRST);
    return harness;
  };
  const plan = (harness: RunHarness, document: RemoteDocument, script: Script = {}, ms?: number) =>
    planSynchronisation(
      {
        store: harness.store,
        connect: () => new ScriptedRemote(document, script),
        log: harness.logger(),
      },
      harness.directory.id,
      ms === undefined ? {} : { readWithinMs: ms },
    );

  it('holds what the run would leave behind, and leaves everything as it was', async () => {
    const harness = await settled();
    const before = await harness.state();
    const { snapshot, counts } = await plan(harness, SECOND);
    expect(await harness.state()).toEqual(before);
    const run = await harness.run(SECOND);
    expect(run.counts).toEqual(counts);
    const kept = await harness.store.reader.directorySnapshot(harness.directory.id);
    expect(named(snapshot)).toEqual(named(kept));
    // Whoever stays is the same one; whoever is new has no row yet.
    const idOf = (of: typeof kept, name: string) => of.users.ids[of.users.names.indexOf(name)];
    expect(idOf(snapshot, 'anna')).toBe(idOf(kept, 'anna'));
    expect(idOf(snapshot, 'cid')).toBeLessThan(0);
    await harness.store.close();
  });

  it('is held where the run would be, although nobody goes whom the server has no more', async () => {
    const harness = await settled();
    await harness.store.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.changeDirectory(harness.directory.id, {
        connection: { ...CONNECTION, onUserRemoved: 'KEEP' },
      }),
    );
    const nobody: RemoteDocument = { users: [], groups: [], memberships: [] };
    const { objection } = await plan(harness, nobody);
    expect(objection?.code).toBe('REMOVALS_HELD');
    expect(await harness.run(nobody)).toMatchObject({ outcome: 'HELD', reason: objection?.code });
    await harness.store.close();
  });

  it('gives up on a server that tells without end', async () => {
    const harness = await settled();
    const before = await harness.state();
    const never = () => new Promise<void>(() => undefined);
    for (const stream of ['users', 'groups', 'memberships'] as const) {
      const error: unknown = await plan(
        harness,
        SECOND,
        { before: (point) => (point.stream === stream ? never() : undefined) },
        20,
      ).catch((thrown: unknown) => thrown);
      expect(isGatehouseError(error, 'UNREACHABLE')).toBe(true);
    }
    expect(await harness.state()).toEqual(before);
    await harness.store.close();
  });
});

function named({
  users,
  groups,
  memberships,
  nestings,
}: Awaited<ReturnType<typeof planSynchronisation>>['snapshot']): unknown {
  const user = new Map(Array.from(users.ids, (id, i) => [id, users.names[i]]));
  const group = new Map(Array.from(groups.ids, (id, i) => [id, groups.names[i]]));
  return {
    users: users.names.map((name, i) => `${name} ${users.active[i]}`).sort(),
    groups: [...groups.names].sort(),
    members: Array.from(
      memberships.groups,
      (id, i) => `${group.get(id)} > ${user.get(memberships.users[i])}`,
    ).sort(),
    nestings: Array.from(
      nestings.parents,
      (id, i) => `${group.get(id)} > ${group.get(nestings.children[i])}`,
    ).sort(),
  };
}
