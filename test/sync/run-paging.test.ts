import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { companyServer, type Fault } from '../support/company-server.js';
import { describeEachDatabase } from '../support/databases.js';
import { BEFORE, FaultyRuns } from '../support/faulty-runs.js';
import type { RemoteDocument } from '../support/scripted-remote.js';
import { naivePicture } from './naive-picture.js';

const PAGE_SIZE = 30;

/** What is left when a user is deleted, memberships included. */
function without(document: RemoteDocument, name: string): RemoteDocument {
  return {
    ...document,
    users: document.users.filter((user) => user.name !== name),
    memberships: document.memberships.map((membership) => ({
      ...membership,
      users: membership.users.filter((user) => user !== name),
    })),
  };
}

describeEachDatabase('a run while a user is deleted at the server', (database) => {
  let runs: FaultyRuns;
  beforeAll(async () => {
    runs = await FaultyRuns.make(await database.open());
  });
  afterAll(() => runs.server.close());
  beforeEach(async () => {
    expect(await runs.run(BEFORE, { pageSize: PAGE_SIZE })).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  /** A run whose server holds `after` once it has answered the `nth` request for users. */
  const runWhileDeleted = (after: RemoteDocument, nth: number) => {
    const fault: Fault = (asked) => {
      if (asked.part === 'users' && asked.nth === nth) {
        runs.server.behave(companyServer(after, { pageSize: PAGE_SIZE }));
      }
      return false;
    };
    return runs.run(BEFORE, { pageSize: PAGE_SIZE, fault });
  };

  it.each([
    { who: 'the first', name: 'user-000', nth: 1 },
    { who: 'the last of a page', name: 'user-029', nth: 1 },
    { who: 'one of the page before', name: 'user-015', nth: 2 },
    { who: 'the first, once all were read', name: 'user-000', nth: 3 },
  ])('removes nobody else and the next run removes them: $who', async ({ name, nth }) => {
    const after = without(BEFORE, name);
    const during = await runWhileDeleted(after, nth);
    expect(during).toMatchObject({
      outcome: 'SUCCEEDED',
      counts: { usersRead: 80, usersAdded: 0, usersRemoved: 0 },
    });
    const next = await runs.run(after, { pageSize: PAGE_SIZE });
    expect(next).toMatchObject({ outcome: 'SUCCEEDED', counts: { usersRemoved: 1 } });
    expect(await runs.harness.held()).toEqual(naivePicture(after));
  });

  it('removes them alone when they were still to be read', async () => {
    const after = without(BEFORE, 'user-070');
    const during = await runWhileDeleted(after, 1);
    expect(during).toMatchObject({
      outcome: 'SUCCEEDED',
      counts: { usersRead: 79, usersAdded: 0, usersRemoved: 1 },
    });
    expect(await runs.harness.held()).toEqual(naivePicture(after));
  });
});
