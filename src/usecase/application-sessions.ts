import { endOfSession } from '../domain/index.js';
import type { UserEntry } from '../engine/index.js';
import type { ApplicationCaller } from './application-access.js';
import { viewOf } from './application-view.js';
import type { Gateway } from './gateway.js';
import { type SignInResult, signIn } from './sign-in.js';
import {
  bearerOf,
  beginSession,
  endSession,
  endSessionsOf,
  extendSession,
  findSession,
  type LiveSession,
} from './user-sessions.js';
import { factorDigests, sameFactors, type ValidationFactor } from './validation-factors.js';

/** Who signs in at an application, and what their token is to be bound to. */
export interface SessionRequest {
  readonly name: string;
  /** `null` when the application answers for the user itself, as with a sign-in of its own. */
  readonly password: string | null;
  readonly factors: readonly ValidationFactor[];
  /** `null`: as long as the setting says. A longer time than that is cut to it. */
  readonly idleMs: number | null;
}

/** A session as applications are told of it. */
export interface ToldSession {
  readonly token: string;
  readonly user: UserEntry;
  readonly createdAt: Date;
  /** When it is over unless it is extended. */
  readonly endsAt: Date;
}

type Opened =
  | { readonly outcome: 'OPENED'; readonly session: ToldSession }
  | Extract<SignInResult, { readonly outcome: 'REFUSED' }>;

type Validated =
  | { readonly outcome: 'VALID'; readonly session: ToldSession }
  | { readonly outcome: 'NO_SESSION' | 'OTHER_FACTORS' };

/**
 * Signs a user in for all applications, and for this gateway unless the application answers for
 * somebody who administers it (`viewerOfToken`). The token is a new one each time (`beginSession`).
 * @throws GatehouseError `TOO_MANY_ATTEMPTS`; `INPUT_INVALID` for factors that cannot be kept.
 */
export async function openSession(
  gateway: Gateway,
  caller: ApplicationCaller,
  { name, password, factors, idleMs }: SessionRequest,
): Promise<Opened> {
  const result =
    password === null
      ? vouchedFor(gateway, caller, name)
      : await signIn(gateway, { name, password, address: caller.address }, () =>
          viewOf(gateway, caller),
        );
  if (result.outcome === 'REFUSED') return result;
  const { user } = result;
  const live = await beginSession(
    gateway,
    { type: 'USER', user },
    {
      applicationId: caller.application.id,
      vouchedFor: password === null,
      factors,
      idleMs,
    },
  );
  return { outcome: 'OPENED', session: told(live, user) };
}

/**
 * A session by its token, extended, if it is alive for this application and is shown with exactly the
 * factors it was made with.
 */
export async function validateSession(
  gateway: Gateway,
  caller: ApplicationCaller,
  token: string,
  factors: readonly ValidationFactor[],
): Promise<Validated> {
  const found = await findOfUser(gateway, caller, token);
  if (!found) return { outcome: 'NO_SESSION' };
  if (!sameFactors(found.live.session.factors, factorDigests(token, factors))) {
    return { outcome: 'OTHER_FACTORS' };
  }
  const live = await extendSession(gateway, found.live);
  return { outcome: 'VALID', session: told(live, found.user) };
}

/** A session by its token, `null` when none is alive. Factors are not looked at, nothing is extended. */
export async function readSession(
  gateway: Gateway,
  caller: ApplicationCaller,
  token: string,
): Promise<ToldSession | null> {
  const found = await findOfUser(gateway, caller, token);
  return found && told(found.live, found.user);
}

/** Signs out: the token is none from now on, for every application. */
export async function closeSession(
  gateway: Gateway,
  _caller: ApplicationCaller,
  token: string,
): Promise<void> {
  await endSession(gateway, token);
}

/**
 * Signs a user out everywhere. Nothing happens when the application sees no such user.
 * @param keep the token of a session that stays.
 */
export async function closeSessionsOf(
  gateway: Gateway,
  caller: ApplicationCaller,
  name: string,
  keep: string | null,
): Promise<void> {
  const user = viewOf(gateway, caller).user(name);
  if (user) await endSessionsOf(gateway, bearerOf(user), keep);
}

function vouchedFor(gateway: Gateway, caller: ApplicationCaller, name: string): SignInResult {
  const user = viewOf(gateway, caller).user(name);
  if (!user) return { outcome: 'REFUSED', reason: 'UNKNOWN' };
  if (!user.active) return { outcome: 'REFUSED', reason: 'INACTIVE' };
  const { application, address } = caller;
  gateway.log.info(
    { user: user.name, application: application.name, address },
    'a user was signed in on the word of an application',
  );
  return { outcome: 'SIGNED_IN', user };
}

/** A session of a user. The operator's own account is none of the applications' business. */
async function findOfUser(
  gateway: Gateway,
  caller: ApplicationCaller,
  token: string,
): Promise<{ readonly live: LiveSession; readonly user: UserEntry } | null> {
  const live = await findSession(gateway, token, () => viewOf(gateway, caller));
  return live?.bearer.type === 'USER' ? { live, user: live.bearer.user } : null;
}

function told({ token, session }: LiveSession, user: UserEntry): ToldSession {
  return { token, user, createdAt: session.createdAt, endsAt: endOfSession(session) };
}
