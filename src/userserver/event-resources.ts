import { currentEventToken, eventsAfter } from '../usecase/index.js';
import { Refusal } from './errors.js';
import type { Handler } from './exchange.js';

/** Where a follower that reads everything now goes on afterwards. */
export const readEventToken: Handler = async ({ gateway, caller }) => ({
  kind: 'event-token',
  token: await currentEventToken(gateway, caller),
});

/** Everything since a token, and the token to ask with the next time. */
export const readEvents: Handler = async ({ gateway, caller, pathArgument }) => {
  const found = await eventsAfter(gateway, caller, pathArgument);
  if (found.outcome === 'EXPIRED') {
    // Clients then read everything. Of an answer with a message they also log an error.
    throw new Refusal({ status: 410, reason: 'EVENT_TOKEN_EXPIRED' }, '');
  }
  return { kind: 'events', token: found.token, events: found.events };
};
