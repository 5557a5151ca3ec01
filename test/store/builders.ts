import type {
  Clock,
  Directory,
  DirectoryConnection,
  GroupFacts,
  Origin,
  UserFacts,
} from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';

export const OPERATOR: Origin = { type: 'OPERATOR' };

export function userFacts(name: string, rest: Partial<UserFacts> = {}): UserFacts {
  return {
    name,
    displayName: name,
    firstName: '',
    lastName: '',
    email: '',
    active: true,
    externalId: `key of ${name}`,
    ...rest,
  };
}

export function groupFacts(name: string, rest: Partial<GroupFacts> = {}): GroupFacts {
  return { name, description: '', active: true, ...rest };
}

export const CONNECTION: DirectoryConnection = {
  serverUrl: 'https://jira.example.com',
  applicationName: 'gatehouse',
  incremental: true,
  intervalMinutes: 60,
  connectTimeoutMs: 5_000,
  requestTimeoutMs: 30_000,
  mostRemovedPercent: 100,
  mostRemovedUsers: 1_000,
  onlyUsers: [],
  onlyGroups: [],
  onUserRemoved: 'DELETE',
  tombstoneDays: 7,
};

/** Adds an internal directory at the end of the order. */
export async function addInternal(store: GatehouseStore, name: string): Promise<Directory> {
  const { value } = await store.transact(OPERATOR, (transaction) =>
    transaction.addDirectory({
      name,
      type: 'INTERNAL',
      nestedGroups: true,
      connection: null,
      password: null,
    }),
  );
  return value;
}

/** Adds a directory of the Jira type at the end of the order. */
export async function addRemote(
  store: GatehouseStore,
  name: string,
  password = 'application password',
): Promise<Directory> {
  const { value } = await store.transact(OPERATOR, (transaction) =>
    transaction.addDirectory({
      name,
      type: 'JIRA',
      nestedGroups: true,
      connection: CONNECTION,
      password,
    }),
  );
  return value;
}

/** A clock that stands still until it is told to go on. */
export class SetClock implements Clock {
  private ms = Date.UTC(2030, 0, 1);

  now(): Date {
    return new Date(this.ms);
  }

  advance(ms: number): void {
    this.ms += ms;
  }
}

/** Names `prefix-0`, `prefix-1`, … */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
}

/** The code a promise was refused with, or null when it was not. */
export async function codeOf(promise: Promise<unknown>): Promise<string | null> {
  return promise.then(
    () => null,
    (error: { code?: string }) => error.code ?? 'no code',
  );
}

/** A block of columns with each as a plain array, whatever kind of array the store reads into. */
export function listed<Block extends object>(
  block: Block,
): { [Name in keyof Block]: Block[Name] extends ArrayLike<infer Item> ? Item[] : never } {
  const columns = Object.entries<ArrayLike<unknown>>(block as Record<string, ArrayLike<unknown>>);
  return Object.fromEntries(
    columns.map(([name, column]) => [name, Array.from(column)]),
  ) as ReturnType<typeof listed<Block>>;
}
