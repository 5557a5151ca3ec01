import {
  type ApplicationId,
  endOfSession,
  isGatehouseError,
  nameKey,
  type SessionBearer,
  type UserSession,
} from '../domain/index.js';
import type { PermissionIndex, UserEntry } from '../engine/index.js';
import type { BreakGlass, Gateway } from './gateway.js';
import { sameSecret } from './same-secret.js';
import { digestUnder, newToken, tokenDigest } from './session-token.js';
import { factorDigests, type ValidationFactor } from './validation-factors.js';

const NOTE_EVERY_MS = 60_000;

/** Whoever has proved who they are: a user as they are held now, or the operator's own account. */
export type Proven =
  | { readonly type: 'USER'; readonly user: UserEntry }
  | { readonly type: 'BREAK_GLASS'; readonly account: BreakGlass };

/** A session that is alive, and whose it is now. */
export interface LiveSession {
  readonly token: string;
  readonly session: UserSession;
  readonly bearer: Proven;
}

/**
 * Begins a session for somebody who has just proved who they are. The token is always a new one, of
 * our making: Crowd gives out the same one again for the same user and factors, but we keep no token
 * that could be given out twice, only its digest.
 * @throws GatehouseError `INPUT_INVALID` for factors that cannot be kept.
 */
export async function beginSession(
  gateway: Gateway,
  bearer: Proven,
  how: {
    readonly applicationId: ApplicationId | null;
    readonly vouchedFor: boolean;
    readonly factors: readonly ValidationFactor[];
    /** Cut to the setting; `null`: as long as that. */
    readonly idleMs: number | null;
  },
): Promise<LiveSession> {
  const { clock, sessions: settings, store } = gateway;
  const token = newToken();
  const createdAt = clock.now();
  const session: UserSession = {
    digest: tokenDigest(token),
    bearer: identityOf(bearer),
    passwordDigest: bearer.type === 'USER' ? null : passwordDigest(token, bearer.account),
    applicationId: how.applicationId,
    vouchedFor: how.vouchedFor,
    createdAt,
    lastSeenAt: createdAt,
    expiresAt: new Date(createdAt.getTime() + settings.lifeMs),
    idleMs: Math.min(how.idleMs ?? settings.idleMs, settings.idleMs),
    factors: factorDigests(token, how.factors),
  };
  await store.userSessions.add(session);
  return { token, session, bearer };
}

/**
 * The session of a token while it is alive: neither idle too long nor past its end, and its name
 * means the same active user of the same directory as when they signed in. `null` otherwise, as if
 * there had never been one. Looking does not extend it.
 * @param look gives what the name is looked up in: the live index, or an application's view of it.
 */
export async function findSession(
  gateway: Gateway,
  token: string,
  look: () => PermissionIndex = () => gateway.live.index,
): Promise<LiveSession | null> {
  const session = await gateway.store.userSessions.find(tokenDigest(token));
  if (!session || gateway.clock.now() >= endOfSession(session)) return null;
  const bearer = bearerNow(gateway, look(), token, session);
  return bearer && { token, session, bearer };
}

/**
 * Extends the idle life of a session that is being used. Noted once a minute, or twice within its idle
 * limit where that is shorter than two minutes. A database that is busy costs no more than the note.
 */
export async function extendSession(gateway: Gateway, live: LiveSession): Promise<LiveSession> {
  const { clock, log, store } = gateway;
  const { session } = live;
  const at = clock.now();
  const unlessSince = new Date(at.getTime() - Math.min(NOTE_EVERY_MS, session.idleMs / 2));
  if (session.lastSeenAt > unlessSince) return live;
  try {
    await store.userSessions.noteSeen(session, at, unlessSince);
  } catch (error) {
    if (!isGatehouseError(error, 'STORE_BUSY')) throw error;
    log.warn({ waitedMs: error.details.waitedMs }, 'the use of a session could not be noted');
    return live;
  }
  return { ...live, session: { ...session, lastSeenAt: at } };
}

/** Ends the session of a token. @returns whether there was one. */
export function endSession({ store }: Gateway, token: string): Promise<boolean> {
  return store.userSessions.end(tokenDigest(token));
}

/**
 * Ends all sessions of somebody, whatever began them.
 * @param keep the token of one that stays.
 * @returns how many ended.
 */
export function endSessionsOf(
  { store }: Gateway,
  bearer: SessionBearer,
  keep: string | null = null,
): Promise<number> {
  return store.userSessions.endAllOf(bearer, keep === null ? null : tokenDigest(keep));
}

/** Whether a token is that of a session. */
export function isSessionOf({ digest }: UserSession, token: string): boolean {
  return tokenDigest(token) === digest;
}

/** A user as the bearer of sessions. */
export function bearerOf(user: UserEntry): SessionBearer {
  return { type: 'USER', directoryId: user.directory.id, userId: user.id, nameKey: user.key };
}

/** The operator's own account as the bearer of sessions. */
export function bearerOfAccount({ name }: Pick<BreakGlass, 'name'>): SessionBearer {
  return { type: 'BREAK_GLASS', nameKey: nameKey(name) };
}

function identityOf(bearer: Proven): SessionBearer {
  return bearer.type === 'USER' ? bearerOf(bearer.user) : bearerOfAccount(bearer.account);
}

function bearerNow(
  { breakGlass: account }: Gateway,
  index: PermissionIndex,
  token: string,
  { bearer, passwordDigest: digest }: UserSession,
): Proven | null {
  if (bearer.type === 'USER') {
    const user = index.user(bearer.nameKey);
    const same =
      user?.active && user.id === bearer.userId && user.directory.id === bearer.directoryId;
    return same ? { type: 'USER', user } : null;
  }
  // The operator's account is in the environment, where name and password may be others by now.
  const same =
    account &&
    nameKey(account.name) === bearer.nameKey &&
    digest !== null &&
    sameSecret(passwordDigest(token, account), digest);
  return same ? { type: 'BREAK_GLASS', account } : null;
}

function passwordDigest(token: string, { password }: BreakGlass): string {
  return digestUnder(token, 'password', password);
}
