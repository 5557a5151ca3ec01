import DataLoader from 'dataloader';
import {
  type Directory,
  type DirectoryId,
  type ErrorCode,
  GatehouseError,
  type Group,
  type GroupFacts,
  isGatehouseError,
  type NameKey,
  nameFault,
  nameKey,
  type User,
  type UserFacts,
} from '../domain/index.js';
import type { PermissionIndex } from '../engine/index.js';
import {
  type Gateway,
  type LicensedViewer,
  type Moment,
  readRemoteGroups,
  readRemoteUsers,
} from '../usecase/index.js';
import { globalId, liveId } from './global-id.js';
import { GroupObject, toGroupIn } from './types/group.js';
import { UserObject } from './types/user.js';

/** As many names as one search at a server may hold: 200 names are one HTTP call. */
const NAMES_PER_SEARCH = 200;
const MAX_BATCH = 1_000;

const REMOTE_FAULTS = [
  'UNREACHABLE',
  'TLS',
  'AUTH',
  'ADDRESS_REFUSED',
  'PROTOCOL',
  'SECRET_KEY_MISSING',
  'SECRET_UNREADABLE',
] as const satisfies readonly ErrorCode[];

/** Users and groups as the servers know them now, by name; `null` for a name that none knows. */
export interface LiveLoaders {
  readonly users: DataLoader<string, UserObject | null, NameKey>;
  readonly groups: DataLoader<string, GroupObject | null, NameKey>;
}

interface LiveContext {
  readonly gateway: Gateway;
  readonly index: PermissionIndex;
  readonly now: Moment;
  licensed(): LicensedViewer;
  seesOthers(): boolean;
}

/** What differs between users and groups. */
interface Kind<Facts, Row, Result> {
  readonly search: (
    id: DirectoryId,
    names: readonly string[],
  ) => Promise<ReadonlyMap<NameKey, Facts>>;
  readonly rows: (
    id: DirectoryId,
    keys: readonly NameKey[],
  ) => Promise<readonly (Row & { readonly nameKey: NameKey })[]>;
  readonly ofRow: (directory: Directory, row: Row) => Result;
  readonly ofServer: (directory: Directory, key: NameKey, facts: Facts, row: Row | null) => Result;
}

export function createLiveLoaders(context: LiveContext): LiveLoaders {
  const { reader } = context.gateway.store;
  const { gateway } = context;
  return {
    users: liveLoader<UserFacts, User, UserObject>(context, {
      search: (id, names) => readRemoteUsers(gateway, context.licensed(), id, names),
      rows: (id, keys) => reader.usersByKeys(id, keys),
      ofRow: (directory, user) => liveUser(context.now, directory, user.nameKey, user, user),
      ofServer: (...found) => liveUser(context.now, ...found),
    }),
    groups: liveLoader<GroupFacts, Group, GroupObject>(context, {
      search: (id, names) => readRemoteGroups(gateway, context.licensed(), id, names),
      rows: (id, keys) => reader.groupsByKeys(id, keys),
      ofRow: (directory, group) => toGroupIn(directory, group, context.now),
      ofServer: (...found) => liveGroup(context.now, ...found),
    }),
  };
}

/**
 * Walks the active directories in order, as a sign-in does: an internal one answers from its rows, a
 * remote one is asked, and the first that knows a name wins. A server that does not answer is the
 * answer for every name that came to it: a directory further down does not stand in for it.
 */
function liveLoader<Facts, Row, Result>(
  context: LiveContext,
  kind: Kind<Facts, Row, Result>,
): DataLoader<string, Result | null, NameKey> {
  const searches = new Map<DirectoryId, DataLoader<string, Facts | null, NameKey>>();
  const searchOf = (directory: Directory) => {
    const known = searches.get(directory.id);
    if (known) return known;
    const search = new DataLoader<string, Facts | null, NameKey>(
      async (names) => {
        const found = await kind.search(directory.id, names).catch((error: unknown) => {
          throw context.seesOthers() ? error : withoutServer(error, directory);
        });
        return names.map((name) => found.get(nameKey(name)) ?? null);
      },
      { maxBatchSize: NAMES_PER_SEARCH, cacheKeyFn: nameKey },
    );
    searches.set(directory.id, search);
    return search;
  };

  return new DataLoader<string, Result | null, NameKey>(
    async (names) => {
      const found = new Map<NameKey, Result | Error>();
      // A name that nobody may store is a name that nobody bears.
      let open = names.filter((name) => nameFault(name) === null);
      for (const directory of context.index.directories().filter(({ active }) => active)) {
        if (open.length === 0) break;
        const answers =
          directory.type === 'INTERNAL' ? null : await searchOf(directory).loadMany(open);
        const rows = new Map(
          (await kind.rows(directory.id, open.map(nameKey))).map((row) => [row.nameKey, row]),
        );
        open.forEach((name, i) => {
          const key = nameKey(name);
          const row = rows.get(key);
          const answer = answers?.[i] ?? null;
          if (answer instanceof Error) found.set(key, answer);
          else if (answer) found.set(key, kind.ofServer(directory, key, answer, row ?? null));
          else if (!answers && row) found.set(key, kind.ofRow(directory, row));
        });
        open = open.filter((name) => !found.has(nameKey(name)));
      }
      return names.map((name) => found.get(nameKey(name)) ?? null);
    },
    { maxBatchSize: MAX_BATCH, cacheKeyFn: nameKey },
  );
}

function liveUser(
  at: Moment,
  directory: Directory,
  key: NameKey,
  facts: UserFacts,
  row: User | null,
): UserObject {
  return new UserObject({
    id: row ? globalId('User', row.id) : liveId('LiveUser', directory.id, key),
    name: facts.name,
    active: facts.active,
    directory,
    maskedBy: null,
    rowId: row?.id ?? null,
    facts,
    at,
  });
}

function liveGroup(
  at: Moment,
  directory: Directory,
  key: NameKey,
  facts: GroupFacts,
  row: Group | null,
): GroupObject {
  return new GroupObject({
    id: row ? globalId('Group', row.id) : liveId('LiveGroup', directory.id, key),
    name: facts.name,
    directory,
    rowId: row?.id ?? null,
    facts,
    at,
  });
}

/**
 * For somebody who may not know where the servers are and how they are signed in to: whatever is
 * wrong there, the directory cannot be read now.
 */
function withoutServer(error: unknown, directory: Directory): unknown {
  if (!isGatehouseError(error, ...REMOTE_FAULTS)) return error;
  return new GatehouseError(
    'UNREACHABLE',
    {
      server: `the server of \`${directory.name}\``,
      reason: 'an administrator is told why',
    },
    { cause: error },
  );
}
