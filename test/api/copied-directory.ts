import { type DirectoryId, EMPTY_REPORT } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { RUN_OUT } from '../support/runs.js';
import { addDirectory, person } from './company.js';

export const CONNECTION = {
  serverUrl: 'https://jira.example.org/jira',
  applicationName: 'gatehouse',
  incremental: false,
  intervalMinutes: 30,
  connectTimeoutMs: 1_000,
  requestTimeoutMs: 2_000,
  mostRemovedPercent: 100,
  mostRemovedUsers: 1_000,
  onlyUsers: [],
  onlyGroups: [],
  onUserRemoved: 'DELETE' as const,
  tombstoneDays: 7,
};

/** A copy of a Jira below the company's own directory: synchronised once, with four seats allowed. */
export async function settleCopy(store: GatehouseStore): Promise<DirectoryId> {
  const { value: id } = await store.transact({ type: 'OPERATOR' }, async (transaction) => {
    const copy = await addDirectory(transaction, {
      name: 'Jira',
      type: 'JIRA',
      connection: CONNECTION,
      password: 'secret',
    });
    const [jo, , off] = await transaction.addUsers(copy.id, [
      person('jo', {
        displayName: '',
        firstName: '',
        lastName: '',
        email: '',
        externalId: 'key-1',
      }),
      person('ada'),
      person('off', { active: false }),
    ]);
    const [outer, inner] = await transaction.addGroups(copy.id, [
      { name: 'bitbucket-users', description: '', active: true },
      { name: 'inner', description: '', active: true },
    ]);
    await transaction.addMemberships(copy.id, [
      { groupId: inner.id, userId: jo.id },
      { groupId: outer.id, userId: off.id },
    ]);
    await transaction.addNestings(copy.id, [{ parentId: outer.id, childId: inner.id }]);
    await transaction.setLicenceLimit(4);
    return copy.id;
  });
  const good = await store.runs.start(id, RUN_OUT);
  await store.transact({ type: 'RUN', runId: good.id, directoryName: 'Jira' }, (transaction) =>
    transaction.finishRun(
      good.id,
      { ...EMPTY_REPORT, counts: { ...good.counts, usersRead: 3, usersAdded: 3 } },
      'NOT_SUPPORTED',
    ),
  );
  return id;
}
