import type { SignInRefusal } from '../usecase/index.js';
import { Refusal, type WireError } from './errors.js';

/**
 * In this protocol 401 always means the application, so a user who is refused is a 400; an unknown
 * one too, although everywhere else that is a 404.
 */
const REFUSALS: Readonly<Record<SignInRefusal, WireError & { readonly says: string }>> = {
  UNKNOWN: { status: 400, reason: 'USER_NOT_FOUND', says: 'there is no such user' },
  WRONG_PASSWORD: {
    status: 400,
    reason: 'INVALID_USER_AUTHENTICATION',
    says: 'the password is not right',
  },
  INACTIVE: { status: 400, reason: 'INACTIVE_ACCOUNT', says: 'the account is inactive' },
  CREDENTIAL_EXPIRED: {
    status: 400,
    reason: 'EXPIRED_CREDENTIAL',
    says: 'the password has expired; set a new one',
  },
  ACCESS_DENIED: {
    status: 403,
    reason: 'APPLICATION_ACCESS_DENIED',
    says: 'the user may not use this application',
  },
  // Never told as a wrong password: nobody has looked at it.
  UNREACHABLE: {
    status: 500,
    reason: 'OPERATION_FAILED',
    says: 'the directory of the user cannot be asked now; try again later',
  },
};

/** How it is told that a user may not sign in. */
export function signInRefusal(reason: SignInRefusal): Refusal {
  const { says, ...wire } = REFUSALS[reason];
  return new Refusal(wire, says);
}
