import type { Directory, UserFacts } from '../../src/domain/index.js';
import type { GatehouseStore, NewDirectory, StoreTransaction } from '../../src/store/index.js';
import { hashPassword } from '../../src/usecase/index.js';
import type { Caller } from './served.js';

const PASSWORD = 'correct horse';

/** Hashing is slow on purpose; one hash does for all tests of a file. */
let passwordHash: Promise<string> | null = null;

const caller = (name: string): Caller => ({ name, password: PASSWORD });

/** People of the company, by what they hold. */
export const NIL = caller('nil');
export const LIN = caller('lin');
export const ADA = caller('ada');
export const SAM = caller('sam');

export interface CompanyIds {
  readonly staff: Directory;
  /** By name, as GraphQL writes them. */
  readonly users: Readonly<Record<string, string>>;
  readonly groups: Readonly<Record<string, string>>;
}

/** Who is a direct member of what. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  developers: ['lin', 'max'],
  'jira-administrators': ['ada'],
  'system-administrators': ['sam'],
};

/** Which groups are in which. */
const NESTED: Readonly<Record<string, readonly string[]>> = {
  'bitbucket-users': ['developers'],
};

const GRANTS: readonly (readonly [permission: string, group: string])[] = [
  ['LICENSED_USER', 'bitbucket-users'],
  ['ADMIN', 'jira-administrators'],
  ['SYS_ADMIN', 'system-administrators'],
];

/** An internal directory with four people who may do more and more, one of them nothing. */
export async function settleCompany(store: GatehouseStore): Promise<CompanyIds> {
  passwordHash ??= hashPassword(PASSWORD);
  const hash = await passwordHash;
  const { value } = await store.transact({ type: 'OPERATOR' }, async (transaction) => {
    const staff = await addDirectory(transaction, { name: 'Staff', nestedGroups: true });
    const users = await transaction.addUsers(
      staff.id,
      ['nil', 'lin', 'max', 'ada', 'sam'].map((name) => person(name)),
    );
    for (const user of users) await transaction.setPasswordHash(user.id, hash);
    const names = [...new Set([...Object.keys(NESTED), ...Object.keys(MEMBERS), 'visitors'])];
    const groups = await transaction.addGroups(
      staff.id,
      names.map((name) => ({ name, description: `The ${name}`, active: true })),
    );
    const userId = new Map(users.map(({ name, id }) => [name, id]));
    const groupId = new Map(groups.map(({ name, id }) => [name, id]));
    await transaction.addMemberships(
      staff.id,
      Object.entries(MEMBERS).flatMap(([group, members]) =>
        members.map((name) => ({ groupId: groupId.get(group)!, userId: userId.get(name)! })),
      ),
    );
    await transaction.addNestings(
      staff.id,
      Object.entries(NESTED).flatMap(([parent, children]) =>
        children.map((child) => ({
          parentId: groupId.get(parent)!,
          childId: groupId.get(child)!,
        })),
      ),
    );
    for (const [permission, subjectName] of GRANTS) {
      await transaction.addGrant({ permission, subjectType: 'GROUP', subjectName });
    }
    return {
      staff,
      users: ids('User', users),
      groups: ids('Group', groups),
    };
  });
  return value;
}

export function addDirectory(
  transaction: StoreTransaction,
  directory: Partial<NewDirectory> & { readonly name: string },
): Promise<Directory> {
  return transaction.addDirectory({
    type: 'INTERNAL',
    nestedGroups: false,
    connection: null,
    password: null,
    ...directory,
  });
}

export function person(name: string, facts: Partial<UserFacts> = {}): UserFacts {
  return {
    name,
    displayName: `${name.charAt(0).toUpperCase()}${name.slice(1)} Example`,
    firstName: name,
    lastName: 'Example',
    email: `${name}@example.org`,
    active: true,
    externalId: null,
    ...facts,
  };
}

/** A global id as the API gives it. */
export function idOf(kind: string, row: number): string {
  return Buffer.from(`${kind}:${row}`).toString('base64url');
}

function ids(
  kind: string,
  rows: readonly { readonly name: string; readonly id: number }[],
): Record<string, string> {
  return Object.fromEntries(rows.map(({ name, id }) => [name, idOf(kind, id)]));
}
