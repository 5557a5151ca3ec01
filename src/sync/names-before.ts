import type {
  Directory,
  DirectoryId,
  NameKey,
  Tombstone,
  User,
  UserFacts,
  UserId,
} from '../domain/index.js';
import type { TombstoneReader } from '../store/index.js';
import { groupedBy } from './grouped-by.js';

/** Whom some names mean before a directory is changed. */
export class NamesBefore {
  readonly #directory: DirectoryId;
  /** The active directories that come first. */
  readonly #above = new Set<DirectoryId>();
  readonly #bearers: ReadonlyMap<NameKey, readonly User[]>;
  /** Those of every directory that are not due. */
  readonly #tombstones: ReadonlyMap<NameKey, readonly Tombstone[]>;

  private constructor(
    directories: readonly Directory[],
    directory: DirectoryId,
    bearers: readonly User[],
    tombstones: readonly Tombstone[],
  ) {
    this.#directory = directory;
    for (const { id, active } of directories) {
      if (id === directory) break;
      if (active) this.#above.add(id);
    }
    this.#bearers = groupedBy(bearers, ({ nameKey }) => nameKey);
    this.#tombstones = groupedBy(tombstones, ({ nameKey }) => nameKey);
  }

  static async read(
    reader: TombstoneReader,
    directories: readonly Directory[],
    directory: DirectoryId,
    keys: readonly NameKey[],
  ): Promise<NamesBefore> {
    const bearers = await reader.bearers(keys);
    const tombstones = (await reader.tombstonesNamed(keys)).filter(
      (tombstone) => tombstone.userId === null && !isDue(tombstone, reader.now()),
    );
    return new NamesBefore(directories, directory, bearers, tombstones);
  }

  /** Whether the name means a user of a directory that comes first. */
  meansOneAbove(key: NameKey): boolean {
    return this.bearers(key).some(({ directoryId }) => this.#above.has(directoryId));
  }

  /** The users of all directories who bear the name. */
  bearers(key: NameKey): readonly User[] {
    return this.#bearers.get(key) ?? [];
  }

  /** Whether a deleted user may still come back to the name. */
  isAwaited(key: NameKey): boolean {
    return this.#tombstones.has(key);
  }

  /** Who bore the name last in this directory, if whoever bears it is among those removed now. */
  previous(key: NameKey, removed: ReadonlySet<UserId>): UserFacts | null {
    const leaving = this.bearers(key).find(({ id }) => removed.has(id));
    return leaving ?? this.lastTombstone(key)?.facts ?? null;
  }

  /** Of this directory. */
  lastTombstone(key: NameKey): Tombstone | null {
    const named = this.#tombstones.get(key) ?? [];
    return named.findLast(({ directoryId }) => directoryId === this.#directory) ?? null;
  }
}

export function isDue({ purgeAt }: Tombstone, now: Date): boolean {
  return purgeAt !== null && purgeAt <= now;
}
