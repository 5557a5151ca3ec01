import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Directory } from '../../src/domain/index.js';
import {
  dropSynchronisation,
  previewSynchronisation,
  releaseSynchronisation,
  runSynchronisation,
} from '../../src/usecase/index.js';
import { addRemote, codeOf, OPERATOR } from '../store/builders.js';
import { describeEachDatabase } from '../support/databases.js';
import { openTestGateway, type TestGateway } from '../support/gateway.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
  ScriptedRemote,
} from '../support/scripted-remote.js';

const PEOPLE = ['ann', 'bob', 'cat', 'dan', 'eva', 'fay'];

/** Everybody in `devs`, and only ann in `admins`, unless told. */
function company(
  memberships: Readonly<Record<string, readonly string[]>> = {},
  off: readonly string[] = [],
): RemoteDocument {
  const all = { admins: ['ann'], devs: PEOPLE, guests: ['fay'], ...memberships };
  return {
    users: PEOPLE.map((name) => remoteUser(name, { active: !off.includes(name) })),
    groups: Object.keys(all).map((name) => remoteGroup(name)),
    memberships: Object.entries(all).map(([group, users]) => remoteMembers(group, users)),
  };
}

describeEachDatabase('a run that takes something away', (database) => {
  let test: TestGateway;
  let jira: Directory;
  let document: RemoteDocument;

  beforeEach(async () => {
    document = company();
    test = await openTestGateway({
      url: await database.create(),
      connect: () => new ScriptedRemote(document),
    });
    const { store } = test.gateway;
    jira = await addRemote(store, 'jira');
    await store.transact(OPERATOR, async (transaction) => {
      const grant = (permission: string, subjectName: string) =>
        transaction.addGrant({ permission, subjectType: 'GROUP', subjectName });
      await grant('SYS_ADMIN', 'admins');
      await grant('LICENSED_USER', 'devs');
      await grant('LICENSED_USER', 'nobody yet');
    });
    expect(await run()).toMatchObject({ outcome: 'SUCCEEDED' });
  });
  afterEach(() => test.close());

  const run = () => runSynchronisation(test.gateway, jira.id);
  const seats = () => test.gateway.live.index.licence().seatsUsed;

  it.each<{ name: string; next: RemoteDocument; outcome: string; reason: string | null }>([
    {
      name: 'nothing that counts',
      next: company({ devs: ['ann', 'bob'], guests: [] }),
      outcome: 'SUCCEEDED',
      reason: null,
    },
    {
      name: 'the last administrator from their group',
      next: company({ admins: [] }),
      outcome: 'HELD',
      reason: 'ADMINISTRATORS_HELD',
    },
    {
      name: 'the last administrator by making them inactive',
      next: company({}, ['ann']),
      outcome: 'HELD',
      reason: 'ADMINISTRATORS_HELD',
    },
    {
      name: 'an administrator and brings another',
      next: company({ admins: ['bob'] }),
      outcome: 'SUCCEEDED',
      reason: null,
    },
    {
      name: 'everybody from a group with a grant',
      next: company({ devs: [] }),
      outcome: 'HELD',
      reason: 'EMPTIED_GROUPS_HELD',
    },
    {
      name: 'a group with a grant',
      next: {
        ...company(),
        groups: [remoteGroup('admins')],
        memberships: [remoteMembers('admins', ['ann'])],
      },
      outcome: 'HELD',
      reason: 'EMPTIED_GROUPS_HELD',
    },
  ])('$name: $outcome', async ({ next, outcome, reason }) => {
    const before = seats();
    document = next;
    const { objection } = await previewSynchronisation(test.gateway, test.operator, jira.id);
    expect(objection?.code ?? null).toBe(reason);
    expect(await run()).toMatchObject({ outcome, reason });
    if (outcome === 'HELD') expect(seats()).toBe(before);
  });

  it('is done when it is released, and is held again after it was dropped', async () => {
    document = company({ devs: [] });
    const first = await run();
    expect(first.message).toContain('`devs`');
    await dropSynchronisation(test.gateway, test.operator, first.id);
    const second = await run();
    expect(second).toMatchObject({ outcome: 'HELD', reason: 'EMPTIED_GROUPS_HELD' });
    document = company({ devs: [], admins: [] });
    const graver = await releaseSynchronisation(test.gateway, test.operator, second.id);
    expect(graver).toMatchObject({ outcome: 'HELD', reason: 'ADMINISTRATORS_HELD' });
    document = company({ devs: [] });
    const released = await releaseSynchronisation(test.gateway, test.operator, graver.id);
    expect(released).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(seats()).toBe(1);
    expect(await run()).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('stays held when it cannot be released', async () => {
    document = company({ devs: [] });
    const held = await run();
    const { store } = test.gateway;
    const setActive = (active: boolean) =>
      store.transact(OPERATOR, (transaction) => transaction.changeDirectory(jira.id, { active }));
    const release = () => releaseSynchronisation(test.gateway, test.operator, held.id);
    await setActive(false);
    expect(await codeOf(release())).toBe('INPUT_INVALID');
    await setActive(true);
    expect(await store.runs.byId(held.id)).toMatchObject({ outcome: 'HELD' });
    expect(await release()).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await codeOf(release())).toBe('RUN_NOT_HELD');
  });
});
