import { CONNECTION_DEFAULTS, type DirectoryId } from '../../src/domain/index.js';
import type { StoreTransaction } from '../../src/store/index.js';
import { userFacts } from '../store/builders.js';
import type { ReturningFile } from './returning-format.js';

/** What a scenario begins with. @returns the directory that is synchronised. */
export async function setUp(
  transaction: StoreTransaction,
  serverUrl: string,
  { above, below, connection, grants = {}, userGrants = {} }: ReturningFile,
): Promise<DirectoryId> {
  if (above) await addInternal(transaction, 'Above', above);
  const { id } = await transaction.addDirectory({
    name: 'Server',
    type: 'JIRA',
    nestedGroups: false,
    connection: {
      ...CONNECTION_DEFAULTS,
      serverUrl,
      applicationName: 'gatehouse',
      // Documents are small, and what is held for its size has tests of its own.
      mostRemovedPercent: 100,
      ...connection,
    },
    password: 'the application password',
  });
  if (below) await addInternal(transaction, 'Below', below);
  for (const [subjectType, given] of [
    ['GROUP', grants],
    ['USER', userGrants],
  ] as const) {
    for (const [permission, subjects = []] of Object.entries(given)) {
      for (const subjectName of subjects) {
        await transaction.addGrant({ permission, subjectType, subjectName });
      }
    }
  }
  return id;
}

async function addInternal(
  transaction: StoreTransaction,
  name: string,
  { users, groups = {} }: NonNullable<ReturningFile['above']>,
): Promise<void> {
  const { id: directoryId } = await transaction.addDirectory({
    name,
    type: 'INTERNAL',
    nestedGroups: true,
    connection: null,
    password: null,
  });
  const added = await transaction.addUsers(
    directoryId,
    users.map((user) => userFacts(user)),
  );
  const idOf = new Map(added.map(({ id, name }) => [name, id]));
  for (const [group, members] of Object.entries(groups)) {
    const [{ id: groupId }] = await transaction.addGroups(directoryId, [
      { name: group, description: '', active: true },
    ]);
    const rows = members.map((user) => ({ groupId, userId: idOf.get(user)! }));
    await transaction.addMemberships(directoryId, rows);
  }
}
