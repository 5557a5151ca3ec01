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
