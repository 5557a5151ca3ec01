import type { DirectoryId, PasswordReset, ResetDigest, UserId } from '../domain/index.js';

export interface StoredPassword {
  readonly hash: string;
  /** It is of no use until another one is set. */
  readonly expired: boolean;
}

export interface PasswordReader {
  /** `null` when the user has no password here. */
  password(id: UserId): Promise<StoredPassword | null>;
  /** What a token is good for, also when that is over; `null` when it is used or none. */
  passwordReset(digest: ResetDigest): Promise<PasswordReset | null>;
}

/**
 * Passwords within a transaction. The log tells that there was one, never what it is. One that is set
 * or removed uses up all tokens to set one that its user was sent.
 */
export interface PasswordTransaction extends Pick<PasswordReader, 'passwordReset'> {
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
