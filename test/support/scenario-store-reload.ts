import { type Group, nameKey, type User } from '../../src/domain/index.js';
import type { Committed, GatehouseStore } from '../../src/store/index.js';
import { userFactsOf } from './naive-facts.js';
import { reloadOf } from './runs.js';
import type { Action } from './scenario-answerer.js';
import { found, groupFactsOf, OPERATOR } from './scenario-store-actions.js';

type Reloading = Extract<Action, { readonly type: 'reloadDirectory' }>;

/** A bulk load in which names that stay keep their ids. */
export async function reloadOnStore(
  store: GatehouseStore,
  { directory, contents }: Reloading,
): Promise<Committed<void>> {
  const directories = await store.reader.directories();
  const key = nameKey(directory);
  const { id } = found(
    directories.find((d) => d.nameKey === key),
    directory,
  );
  const held = await store.reader.contents(id);
  const idIn = <Entry extends User | Group>(entries: readonly Entry[], name: string) =>
    entries.find((entry) => entry.nameKey === nameKey(name))?.id ?? null;
  const reload = await reloadOf(store, id);
  const userIds = await reload.addUsers(
    contents.users.map(({ name, active }) => ({
      id: idIn(held.users, name) as User['id'] | null,
      facts: userFactsOf(name, active),
    })),
  );
  const groupIds = await reload.addGroups(
    contents.groups.map((name) => ({
      id: idIn(held.groups, name) as Group['id'] | null,
      facts: groupFactsOf(name),
    })),
  );
  const users = new Map(contents.users.map(({ name }, i) => [nameKey(name), userIds[i]]));
  const groups = new Map(contents.groups.map((name, i) => [nameKey(name), groupIds[i]]));
  await reload.addMemberships(
    contents.memberships.map(({ group, user }) => ({
      groupId: found(groups.get(nameKey(group)), group),
      userId: found(users.get(nameKey(user)), user),
    })),
  );
  await reload.addNestings(
    contents.nestings.map(({ parent, child }) => ({
      parentId: found(groups.get(nameKey(parent)), parent),
      childId: found(groups.get(nameKey(child)), child),
    })),
  );
  return store.transact(OPERATOR, (transaction) =>
    transaction.switchGeneration(id, reload.generation),
  );
}
