import {
  closeSession,
  closeSessionsOf,
  openSession,
  readSession,
  type ToldSession,
  userByName,
  validateSession,
} from '../usecase/index.js';
import type { Document } from './documents.js';
import { badInput, Refusal } from './errors.js';
import type { Exchange, Handler } from './exchange.js';
import { created, NO_CONTENT } from './reply.js';
import { readAuthenticationContext, readValidationFactors } from './session-documents.js';
import { signInRefusal } from './sign-in-refusal.js';

const SECOND_MS = 1_000;
const TOKEN_UNKNOWN = 'there is no session with this token';

/**
 * Signs a user in for all applications: 201 with a new token each time. With
 * `validate-password=false` the application answers for the user itself.
 */
export const createSession: Handler = async (exchange) => {
  const { gateway, caller, query, links, readBody } = exchange;
  const validates = query.first('validate-password')?.toLowerCase() !== 'false';
  const seconds = query.wholeNumber('duration', null, 1);
  const { name, password, factors } = readAuthenticationContext(await readBody());
  if (validates && password === null) throw badInput('password', 'is missing');
  const opened = await openSession(gateway, caller, {
    name,
    password: validates ? password : null,
    factors,
    idleMs: seconds === null ? null : seconds * SECOND_MS,
  });
  if (opened.outcome === 'REFUSED') {
    // Java's client expects this of an unknown user when there is no password to be wrong.
    const unknown = !validates && opened.reason === 'UNKNOWN';
    throw signInRefusal(unknown ? 'WRONG_PASSWORD' : opened.reason);
  }
  const { session } = opened;
  const document = await sessionDocument(exchange, session, query.expands('user'));
  return created(links.session(session.token), document);
};

/** Checks a token with its factors and extends its session. */
export const checkSession: Handler = async (exchange) => {
  const { gateway, caller, pathArgument, query, readBody } = exchange;
  const factors = readValidationFactors(await readBody());
  const validated = await validateSession(gateway, caller, pathArgument, factors);
  switch (validated.outcome) {
    case 'VALID':
      return sessionDocument(exchange, validated.session, query.expands('user'));
    case 'OTHER_FACTORS':
      throw invalidToken(400, 'the validation factors are not those of this session');
    case 'NO_SESSION':
      throw invalidToken(404, TOKEN_UNKNOWN);
  }
};

/** The session of a token, always with the whole user, as Crowd has it. */
export const showSession: Handler = async (exchange) => {
  const { gateway, caller, pathArgument } = exchange;
  const session = await readSession(gateway, caller, pathArgument);
  if (!session) throw invalidToken(404, TOKEN_UNKNOWN);
  return sessionDocument(exchange, session, true);
};

/** Signs out; a token that is none is signed out already. */
export const removeSession: Handler = async ({ gateway, caller, pathArgument }) => {
  await closeSession(gateway, caller, pathArgument);
  return NO_CONTENT;
};

/** Signs a user out everywhere, but for the token that `exclude` names. */
export const removeSessionsOfUser: Handler = async ({ gateway, caller, query }) => {
  await closeSessionsOf(gateway, caller, query.required('username'), query.first('exclude'));
  return NO_CONTENT;
};

/** How applications are to set the cookie that carries a token. */
export const readCookieConfig: Handler = ({ gateway }) => ({
  kind: 'cookie-config',
  cookie: gateway.sessions.cookie,
});

async function sessionDocument(
  { gateway, caller }: Exchange,
  session: ToldSession,
  withUser: boolean,
): Promise<Document> {
  const user = withUser ? await userByName(gateway, caller, session.user.name) : null;
  return { kind: 'session', session, user };
}

function invalidToken(status: 400 | 404, says: string): Refusal {
  return new Refusal({ status, reason: 'INVALID_SSO_TOKEN' }, says);
}
