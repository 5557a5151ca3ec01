import type {
  Application,
  Directory,
  GroupFacts,
  Origin,
  User,
  UserFacts,
} from '../../src/domain/index.js';
import type { StoreTransaction } from '../../src/store/index.js';
import { type Gateway, hashPassword } from '../../src/usecase/index.js';

/** Every user of the company that can sign in has this password. */
export const USER_PASSWORD = 'open sesame & <more>';
export const APPLICATION = { name: 'Stash', password: 'app:secret' } as const;

const OPERATOR: Origin = { type: 'OPERATOR' };

export interface Company {
  readonly first: Directory;
  readonly second: Directory;
  readonly off: Directory;
}

/**
 * Three directories: `first` (nested groups count), `second`, which holds a masked ann and a second
 * `devs`, and `off`, which is switched off.
 */
export async function buildCompany(gateway: Gateway): Promise<Company> {
  const hash = await hashPassword(USER_PASSWORD);
  const { value } = await gateway.store.transact(OPERATOR, async (transaction) => {
    const first = await addDirectory(transaction, 'first');
    const second = await addDirectory(transaction, 'second');
    const off = await addDirectory(transaction, 'off');
    await fillFirst(transaction, first, hash);
    await fillSecond(transaction, second, hash);
    await transaction.addUsers(off.id, [user('dan')]);
    await transaction.addGroups(off.id, [group('gone')]);
    await transaction.changeDirectory(off.id, { active: false });
    return { first, second, off };
  });
  return value;
}

async function fillFirst(
  transaction: StoreTransaction,
  { id }: Directory,
  hash: string,
): Promise<void> {
  const users = await transaction.addUsers(id, [
    user('ann', {
      displayName: 'Ann Lee',
      firstName: 'Ann',
      lastName: 'Lee',
      email: 'ann@example.org',
    }),
    user('Bob', { displayName: 'Bob "B" <Ray> & Co', email: 'bob@example.org', active: false }),
    user('éva', { displayName: 'Éva' }),
  ]);
  for (const { id: userId } of users) await transaction.setPasswordHash(userId, hash);
  const [ann, bob, eva] = users.map(({ id: userId }) => userId);
  const groups = await transaction.addGroups(id, [
    group('devs', { description: 'all developers' }),
    group('juniors'),
    group('Empty & <odd>', { active: false }),
  ]);
  const [devs, juniors] = groups.map(({ id: groupId }) => groupId);
  await transaction.addMemberships(id, [
    { groupId: devs, userId: ann },
    { groupId: devs, userId: bob },
    { groupId: juniors, userId: eva },
  ]);
  await transaction.addNestings(id, [{ parentId: devs, childId: juniors }]);
}

async function fillSecond(
  transaction: StoreTransaction,
  { id }: Directory,
  hash: string,
): Promise<void> {
  const [ann, cid] = await transaction.addUsers(id, [
    user('ANN', { displayName: 'another Ann', externalId: 'masked' }),
    user('cid', { email: 'cid@example.org' }),
  ]);
  await transaction.setPasswordHash(cid.id, hash);
  const [devs, ops] = await transaction.addGroups(id, [
    group('DEVS', { description: 'masked' }),
    group('ops'),
  ]);
  await transaction.addMemberships(id, [
    { groupId: devs.id, userId: cid.id },
    // Does not count: in this directory ann is masked.
    { groupId: ops.id, userId: ann.id },
  ]);
}

export async function addApplication(
  gateway: Gateway,
  application: {
    readonly name?: string;
    readonly password?: string;
    readonly remoteAddresses?: readonly string[];
    readonly active?: boolean;
  } = {},
): Promise<Application> {
  const { name = APPLICATION.name, password = APPLICATION.password, active = true } = application;
  const remoteAddresses = application.remoteAddresses ?? ['127.0.0.1'];
  const passwordHash = await hashPassword(password);
  const { value } = await gateway.store.transact(OPERATOR, async (transaction) => {
    const added = await transaction.addApplication({ name, passwordHash, remoteAddresses });
    return active ? added : transaction.changeApplication(added.id, { active });
  });
  return value;
}

/** So many users and groups in one directory, named `u0001` and `g0001` onwards. */
export async function addMany(
  gateway: Gateway,
  count: { readonly users: number; readonly groups: number },
): Promise<void> {
  await gateway.store.transact(OPERATOR, async (transaction) => {
    const { id } = await addDirectory(transaction, 'many');
    const users = numbers(count.users).map((number) => user(`u${number}`));
    await transaction.addUsers(id, users);
    await transaction.addGroups(
      id,
      numbers(count.groups).map((number) => group(`g${number}`)),
    );
  });
}

/** Puts all these users into one new group. */
export async function addCrowdedGroup(
  gateway: Gateway,
  name: string,
  count: number,
): Promise<readonly User[]> {
  const { value } = await gateway.store.transact(OPERATOR, async (transaction) => {
    const { id } = await addDirectory(transaction, `directory of ${name}`);
    const users = await transaction.addUsers(
      id,
      numbers(count).map((number) => user(`member-${number}`)),
    );
    const [{ id: groupId }] = await transaction.addGroups(id, [group(name)]);
    await transaction.addMemberships(
      id,
      users.map(({ id: userId }) => ({ groupId, userId })),
    );
    return users;
  });
  return value;
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(i + 1).padStart(6, '0'));
}

function addDirectory(transaction: StoreTransaction, name: string): Promise<Directory> {
  return transaction.addDirectory({
    name,
    type: 'INTERNAL',
    nestedGroups: true,
    connection: null,
    password: null,
  });
}

function user(name: string, facts: Partial<UserFacts> = {}): UserFacts {
  return {
    name,
    displayName: '',
    firstName: '',
    lastName: '',
    email: '',
    active: true,
    externalId: `id-${name}`,
    ...facts,
  };
}

function group(name: string, facts: Partial<GroupFacts> = {}): GroupFacts {
  return { name, description: '', active: true, ...facts };
}
