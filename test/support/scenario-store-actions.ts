import {
  type DirectoryId,
  type Group,
  nameKey,
  type Origin,
  type User,
} from '../../src/domain/index.js';
import type { Committed, GatehouseStore, StoreTransaction } from '../../src/store/index.js';
import { userFactsOf } from './naive-facts.js';
import type { Action } from './scenario-answerer.js';

export const OPERATOR: Origin = { type: 'OPERATOR' };

type Reloading = Extract<Action, { readonly type: 'reloadDirectory' }>;

/** Does one action within a transaction. @throws Error when it names what is not there. */
export async function actOnStore(transaction: StoreTransaction, action: Action): Promise<void> {
  switch (action.type) {
    case 'addDirectory':
      await transaction.addDirectory({
        name: action.directory,
        type: 'INTERNAL',
        nestedGroups: action.nestedGroups,
        connection: null,
        password: null,
      });
      return;
    case 'orderDirectories': {
      const order: DirectoryId[] = [];
      for (const name of action.order) order.push(await directoryOf(transaction, name));
      return transaction.reorderDirectories(order);
    }
    case 'grant': {
      const { permission, subjectType, subject } = action;
      await transaction.addGrant({ permission, subjectType, subjectName: subject });
      return;
    }
    case 'revoke': {
      const key = nameKey(action.subject);
      const given = (await transaction.grants()).find(
        ({ permission, subjectType, subjectKey }) =>
          permission === action.permission &&
          subjectType === action.subjectType &&
          subjectKey === key,
      );
      await transaction.removeGrant(found(given, `grant to ${key}`).id);
      return;
    }
    case 'setMembershipMode':
      return transaction.setMembershipMode(action.mode);
    case 'setLicenceLimit':
      return transaction.setLicenceLimit(action.limit);
    case 'reloadDirectory':
      throw new Error('a reload is no part of another transaction');
    default:
      return actInDirectory(transaction, await directoryOf(transaction, action.directory), action);
  }
}

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
  const reload = await store.beginReload(id);
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

type InDirectory = Exclude<
  Extract<Action, { readonly directory: string }>,
  { readonly type: 'addDirectory' | 'reloadDirectory' }
>;

async function actInDirectory(
  transaction: StoreTransaction,
  id: DirectoryId,
  action: InDirectory,
): Promise<void> {
  const user = async (name: string) =>
    found(await transaction.userByKey(id, nameKey(name)), `user ${name}`);
  const group = async (name: string) =>
    found(await transaction.groupByKey(id, nameKey(name)), `group ${name}`);
  switch (action.type) {
    case 'activateDirectory':
    case 'deactivateDirectory':
      await transaction.changeDirectory(id, { active: action.type === 'activateDirectory' });
      return;
    case 'setNestedGroups':
      await transaction.changeDirectory(id, { nestedGroups: action.nestedGroups });
      return;
    case 'removeDirectory':
      return transaction.removeDirectory(id);
    case 'addUser':
      await transaction.addUsers(id, [userFactsOf(action.user, action.active)]);
      return;
    case 'setUserActive': {
      const facts = { ...(await user(action.user)), active: action.active };
      await transaction.changeUsers([{ id: facts.id, facts }]);
      return;
    }
    case 'removeUser':
      return transaction.removeUsers([(await user(action.user)).id]);
    case 'renameUsers': {
      const renamed = [];
      for (const { from, to } of action.renames) {
        const facts = { ...(await user(from)), name: to };
        renamed.push({ id: facts.id, facts });
      }
      await transaction.changeUsers(renamed);
      return;
    }
    case 'addGroup':
      await transaction.addGroups(id, [groupFactsOf(action.group)]);
      return;
    case 'removeGroup':
      return transaction.removeGroups([(await group(action.group)).id]);
    case 'renameGroups': {
      const renamed = [];
      for (const { from, to } of action.renames) {
        const facts = { ...(await group(from)), name: to };
        renamed.push({ id: facts.id, facts });
      }
      await transaction.changeGroups(renamed);
      return;
    }
    case 'addMembership':
    case 'removeMembership': {
      const groupId = (await group(action.group)).id;
      const rows = [{ groupId, userId: (await user(action.user)).id }];
      return action.type === 'addMembership'
        ? transaction.addMemberships(id, rows)
        : transaction.removeMemberships(id, rows);
    }
    case 'addNesting':
    case 'removeNesting': {
      const parentId = (await group(action.parent)).id;
      const rows = [{ parentId, childId: (await group(action.child)).id }];
      return action.type === 'addNesting'
        ? transaction.addNestings(id, rows)
        : transaction.removeNestings(id, rows);
    }
  }
}

async function directoryOf(transaction: StoreTransaction, name: string): Promise<DirectoryId> {
  const key = nameKey(name);
  const directories = await transaction.directories();
  return found(
    directories.find((directory) => directory.nameKey === key),
    name,
  ).id;
}

function groupFactsOf(name: string) {
  return { name, description: '', active: true };
}

function found<Thing>(thing: Thing | null | undefined, what: string): Thing {
  if (thing === null || thing === undefined) throw new Error(`there is no ${what}`);
  return thing;
}
