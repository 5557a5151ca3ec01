import {
  GatehouseError,
  type GroupId,
  nameKey,
  type UserFacts,
  type UserId,
} from '../../domain/index.js';
import type { GatehouseStore, StoreTransaction } from '../../store/index.js';

/** Sizes of the demo's company; the README quotes them. */
export const COMPANY = {
  users: 1_200,
  groups: 150,
  /** Groups on the longest chain below `bitbucket-users`, itself included. */
  depth: 6,
  inactive: 40,
  /** Names that the second directory shares with the company: 8 %. */
  overlap: 96,
  contractors: 160,
  licenceLimit: 1_000,
} as const;

const BRANCHES = 4;

const number = (i: number) => String(i).padStart(4, '0');
/** The i-th person of the company, from 1. */
export const staff = (i: number) => `dev-${number(i)}`;
const contractor = (i: number) => (i <= COMPANY.overlap ? staff(i * 12) : `ext-${number(i)}`);

/** In `bitbucket-administrators`. */
export const ADMINISTRATOR = staff(41);
/** A licensed developer in the company, a mere contractor in the second directory. */
export const MASKED_PERSON = staff(48);

function person(name: string, domain: string, active = true): UserFacts {
  const display = name.replace('dev-', 'Developer ').replace('ext-', 'Contractor ');
  return {
    name,
    displayName: display,
    firstName: display.split(' ')[0],
    lastName: name.slice(4),
    email: `${name}@${domain}`,
    active,
    externalId: null,
  };
}

/** One group with the names of its direct members. */
interface PlannedGroup {
  readonly name: string;
  readonly users: string[];
  readonly children: string[];
}

/**
 * The company: 150 groups under `bitbucket-users` and `bitbucket-administrators`, nested six deep,
 * with one cycle (two guilds that contain each other), and 1,200 people, 40 of them inactive. One
 * in ten people sits outside `bitbucket-users`.
 */
export function planCompany(): { users: UserFacts[]; groups: PlannedGroup[] } {
  const users = Array.from({ length: COMPANY.users }, (_, i) =>
    person(staff(i + 1), 'company.example', i >= COMPANY.inactive),
  );
  const groups: PlannedGroup[] = [];
  const add = (name: string, children: string[] = []): PlannedGroup => {
    const group = { name, users: [], children };
    groups.push(group);
    return group;
  };
  const root = add('bitbucket-users');
  const administrators = add('bitbucket-administrators');
  administrators.users.push(ADMINISTRATOR, staff(42));
  root.children.push(administrators.name);
  const outside = add('visitors');

  // Four branches: division, department, area, team, squad; with the root six levels.
  const leaves: PlannedGroup[] = [];
  for (let branch = 1; branch <= BRANCHES; branch++) {
    const chain = ['division', 'department', 'area', 'team'].map((level) =>
      add(`${level}-${branch}`),
    );
    root.children.push(chain[0].name);
    chain.forEach((group, level) => {
      if (level > 0) chain[level - 1].children.push(group.name);
    });
    for (let squad = 1; squad <= 32; squad++) {
      const leaf = add(`squad-${branch}-${String(squad).padStart(2, '0')}`);
      chain[3].children.push(leaf.name);
      leaves.push(leaf);
    }
  }
  const guilds = [
    add('guild-testing', ['guild-security']),
    add('guild-security', ['guild-testing']),
  ];
  groups.find(({ name }) => name === 'team-1')?.children.push(guilds[0].name);
  const cross = add('platform-operations');
  root.children.push(cross.name);

  users.forEach((user, i) => {
    if (i % 10 === 9) outside.users.push(user.name);
    else leaves[i % leaves.length].users.push(user.name);
    if (i % 25 === 0) cross.users.push(user.name);
    if (i % 100 === 7) guilds[i % 2].users.push(user.name);
  });
  return { users, groups };
}

/** Puts the company into its internal directory, all with one password hash. */
export async function seedCompany(store: GatehouseStore, passwordHash: string): Promise<void> {
  const { users, groups } = planCompany();
  await store.transact({ type: 'OPERATOR' }, async (transaction) => {
    const [directory] = await transaction.directories();
    await fill(transaction, directory.id, users, groups);
    for (const name of [ADMINISTRATOR, staff(42), MASKED_PERSON]) {
      const user = await transaction.userByKey(directory.id, nameKey(name));
      if (!user) throw new GatehouseError('NOT_FOUND', { kind: 'user', name });
      await transaction.setPasswordHash(user.id, passwordHash);
    }
  });
}

/** The second directory's people: 160, of whom 96 bear names of the company, all in one group. */
export async function seedContractors(store: GatehouseStore): Promise<void> {
  const users = Array.from({ length: COMPANY.contractors }, (_, i) =>
    person(contractor(i + 1), 'contractors.example'),
  );
  const groups = [{ name: 'contractors', users: users.map(({ name }) => name), children: [] }];
  await store.transact({ type: 'OPERATOR' }, async (transaction) => {
    const [directory] = await transaction.directories();
    await transaction.changeDirectory(directory.id, { name: 'Contractors' });
    await fill(transaction, directory.id, users, groups);
  });
}

async function fill(
  transaction: StoreTransaction,
  directoryId: Parameters<StoreTransaction['addUsers']>[0],
  users: readonly UserFacts[],
  groups: readonly PlannedGroup[],
): Promise<void> {
  const userIds = new Map<string, UserId>();
  for (const user of await transaction.addUsers(directoryId, users))
    userIds.set(user.name, user.id);
  const groupIds = new Map<string, GroupId>();
  const facts = groups.map(({ name }) => ({ name, description: '', active: true }));
  for (const group of await transaction.addGroups(directoryId, facts)) {
    groupIds.set(group.name, group.id);
  }
  const idOf = <Id>(ids: ReadonlyMap<string, Id>, name: string): Id => ids.get(name) as Id;
  await transaction.addMemberships(
    directoryId,
    groups.flatMap((group) =>
      group.users.map((user) => ({
        groupId: idOf(groupIds, group.name),
        userId: idOf(userIds, user),
      })),
    ),
  );
  await transaction.addNestings(
    directoryId,
    groups.flatMap((group) =>
      group.children.map((child) => ({
        parentId: idOf(groupIds, group.name),
        childId: idOf(groupIds, child),
      })),
    ),
  );
}
