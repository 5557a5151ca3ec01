import type {
  DirectoryId,
  Grant,
  Group,
  NameKey,
  Page,
  PageRequest,
  SetAsideGrant,
  SetAsideGrantId,
  Tombstone,
  TombstoneId,
  User,
  UserId,
} from '../domain/index.js';

/** What is kept of users whom their server has no more, and what is looked at before a name changes hands. */
export interface TombstoneReader {
  /** By the clock of everything that is kept. */
  now(): Date;
  /** Whether the directory has any. */
  hasTombstones(directoryId: DirectoryId): Promise<boolean>;
  byId(id: TombstoneId): Promise<Tombstone | null>;
  setAsideById(id: SetAsideGrantId): Promise<SetAsideGrant | null>;
  /** Of one directory, oldest first. */
  tombstonesOf(directoryId: DirectoryId, of: PeopleSought): Promise<Tombstone[]>;
  /** Of every directory, oldest first. */
  tombstonesNamed(keys: readonly NameKey[]): Promise<Tombstone[]>;
  /** Those of a directory whose row stays. */
  keptRows(directoryId: DirectoryId): Promise<KeptRow[]>;
  /** The grants to users, by subject key and permission. */
  userGrants(): Promise<Grant[]>;
  /** The users of all directories, inactive ones too, who bear one of the names. */
  bearers(keys: readonly NameKey[]): Promise<User[]>;
}

/** Whoever bears one of the names or one of the ids. */
export interface PeopleSought {
  readonly nameKeys: readonly NameKey[];
  readonly externalIds: readonly string[];
}

/** A row that stays although the server does not have the user. */
export interface KeptRow {
  readonly tombstone: TombstoneId;
  readonly userId: UserId;
}

/** The same outside of a transaction, and the lists for administrators. */
export interface TombstoneStore extends TombstoneReader {
  /** Newest first; the cursor is the id of the last one seen. */
  page(directoryId: DirectoryId, page: PageRequest<TombstoneId>): Promise<Page<Tombstone>>;
  /** Tombstones to be purged at `now`, at most `limit`, the oldest first. */
  due(now: Date, limit: number): Promise<TombstoneId[]>;
  /** Newest first; the cursor is the id of the last one seen. */
  setAsidePage(page: PageRequest<SetAsideGrantId>): Promise<Page<SetAsideGrant>>;
}

/** Writes of one transaction about users whom their server has no more. None is in the log. */
export interface TombstoneTransaction extends TombstoneReader {
  /**
   * Remembers users with the groups they are in now; to be called before their rows go or change. A
   * tombstone that a row had gives way to the new one, and its facts stay: those of the row may be what
   * was made of it when its user was gone.
   */
  remember(
    ids: readonly UserId[],
    how: { readonly rowStays: boolean; readonly deletedAt: Date; readonly purgeAt: Date | null },
  ): Promise<void>;
  /** The groups of a directory that bear one of the names. */
  groupsNamed(directoryId: DirectoryId, names: readonly string[]): Promise<Group[]>;
  /** Notes that the user of a tombstone has a row again, which stays whatever the server has. */
  restored(id: TombstoneId, userId: UserId): Promise<void>;
  forget(ids: readonly TombstoneId[]): Promise<void>;
  /** Takes a grant away and keeps it aside. @throws GatehouseError `NOT_FOUND`. */
  setAside(
    grant: Grant,
    why: Pick<SetAsideGrant, 'directoryId' | 'previousExternalId' | 'newExternalId' | 'setAsideAt'>,
  ): Promise<void>;
  /** Drops what was set aside; a grant does not come back by it. */
  forgetSetAside(id: SetAsideGrantId): Promise<void>;
  /**
   * Makes sure that no run compares or writes the directory's copy until this transaction ends.
   * @throws GatehouseError `NOT_FOUND`; `SYNCHRONISATION_RUNNING`.
   */
  requireNoRun(directoryId: DirectoryId): Promise<void>;
}
