import DataLoader from 'dataloader';
import type {
  DirectoryFreshness,
  DirectoryId,
  Group,
  GroupId,
  SynchronisationRun,
  User,
  UserId,
} from '../domain/index.js';
import type { GatehouseStore } from '../store/index.js';

/** One read of the store for all the rows that a request asks for. Absent rows are `null`. */
export interface Loaders {
  readonly usersById: DataLoader<UserId, User | null>;
  readonly groupsById: DataLoader<GroupId, Group | null>;
  readonly freshness: DataLoader<DirectoryId, DirectoryFreshness | null>;
  readonly latestRun: DataLoader<DirectoryId, SynchronisationRun | null>;
}

const MAX_BATCH = 1_000;

/** Loaders of one request, or of one answer of a subscription: what they have read stays as it was until it ends. */
export function createLoaders({ reader, runs }: GatehouseStore): Loaders {
  return {
    usersById: loader(
      (ids) => reader.usersByIds(ids),
      (user) => user.id,
    ),
    groupsById: loader(
      (ids) => reader.groupsByIds(ids),
      (group) => group.id,
    ),
    freshness: loader(
      (ids) => reader.freshness(ids),
      (freshness) => freshness.directoryId,
    ),
    latestRun: loader(
      (ids) => runs.latest(ids),
      (run) => run.directoryId,
    ),
  };
}

function loader<Id, Row>(
  read: (ids: readonly Id[]) => Promise<readonly Row[]>,
  idOf: (row: Row) => Id,
): DataLoader<Id, Row | null> {
  return new DataLoader(
    async (ids) => {
      const rows = new Map((await read(ids)).map((row) => [idOf(row), row]));
      return ids.map((id) => rows.get(id) ?? null);
    },
    { maxBatchSize: MAX_BATCH },
  );
}
