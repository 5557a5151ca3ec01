import type { DirectoryId, GroupId, UserId } from '../../../src/domain/index.js';
import type { DirectoryReload, GatehouseStore } from '../../../src/store/index.js';
import { CONNECTION, groupFacts, OPERATOR, userFacts } from '../../store/builders.js';
import { reloadOf } from '../../support/runs.js';
import type { DataSet, DirectoryData, EdgeColumns } from '../dataset/data-set.js';

/** So many edges are made into objects at once. */
const PART = 50_000;

/** A directory as the store knows it. */
export interface FilledDirectory {
  readonly id: DirectoryId;
  /** In the order of the data's columns. */
  readonly users: readonly UserId[];
  readonly groups: readonly GroupId[];
}

/** Puts the data into an empty store, as a synchronisation of each directory would. */
export async function fillStore(store: GatehouseStore, data: DataSet): Promise<FilledDirectory[]> {
  const filled: FilledDirectory[] = [];
  for (const directory of data.directories)
    filled.push(await fillDirectory(store, data, directory));
  await store.transact(OPERATOR, async (transaction) => {
    for (const grant of data.grants) await transaction.addGrant(grant);
    await transaction.setLicenceLimit(data.userNames.length);
  });
  return filled;
}

async function fillDirectory(
  store: GatehouseStore,
  data: DataSet,
  { name, type, users, active, groups, memberships, nestings }: DirectoryData,
): Promise<FilledDirectory> {
  const remote = type !== 'INTERNAL';
  const { value: directory } = await store.transact(OPERATOR, (transaction) =>
    transaction.addDirectory({
      name,
      type,
      nestedGroups: true,
      connection: remote ? CONNECTION : null,
      password: remote ? 'application password' : null,
    }),
  );
  const reload = await reloadOf(store, directory.id);
  const userIds = await reload.addUsers(
    Array.from(users, (user, i) => {
      const facts = userFacts(data.userNames[user], {
        active: active[i] === 1,
        email: `${data.userNames[user]}@example.test`,
      });
      return { id: null, facts };
    }),
  );
  const groupIds = await reload.addGroups(
    Array.from(groups, (group) => ({ id: null, facts: groupFacts(data.groupNames[group]) })),
  );
  const userId = byName(data.userNames.length, users, userIds);
  const groupId = byName(data.groupNames.length, groups, groupIds);
  await addMemberships(reload, memberships, groupId, userId);
  await reload.addNestings(
    Array.from(nestings.groups, (parent, i) => {
      return { parentId: groupId[parent], childId: groupId[nestings.members[i]] };
    }),
  );
  await store.transact(OPERATOR, (transaction) =>
    transaction.switchGeneration(directory.id, reload.generation),
  );
  return { id: directory.id, users: userIds, groups: groupIds };
}

async function addMemberships(
  reload: DirectoryReload,
  { groups, members }: EdgeColumns,
  groupId: readonly GroupId[],
  userId: readonly UserId[],
): Promise<void> {
  for (let from = 0; from < groups.length; from += PART) {
    const part = groups.subarray(from, from + PART);
    await reload.addMemberships(
      Array.from(part, (group, i) => {
        return { groupId: groupId[group], userId: userId[members[from + i]] };
      }),
    );
  }
}

function byName<Id>(count: number, names: Int32Array, ids: readonly Id[]): Id[] {
  const found: Id[] = Array(count);
  names.forEach((name, i) => {
    found[name] = ids[i];
  });
  return found;
}
