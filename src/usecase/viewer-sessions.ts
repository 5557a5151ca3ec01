import { GatehouseError, type Page, type PageRequest, type UserSession } from '../domain/index.js';
import type { SessionCursor } from '../store/index.js';
import { requireNotOutranked } from './administer.js';
import { holdsAdministration } from './application-write.js';
import type { Gateway } from './gateway.js';
import { prove, viewerOf } from './identify-viewer.js';
import type { Credentials } from './sign-in.js';
import {
  bearerOf,
  bearerOfAccount,
  beginSession,
  endSession,
  endSessionsOf,
  extendSession,
  findSession,
  type LiveSession,
} from './user-sessions.js';
import { fitsAddress, REMOTE_ADDRESS } from './validation-factors.js';
import type { Administrator, Viewer } from './viewer.js';

/** One of a viewer's own sessions. */
export interface OwnSession {
  readonly session: UserSession;
  /** The application that signed them in; `null` for a browser, and for one that is gone. */
  readonly application: string | null;
}

/**
 * Signs somebody in who uses a browser. The session is bound to the caller's address where that is
 * known, so that applications that ask for a token with it accept the session too.
 * @param presented the token the browser had: its session ends, whosever it was.
 * @throws GatehouseError `UNAUTHENTICATED` for every refusal alike, `TOO_MANY_ATTEMPTS`.
 */
export async function signInBrowser(
  gateway: Gateway,
  credentials: Credentials,
  presented: string | null,
): Promise<{ readonly viewer: Viewer; readonly live: LiveSession }> {
  const { address } = credentials;
  const proven = await prove(gateway, credentials);
  const factors = address === null ? [] : [{ name: REMOTE_ADDRESS, value: address }];
  const live = await beginSession(gateway, proven, {
    applicationId: null,
    vouchedFor: false,
    factors,
    idleMs: null,
  });
  if (presented !== null) await endSession(gateway, presented);
  return { viewer: viewerOf(proven, address), live };
}

/**
 * Who a token signs in, by whatever way its session was begun, and extends it. Of the factors only
 * the address is looked at, because a browser sends no others.
 * @returns `null` when no session is alive, it is bound to another address, or nothing but the word of
 *   an application stands for an administrator: an application is none, and must not become one so.
 */
export async function viewerOfToken(
  gateway: Gateway,
  token: string,
  address: string | null,
): Promise<Viewer | null> {
  const live = await sessionAt(gateway, token, address);
  if (!live) return null;
  await extendSession(gateway, live);
  return viewerOf(live.bearer, address);
}

/** Whether a token still signs somebody in. Nothing is extended. */
export async function isSignedIn(
  gateway: Gateway,
  token: string,
  address: string | null,
): Promise<boolean> {
  return (await sessionAt(gateway, token, address)) !== null;
}

/** The viewer's own sessions that are alive, newest first. @throws GatehouseError `PAGE_INVALID`. */
export async function ownSessions(
  gateway: Gateway,
  viewer: Viewer,
  page: PageRequest<SessionCursor>,
): Promise<Page<OwnSession>> {
  const bearer = bearerOfViewer(gateway, viewer);
  if (!bearer) return { items: [], hasMore: false, total: 0 };
  const { clock, store } = gateway;
  const found = await store.userSessions.page(bearer, clock.now(), page);
  const ofApplications = found.items.some(({ applicationId }) => applicationId !== null);
  const applications = ofApplications ? await store.reader.applications() : [];
  const items = found.items.map((session) => {
    const application = applications.find(({ id }) => id === session.applicationId);
    return { session, application: application?.name ?? null };
  });
  return { ...found, items };
}

/** Ends the session that came with the request, whosever it is. @returns how many: one or none. */
export async function signOut(
  gateway: Gateway,
  _viewer: Viewer,
  token: string | null,
): Promise<number> {
  return token !== null && (await endSession(gateway, token)) ? 1 : 0;
}

/** Ends all of the viewer's own sessions. @returns how many. */
export async function signOutEverywhere(gateway: Gateway, viewer: Viewer): Promise<number> {
  const bearer = bearerOfViewer(gateway, viewer);
  return bearer ? endSessionsOf(gateway, bearer) : 0;
}

/**
 * Ends all sessions of a name, whichever directory their user is in: applications may see another
 * one behind it than the gateway does.
 * @returns how many.
 * @throws GatehouseError `NOT_FOUND`, `TARGET_OUTRANKS_VIEWER`.
 */
export async function signOutUser(
  gateway: Gateway,
  viewer: Administrator,
  name: string,
): Promise<number> {
  const { index } = gateway.live;
  const entries = index.userEntries(name);
  if (entries.length === 0) throw new GatehouseError('NOT_FOUND', { kind: 'user', name });
  requireNotOutranked(index, viewer, { name, mask: index.rankOfUser(name) });
  const ended = await Promise.all(entries.map((entry) => endSessionsOf(gateway, bearerOf(entry))));
  return ended.reduce((sum, count) => sum + count, 0);
}

async function sessionAt(
  gateway: Gateway,
  token: string,
  address: string | null,
): Promise<LiveSession | null> {
  const live = await findSession(gateway, token);
  if (!live || !fitsAddress(token, live.session.factors, address)) return null;
  const { bearer, session } = live;
  const isVouchedFor = session.vouchedFor && bearer.type === 'USER';
  return isVouchedFor && holdsAdministration(gateway.live.index, bearer.user.name) ? null : live;
}

function bearerOfViewer({ live }: Gateway, viewer: Viewer) {
  if (viewer.type === 'BREAK_GLASS') return bearerOfAccount(viewer);
  const user = live.index.user(viewer.name);
  return user && bearerOf(user);
}
