import { expect, it } from '@jest/globals';
import { nameKey, type UserId } from '../../src/domain/index.js';
import { describeEachDatabase } from '../support/databases.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
} from '../support/scripted-remote.js';
import { RunHarness } from './run-harness.js';

const PEOPLE = Array.from({ length: 40 }, (_, i) => `u${i}`);
const GROUPS = Array.from({ length: 30 }, (_, i) => `g${i}`);

/** 1,270 rows, or 70 without the memberships. */
const company = (members: readonly string[]): RemoteDocument => ({
  users: PEOPLE.map((name) => remoteUser(name)),
  groups: GROUPS.map((name) => remoteGroup(name)),
  memberships: GROUPS.map((name) => remoteMembers(name, members)),
});

/** Without u1 and g1, and with u0 under another name. */
const later = ({ users, groups, memberships }: RemoteDocument): RemoteDocument => ({
  users: users
    .filter(({ name }) => name !== 'u1')
    .map((user) => (user.name === 'u0' ? { ...user, name: 'zero' } : user)),
  groups: groups.filter(({ name }) => name !== 'g1'),
  memberships: memberships.filter(({ group }) => group !== 'g1'),
});

const KEPT = [{ name: 'phone', values: ['2', '1'] }];

describeEachDatabase('attributes of users whom a server tells of', (database) => {
  it.each([
    { how: 'a small difference', before: company([]), kind: 'UserChanged' },
    { how: 'a new set of rows', before: company(PEOPLE), kind: 'DirectoryReloaded' },
  ])('stay with whoever stays and go with whoever goes, in $how', async ({ before, kind }) => {
    const harness = await RunHarness.make(await database.open());
    const { store, directory } = harness;
    await harness.run(before);
    const users = await store.reader.usersByKeys(directory.id, ['u0', 'u1', 'u2'].map(nameKey));
    const groups = await store.reader.groupsByKeys(directory.id, ['g0', 'g1'].map(nameKey));
    const { revision } = await store.transact({ type: 'OPERATOR' }, async ({ attributes }) => {
      for (const { id } of users) await attributes.setOfUser(id, KEPT);
      for (const { id } of groups) await attributes.setOfGroup(id, KEPT);
    });
    await harness.run({ ...later(before), memberships: [] });
    const kinds = (await harness.changesAfter(revision)).map(({ change }) => change.kind);
    expect(kinds).toContain(kind);

    const ofUsers = await store.reader.attributes.ofUsers(users.map(({ id }) => id));
    const nameOf = (id: UserId) => users.find((user) => user.id === id)?.name;
    expect(new Map([...ofUsers].map(([id, kept]) => [nameOf(id), kept]))).toEqual(
      new Map([
        ['u0', KEPT],
        ['u2', KEPT],
      ]),
    );
    const ofGroups = await store.reader.attributes.ofGroups(groups.map(({ id }) => id));
    const stayed = groups.filter(({ name }) => name === 'g0').map(({ id }) => id);
    expect([...ofGroups.keys()]).toEqual(stayed);
  });
});
