import {
  APPLICATION_PERMISSIONS,
  type Application,
  type ApplicationPermission,
  type Change,
  type Directory,
  nameKey,
  type Revision,
} from '../../src/domain/index.js';
import type { StoreTransaction } from '../../src/store/index.js';
import { hashPassword } from '../../src/usecase/index.js';
import { CONNECTION, groupFacts, OPERATOR, userFacts } from '../store/builders.js';
import { removeEverything } from '../support/scenario-store.js';
import { addApplication, USER_PASSWORD } from './company.js';
import type { Served } from './served.js';

/**
 * What applications change: `staff` with ann and bob, ann in devs, juniors in devs; root, who is in
 * admins and so administers everything; `copy`, a copy of a server, with max in remote and another
 * ann; `guests`, where groups in groups do not count, with gus in visitors and a group late.
 */
export interface WrittenCompany {
  readonly staff: Directory;
  readonly copy: Directory;
  readonly guests: Directory;
}

const passwordHash = hashPassword(USER_PASSWORD);

/** An application that sees everything, as the company is settled for it. */
export async function settle(
  { gateway }: Pick<Served, 'gateway'>,
  application: Application,
  permissions: readonly ApplicationPermission[] = APPLICATION_PERMISSIONS,
): Promise<WrittenCompany> {
  const hash = await passwordHash;
  const { value } = await gateway.store.transact(OPERATOR, async (transaction) => {
    await removeEverything(transaction);
    await transaction.changeApplication(application.id, { directories: null, permissions });
    const company = {
      staff: await addDirectory(transaction, 'staff'),
      copy: await addDirectory(transaction, 'copy', { type: 'JIRA' }),
      guests: await addDirectory(transaction, 'guests', { nestedGroups: false }),
    };
    await fillStaff(transaction, company.staff, hash);
    const { copy, guests } = company;
    const [max] = await transaction.addUsers(copy.id, [userFacts('max'), userFacts('ann')]);
    const [remote] = await transaction.addGroups(copy.id, [groupFacts('remote')]);
    await transaction.addMemberships(copy.id, [{ groupId: remote.id, userId: max.id }]);
    const [gus] = await transaction.addUsers(guests.id, [userFacts('gus')]);
    const [visitors] = await transaction.addGroups(guests.id, [
      groupFacts('visitors'),
      groupFacts('late'),
    ]);
    await transaction.addMemberships(guests.id, [{ groupId: visitors.id, userId: gus.id }]);
    return company;
  });
  return value;
}

export function addWriter(served: Served): Promise<Application> {
  return addApplication(served.gateway);
}

async function fillStaff(
  transaction: StoreTransaction,
  { id }: Directory,
  hash: string,
): Promise<void> {
  const users = await transaction.addUsers(id, [
    userFacts('ann', { displayName: 'Ann Lee', email: 'ann@example.org' }),
    userFacts('bob'),
    userFacts('root'),
  ]);
  for (const user of users) await transaction.setPasswordHash(user.id, hash);
  const [ann, , root] = users;
  const [devs, juniors, admins] = await transaction.addGroups(id, [
    groupFacts('devs', { description: 'developers' }),
    groupFacts('juniors'),
    groupFacts('admins'),
  ]);
  await transaction.addMemberships(id, [
    { groupId: devs.id, userId: ann.id },
    { groupId: admins.id, userId: root.id },
  ]);
  await transaction.addNestings(id, [{ parentId: devs.id, childId: juniors.id }]);
  const admin = { subjectType: 'GROUP', subjectName: 'admins' } as const;
  await transaction.addGrant({ ...admin, permission: 'SYS_ADMIN' });
}

function addDirectory(
  transaction: StoreTransaction,
  name: string,
  rest: { readonly type?: 'JIRA'; readonly nestedGroups?: boolean } = {},
): Promise<Directory> {
  const { type = 'INTERNAL', nestedGroups = true } = rest;
  return transaction.addDirectory({
    name,
    type,
    nestedGroups,
    connection: type === 'JIRA' ? CONNECTION : null,
    password: type === 'JIRA' ? 'application password' : null,
  });
}

/** What was logged after a revision, in short: `UserAdded zoe`. */
export async function loggedAfter({ gateway }: Served, revision: Revision): Promise<string[]> {
  const after = { revision, ordinal: Number.MAX_SAFE_INTEGER };
  const entries = await gateway.store.reader.changes({ after, limit: 1_000 });
  return entries.map(({ change }) => `${change.kind} ${subjectOf(change)}`);
}

function subjectOf(change: Change): string {
  switch (change.kind) {
    case 'UserAttributesChanged':
      return [change.user.name, ...change.stored, ...change.deleted.map((name) => `-${name}`)].join(
        ' ',
      );
    case 'GroupAttributesChanged':
      return [
        change.group.name,
        ...change.stored,
        ...change.deleted.map((name) => `-${name}`),
      ].join(' ');
    case 'UserAdded':
    case 'UserRemoved':
    case 'UserPasswordChanged':
      return change.user.name;
    case 'UserChanged':
    case 'GroupChanged':
      return change.after.name;
    case 'GroupAdded':
    case 'GroupRemoved':
      return change.group.name;
    case 'MembershipAdded':
    case 'MembershipRemoved':
      return `${change.user} in ${change.group}`;
    case 'NestingAdded':
    case 'NestingRemoved':
      return `${change.child} in ${change.parent}`;
    case 'PasswordsExpired':
      return String(change.directoryId);
    default:
      throw new Error(`an application caused ${change.kind}`);
  }
}

/** The key of a user as the protocol has it. */
export async function keyOf({ gateway }: Served, { id }: Directory, name: string): Promise<string> {
  const [user] = await gateway.store.reader.usersByKeys(id, [nameKey(name)]);
  return `${id}:${user.externalId}`;
}
