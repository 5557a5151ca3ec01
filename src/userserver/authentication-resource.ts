import { signIn, userByName, viewOf } from '../usecase/index.js';
import { readPasswordBody } from './entity-bodies.js';
import type { Handler } from './exchange.js';
import { expandedUser } from './expanded.js';
import { signInRefusal } from './sign-in-refusal.js';

/** Checks a user's password and answers the user. It makes no session. */
export const authenticate: Handler = async (exchange) => {
  const { gateway, caller, query, readBody } = exchange;
  const name = query.required('username');
  const password = readPasswordBody(await readBody());
  const credentials = { name, password, address: caller.address };
  const result = await signIn(gateway, credentials, () => viewOf(gateway, caller));
  if (result.outcome === 'REFUSED') throw signInRefusal(result.reason);
  return expandedUser(exchange, await userByName(gateway, caller, result.user.name));
};

/**
 * Answers the user who has signed in at the application by other means. Nothing is kept of it, and the
 * password that is posted is empty and passed over. An unknown user is no 404: Java's client would take
 * that for a server that is too old.
 */
export const answerSignedIn: Handler = async (exchange) => {
  const { gateway, caller, query } = exchange;
  const user = viewOf(gateway, caller).user(query.required('username'));
  if (!user) throw signInRefusal('UNKNOWN');
  if (!user.active) throw signInRefusal('INACTIVE');
  return expandedUser(exchange, await userByName(gateway, caller, user.name));
};
