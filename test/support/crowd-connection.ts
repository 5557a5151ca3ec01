import type { RemoteDirectory } from '../../src/connector/connector.js';
import { connectCrowd } from '../../src/connector/crowd/connect-crowd.js';
import { type DirectoryConnection, GatehouseError } from '../../src/domain/index.js';

export const APPLICATION = 'gatehouse';
/** The application's password in these tests. */
export const PASSWORD = 'Correct-Horse-7';

/** Settings that no working test can wear out. */
export function connectionTo(
  serverUrl: string,
  overrides: Partial<DirectoryConnection> = {},
): DirectoryConnection {
  return {
    serverUrl,
    applicationName: APPLICATION,
    incremental: true,
    intervalMinutes: 60,
    connectTimeoutMs: 20_000,
    requestTimeoutMs: 20_000,
    mostRemovedPercent: 100,
    mostRemovedUsers: 1_000,
    onlyUsers: [],
    onlyGroups: [],
    onUserRemoved: 'DELETE',
    tombstoneDays: 7,
    ...overrides,
  };
}

/** A connection to `serverUrl` of its own. */
export function connectTo(
  serverUrl: string,
  overrides: Partial<DirectoryConnection> = {},
  password = PASSWORD,
): RemoteDirectory {
  return connectCrowd(connectionTo(serverUrl, overrides), password);
}

/** Timeouts for tests in which the server does not do its part. */
export const IMPATIENT = { connectTimeoutMs: 1_000, requestTimeoutMs: 200 } as const;

export interface Failure {
  readonly code: string;
  readonly details: unknown;
}

/** What a call was refused with. A call that succeeds, or fails in another way, fails the test. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (error) {
    if (error instanceof GatehouseError) return { code: error.code, details: error.details };
    throw error;
  }
  throw new Error('the call succeeded');
}

export async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
