import { MAX_NAME_LENGTH, nameKey } from '../../domain/index.js';
import type { RemoteAuthentication } from '../connector.js';
import { readUserDocument } from './entity-documents.js';
import type { HttpExchange } from './http-exchange.js';
import { type Refusal, refusalOf } from './refusal.js';
import { passwordDocument } from './search-restriction.js';
import { fitsXml } from './xml-text.js';

type RefusedOutcome = Exclude<RemoteAuthentication['outcome'], 'SIGNED_IN'>;

/** What the reasons of Crowd REST resource `/authentication` mean, by status and reason. */
const OUTCOMES: Readonly<Record<string, RefusedOutcome>> = {
  '400 INVALID_USER_AUTHENTICATION': 'WRONG_PASSWORD',
  '400 USER_NOT_FOUND': 'UNKNOWN',
  '404 USER_NOT_FOUND': 'UNKNOWN',
  '400 INACTIVE_ACCOUNT': 'INACTIVE',
  '400 EXPIRED_CREDENTIAL': 'CREDENTIAL_EXPIRED',
  '403 APPLICATION_ACCESS_DENIED': 'ACCESS_DENIED',
  '403 APPLICATION_PERMISSION_DENIED': 'ACCESS_DENIED',
};

/** Asks the server whether `password` is that of the user `name`. It makes no session. */
export async function authenticate(
  exchange: HttpExchange,
  name: string,
  password: string,
): Promise<RemoteAuthentication> {
  // No server can hold such a name, and a password that does not fit cannot be sent.
  if (name === '' || name.length > MAX_NAME_LENGTH || !fitsXml(name)) return { outcome: 'UNKNOWN' };
  // An empty password counts as an anonymous login at some LDAP servers behind a Jira or Crowd.
  if (password === '' || !fitsXml(password)) return { outcome: 'WRONG_PASSWORD' };
  const answer = await exchange.send({
    method: 'POST',
    resource: '/authentication',
    query: { username: name },
    body: passwordDocument(password),
    allowance: 'SIGN_IN',
    secret: password,
  });
  const refusal = await refusalOf(answer);
  if (refusal) return { outcome: outcomeOf(refusal) };
  const user = await readUserDocument(answer.body, answer.faults);
  if (nameKey(user.name) !== nameKey(name)) {
    throw answer.faults.protocol('name', 'is that of another user than was asked for');
  }
  return { outcome: 'SIGNED_IN', user };
}

function outcomeOf({ status, reason, error }: Refusal): RefusedOutcome {
  const outcome = OUTCOMES[`${status} ${reason}`];
  if (!outcome) throw error;
  return outcome;
}
