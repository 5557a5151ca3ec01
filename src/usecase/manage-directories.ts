import {
  CONNECTION_DEFAULTS,
  type Directory,
  type DirectoryConnection,
  type DirectoryId,
  type DirectoryType,
  GatehouseError,
  MAX_PATTERNS,
  nameFault,
  type RemovalPolicy,
  type Revision,
} from '../domain/index.js';
import { administerSystem, type Done, type Manner } from './administer.js';
import type { Gateway } from './gateway.js';
import type { SystemAdministrator } from './viewer.js';

const MAX_URL_LENGTH = 1_024;
const MAX_INTERVAL_MINUTES = 7 * 24 * 60;
const MAX_TIMEOUT_MS = 10 * 60_000;
const MAX_REMOVED_USERS = 1_000_000_000;
const MAX_TOMBSTONE_DAYS = 3_650;

/** A remote directory's settings as an admin enters them; absent ones take the defaults. */
export interface ConnectionInput {
  readonly serverUrl: string;
  readonly applicationName: string;
  readonly incremental?: boolean;
  readonly intervalMinutes?: number;
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  readonly mostRemovedPercent?: number;
  readonly mostRemovedUsers?: number;
  readonly onlyUsers?: readonly string[];
  readonly onlyGroups?: readonly string[];
  readonly onUserRemoved?: RemovalPolicy;
  readonly tombstoneDays?: number;
}

/**
 * Checks what an admin entered and fills in the defaults.
 * @throws GatehouseError `INPUT_INVALID` with the field.
 */
export function requireConnection(input: ConnectionInput): DirectoryConnection {
  const { serverUrl, applicationName } = input;
  if (applicationName === '' || applicationName.length > 255 || applicationName.includes(':')) {
    throw invalid('applicationName', 'must have 1 to 255 characters and no colon');
  }
  return {
    serverUrl: requireServerUrl(serverUrl),
    applicationName,
    incremental: input.incremental ?? CONNECTION_DEFAULTS.incremental,
    intervalMinutes: within(
      'intervalMinutes',
      input.intervalMinutes ?? CONNECTION_DEFAULTS.intervalMinutes,
      1,
      MAX_INTERVAL_MINUTES,
    ),
    connectTimeoutMs: within(
      'connectTimeoutMs',
      input.connectTimeoutMs ?? CONNECTION_DEFAULTS.connectTimeoutMs,
      100,
      MAX_TIMEOUT_MS,
    ),
    requestTimeoutMs: within(
      'requestTimeoutMs',
      input.requestTimeoutMs ?? CONNECTION_DEFAULTS.requestTimeoutMs,
      100,
      MAX_TIMEOUT_MS,
    ),
    mostRemovedPercent: within(
      'mostRemovedPercent',
      input.mostRemovedPercent ?? CONNECTION_DEFAULTS.mostRemovedPercent,
      0,
      100,
    ),
    mostRemovedUsers: within(
      'mostRemovedUsers',
      input.mostRemovedUsers ?? CONNECTION_DEFAULTS.mostRemovedUsers,
      0,
      MAX_REMOVED_USERS,
    ),
    onlyUsers: requirePatterns('onlyUsers', input.onlyUsers ?? CONNECTION_DEFAULTS.onlyUsers),
    onlyGroups: requirePatterns('onlyGroups', input.onlyGroups ?? CONNECTION_DEFAULTS.onlyGroups),
    onUserRemoved: input.onUserRemoved ?? CONNECTION_DEFAULTS.onUserRemoved,
    tombstoneDays: within(
      'tombstoneDays',
      input.tombstoneDays ?? CONNECTION_DEFAULTS.tombstoneDays,
      0,
      MAX_TOMBSTONE_DAYS,
    ),
  };
}

/** The same list says the same whatever its order, and a pattern that comes twice says nothing new. */
function requirePatterns(field: string, patterns: readonly string[]): readonly string[] {
  if (patterns.length > MAX_PATTERNS) throw invalid(field, `has over ${MAX_PATTERNS} patterns`);
  for (const pattern of patterns) {
    const fault = nameFault(pattern);
    if (fault !== null) throw invalid(field, `has a pattern that no name is like (${fault})`);
  }
  return [...new Set(patterns)].toSorted();
}

export interface AddDirectoryInput {
  readonly name: string;
  readonly type: DirectoryType;
  readonly nestedGroups: boolean;
  /** Needed for a remote directory, refused for an internal one. */
  readonly connection: ConnectionInput | null;
  readonly applicationPassword: string | null;
}

/** Appends a directory at the end of the order, so that it masks nobody. */
export async function addDirectory(
  gateway: Gateway,
  viewer: SystemAdministrator,
  input: AddDirectoryInput,
  manner: Manner = {},
): Promise<Done<Directory>> {
  const remote = input.type !== 'INTERNAL';
  if (remote && !input.connection) throw invalid('connection', 'is needed for a remote directory');
  if (!remote && input.connection) throw invalid('connection', 'is for remote directories only');
  if (remote && !input.applicationPassword) {
    throw invalid('applicationPassword', 'is needed for a remote directory');
  }
  const connection = input.connection && requireConnection(input.connection);
  return administerSystem(gateway, viewer, manner, (transaction) =>
    transaction.addDirectory({
      name: input.name,
      type: input.type,
      nestedGroups: input.nestedGroups,
      connection,
      password: remote ? input.applicationPassword : null,
    }),
  );
}

export interface EditDirectoryInput {
  readonly id: DirectoryId;
  readonly name?: string;
  readonly nestedGroups?: boolean;
  /** Fields left out stay as they are. */
  readonly connection?: Partial<ConnectionInput>;
  /** Left out or empty: the old one stays, as in Jira's form. */
  readonly applicationPassword?: string;
}

/**
 * Changes a directory's settings. A new server URL needs the password again: whoever may only edit
 * must not be able to send a stored password to a server of their choice.
 */
export async function editDirectory(
  gateway: Gateway,
  viewer: SystemAdministrator,
  input: EditDirectoryInput,
  manner: Manner = {},
): Promise<Done<Directory>> {
  return administerSystem(gateway, viewer, manner, async (transaction) => {
    const before = requireDirectory(await transaction.directories(), input.id);
    if (!before.connection && (input.connection || input.applicationPassword)) {
      throw invalid('connection', 'is for remote directories only');
    }
    const connection =
      before.connection && input.connection
        ? requireConnection({ ...before.connection, ...definedOnly(input.connection) })
        : undefined;
    if (
      connection &&
      connection.serverUrl !== before.connection?.serverUrl &&
      !input.applicationPassword
    ) {
      throw invalid('applicationPassword', 'must be entered again for a new server URL');
    }
    return transaction.changeDirectory(input.id, {
      name: input.name,
      nestedGroups: input.nestedGroups,
      connection,
      password: input.applicationPassword || undefined,
    });
  });
}

export async function setDirectoryActive(
  gateway: Gateway,
  viewer: SystemAdministrator,
  id: DirectoryId,
  active: boolean,
  manner: Manner = {},
): Promise<Done<Directory>> {
  return administerSystem(gateway, viewer, manner, (transaction) =>
    transaction.changeDirectory(id, { active }),
  );
}

/**
 * Puts the directories in this order, the whole list at once.
 * @param expectedRevision what the admin was looking at; `REVISION_CONFLICT` when anything has
 *   changed since, because a reorder's effect hangs on every user and group in the directories.
 */
export async function reorderDirectories(
  gateway: Gateway,
  viewer: SystemAdministrator,
  order: readonly DirectoryId[],
  expectedRevision: Revision,
  manner: Manner = {},
): Promise<Done<readonly Directory[]>> {
  return administerSystem(gateway, viewer, manner, async (transaction, index) => {
    if (index.revision !== expectedRevision) {
      throw new GatehouseError('REVISION_CONFLICT', {
        expected: expectedRevision,
        actual: index.revision,
      });
    }
    await transaction.reorderDirectories(order);
    return transaction.directories();
  });
}

/** Removes a disabled directory with everything in it. The last internal directory stays. */
export async function removeDirectory(
  gateway: Gateway,
  viewer: SystemAdministrator,
  id: DirectoryId,
  manner: Manner = {},
): Promise<Done<Directory>> {
  const done = await administerSystem(gateway, viewer, manner, async (transaction) => {
    const directories = await transaction.directories();
    const directory = requireDirectory(directories, id);
    requireNotLastInternal(directories, directory);
    if (directory.active) {
      throw new GatehouseError('DIRECTORY_STILL_ACTIVE', { directory: directory.name });
    }
    await transaction.removeDirectory(id);
    return directory;
  });
  if (done.forecast) return done;
  // Its rows are out of sight already; deleting them may take long and must not fail the removal.
  gateway.store.sweep().catch((error: unknown) => {
    gateway.log.error({ err: error }, 'rows of a removed directory could not be deleted yet');
  });
  return done;
}

/** @throws GatehouseError `NOT_FOUND`. */
export function requireDirectory(directories: readonly Directory[], id: DirectoryId): Directory {
  const directory = directories.find((candidate) => candidate.id === id);
  if (!directory) throw new GatehouseError('NOT_FOUND', { kind: 'directory', name: String(id) });
  return directory;
}

/**
 * The order with one directory at another place, from 1 on.
 * @throws GatehouseError `NOT_FOUND`, `INPUT_INVALID` (`position`).
 */
export function movedTo(
  directories: readonly Directory[],
  id: DirectoryId,
  position: number,
): DirectoryId[] {
  requireDirectory(directories, id);
  if (!Number.isInteger(position) || position < 1 || position > directories.length) {
    throw new GatehouseError('INPUT_INVALID', {
      field: 'position',
      reason: `must be a place from 1 to ${directories.length}`,
    });
  }
  const order = directories.map((directory) => directory.id).filter((other) => other !== id);
  order.splice(position - 1, 0, id);
  return order;
}

/** @throws GatehouseError `LAST_INTERNAL_DIRECTORY`. */
export function requireNotLastInternal(
  directories: readonly Directory[],
  directory: Directory,
): void {
  const internal = directories.filter(({ type }) => type === 'INTERNAL');
  if (directory.type === 'INTERNAL' && internal.length === 1) {
    throw new GatehouseError('LAST_INTERNAL_DIRECTORY', { directory: directory.name });
  }
}

function requireServerUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid('serverUrl', 'must be a URL such as https://jira.example.org');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw invalid('serverUrl', 'must begin with http:// or https://');
  }
  if (url.username || url.password || url.search || url.hash) {
    throw invalid('serverUrl', 'must hold no user, query or fragment');
  }
  if (text.length > MAX_URL_LENGTH) throw invalid('serverUrl', 'is too long');
  return url.href.replace(/\/+$/, '');
}

function within(field: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw invalid(field, `must be a whole number from ${least} to ${most}`);
  }
  return value;
}

function invalid(field: string, reason: string): GatehouseError {
  return new GatehouseError('INPUT_INVALID', { field, reason });
}

function definedOnly<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  ) as Fields;
}
