import { expect, it } from '@jest/globals';
import type { RemoteEvent } from '../../src/connector/index.js';
import type { DirectoryConnection } from '../../src/domain/index.js';
import { describeEachDatabase } from '../support/databases.js';
import {
  type RemoteDocument,
  remoteGroup,
  remoteMembers,
  remoteUser,
} from '../support/scripted-remote.js';
import { naivePicture } from './naive-picture.js';
import { RunHarness } from './run-harness.js';

const SERVER: RemoteDocument = {
  users: [remoteUser('Ann'), remoteUser('Bob'), remoteUser('svc-build'), remoteUser('svc-mail')],
  groups: [remoteGroup('Dev'), remoteGroup('dev-ops'), remoteGroup('sales')],
  memberships: [
    remoteMembers('Dev', ['Ann', 'svc-build'], ['dev-ops', 'sales']),
    remoteMembers('dev-ops', ['Bob', 'Ann']),
    remoteMembers('sales', ['Bob']),
  ],
};

/** What is left of it for a copy of people and groups of developers. */
const WANTED: RemoteDocument = {
  users: [remoteUser('Ann'), remoteUser('Bob')],
  groups: [remoteGroup('Dev'), remoteGroup('dev-ops')],
  memberships: [
    remoteMembers('Dev', ['Ann'], ['dev-ops']),
    remoteMembers('dev-ops', ['Bob', 'Ann']),
  ],
};

const FILTER = { onlyUsers: ['ann', 'b*'], onlyGroups: ['DEV*'] };
const told = (token: string, ...events: RemoteEvent[]) => {
  return { outcome: 'READ', token, events } as const;
};

describeEachDatabase('a filtered copy', (database) => {
  const begin = async (filter: Partial<DirectoryConnection>) => {
    const harness = await RunHarness.make(await database.open());
    const { store, directory } = harness;
    await store.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.changeDirectory(directory.id, {
        connection: { ...directory.connection!, ...filter },
      }),
    );
    return harness;
  };

  it('holds those alone whose names are like the patterns', async () => {
    const harness = await begin(FILTER);
    const run = await harness.run(SERVER);
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', counts: { usersAdded: 2, setAside: 0 } });
    expect(await harness.held()).toEqual(naivePicture(WANTED));
  });

  it('follows events as if the server had no others', async () => {
    const harness = await begin(FILTER);
    await harness.run(SERVER, { currentToken: () => 'one' });
    const events = () =>
      told(
        'two',
        { subject: 'USER', operation: 'CREATED', user: remoteUser('svc-new') },
        { subject: 'GROUP', operation: 'CREATED', group: remoteGroup('marketing') },
        { subject: 'USER', operation: 'CREATED', user: remoteUser('Bea') },
        { subject: 'MEMBERSHIP', operation: 'CREATED', user: 'svc-new', parents: ['Dev'] },
        { subject: 'MEMBERSHIP', operation: 'UPDATED', user: 'Bea', parents: ['Dev', 'marketing'] },
        {
          subject: 'NESTING',
          operation: 'CREATED',
          group: 'marketing',
          parents: ['Dev'],
          children: [],
        },
        // Ann leaves the patterns under the same id.
        {
          subject: 'USER',
          operation: 'UPDATED',
          user: remoteUser('svc-ann', { externalId: 'id-of-Ann' }),
        },
      );
    const run = await harness.run(SERVER, { events });
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', kind: 'INCREMENTAL' });
    expect(await harness.held()).toEqual(
      naivePicture({
        users: [remoteUser('Bob'), remoteUser('Bea')],
        groups: WANTED.groups,
        memberships: [
          remoteMembers('Dev', ['Bea'], ['dev-ops']),
          remoteMembers('dev-ops', ['Bob']),
        ],
      }),
    );
  });

  it('reads everything once the patterns have changed', async () => {
    const harness = await begin({});
    await harness.run(SERVER, { currentToken: () => 'one' });
    const { store, directory } = harness;
    await store.transact({ type: 'OPERATOR' }, (transaction) =>
      transaction.changeDirectory(directory.id, {
        connection: { ...directory.connection!, ...FILTER },
      }),
    );
    const run = await harness.run(SERVER, { events: () => told('two') });
    expect(run).toMatchObject({ kind: 'FULL', fullCause: 'SETTINGS_CHANGED' });
    expect(await harness.held()).toEqual(naivePicture(WANTED));
  });
});
