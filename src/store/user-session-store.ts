import type {
  Page,
  PageRequest,
  SessionBearer,
  TokenDigest,
  UserSession,
} from '../domain/index.js';

/** Where a page of sessions goes on: after the session with this digest, made at this time. */
export interface SessionCursor {
  readonly createdAt: Date;
  readonly digest: TokenDigest;
}

/**
 * Sessions of all processes. They are no rights, so they are not in the log and need no revision lock.
 * A transaction after which a user is gone, inactive, of another name or with another or an expired
 * password, or their directory is switched off or removed, or the application that signed them in is
 * removed, deletes their sessions in the same step.
 */
export interface UserSessionStore {
  add(session: UserSession): Promise<void>;
  /** Also one that is over and not deleted yet. */
  find(digest: TokenDigest): Promise<UserSession | null>;
  /** Notes a use, unless one after `unlessSince` is noted already, by whatever process. */
  noteSeen(session: UserSession, at: Date, unlessSince: Date): Promise<void>;
  /** Deletes one. @returns whether there was one. */
  end(digest: TokenDigest): Promise<boolean>;
  /** Deletes all of one bearer, but for the one named. @returns how many. */
  endAllOf(bearer: SessionBearer, keep: TokenDigest | null): Promise<number>;
  /**
   * Those of one bearer that are not over at `now`, newest first.
   * @throws GatehouseError `PAGE_INVALID`.
   */
  page(
    bearer: SessionBearer,
    now: Date,
    page: PageRequest<SessionCursor>,
  ): Promise<Page<UserSession>>;
  /** Deletes those that are over at `now`, in bounded transactions. @returns how many. */
  forgetOver(now: Date): Promise<number>;
}
