import type { ApplicationId, DirectoryId, UserId } from './ids.js';
import type { NameKey } from './name.js';

declare const digestOf: unique symbol;

/** SHA-256 of a session's token, in base64url. The token itself is kept nowhere. */
export type TokenDigest = string & { readonly [digestOf]: 'TokenDigest' };

/** Whose a session is: a user as one directory had them at the sign-in, or the operator's account. */
export type SessionBearer =
  | {
      readonly type: 'USER';
      readonly directoryId: DirectoryId;
      readonly userId: UserId;
      readonly nameKey: NameKey;
    }
  | { readonly type: 'BREAK_GLASS'; readonly nameKey: NameKey };

/** Something about whoever signed in that must be the same when the token is shown again. */
export interface FactorDigest {
  /** In lower case. */
  readonly name: string;
  /** The value, as a digest under the token. */
  readonly digest: string;
}

/** Somebody who has signed in and need not again for a while: single sign-on for all applications. */
export interface UserSession {
  readonly digest: TokenDigest;
  readonly bearer: SessionBearer;
  /** The password of the operator's account at the sign-in, as a digest under the token. */
  readonly passwordDigest: string | null;
  /** The application that signed them in; `null` for a browser. */
  readonly applicationId: ApplicationId | null;
  /** Whether that application answered for them, without a password. */
  readonly vouchedFor: boolean;
  readonly createdAt: Date;
  /** May lag behind the last use by a minute. */
  readonly lastSeenAt: Date;
  /** When it ends, however much it is used. */
  readonly expiresAt: Date;
  /** It ends sooner when it is not used for so long. */
  readonly idleMs: number;
  /** By name, each name and value once. */
  readonly factors: readonly FactorDigest[];
}

/** The first moment at which a session is over unless it is used before. */
export function endOfSession({ lastSeenAt, idleMs, expiresAt }: UserSession): Date {
  return new Date(Math.min(lastSeenAt.getTime() + idleMs, expiresAt.getTime()));
}
