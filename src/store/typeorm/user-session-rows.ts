import {
  type ApplicationId,
  type DirectoryId,
  endOfSession,
  type FactorDigest,
  type NameKey,
  type SessionBearer,
  type TokenDigest,
  type UserId,
  type UserSession,
} from '../../domain/index.js';

export interface UserSessionRow {
  readonly digest: TokenDigest;
  /** `null`, as is the user, for the operator's own account. */
  readonly directoryId: DirectoryId | null;
  readonly userId: UserId | null;
  readonly nameKey: NameKey;
  readonly passwordDigest: string | null;
  readonly applicationId: ApplicationId | null;
  readonly vouchedFor: boolean;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly idleMs: number;
  /** When it is over unless it is seen again: what follows from the three before. */
  readonly endsAt: Date;
  readonly factors: readonly FactorDigest[];
}

export function toRow({ bearer, ...rest }: UserSession): UserSessionRow {
  const user = bearer.type === 'USER' ? bearer : null;
  return {
    ...rest,
    directoryId: user?.directoryId ?? null,
    userId: user?.userId ?? null,
    nameKey: bearer.nameKey,
    endsAt: endOfSession({ bearer, ...rest }),
  };
}

export function toUserSession(row: UserSessionRow): UserSession {
  const { directoryId, userId, nameKey, endsAt: _, ...rest } = row;
  const bearer: SessionBearer =
    directoryId === null || userId === null
      ? { type: 'BREAK_GLASS', nameKey }
      : { type: 'USER', directoryId, userId, nameKey };
  return { ...rest, bearer };
}
