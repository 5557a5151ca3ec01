import type { DirectoryId, UserId } from '../domain/index.js';

export interface StoredPassword {
  readonly hash: string;
  /** It is of no use until another one is set. */
  readonly expired: boolean;
}

export interface PasswordReader {
  /** `null` when the user has no password here. */
  password(id: UserId): Promise<StoredPassword | null>;
}

/** Writes of passwords within a transaction. The log tells that there was one, never what it is. */
export interface PasswordTransaction {
  /** @throws GatehouseError `NOT_FOUND`. */
  setPasswordHash(id: UserId, hash: string): Promise<void>;
  /** Records nothing when there was none. @throws GatehouseError `NOT_FOUND`. */
  removePassword(id: UserId): Promise<void>;
  /**
   * Marks the passwords of a directory's users as expired, but for those of some.
   * @throws GatehouseError `NOT_FOUND`.
   */
  expirePasswords(directoryId: DirectoryId, except: readonly UserId[]): Promise<void>;
}
