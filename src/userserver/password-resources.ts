import { isGatehouseError } from '../domain/index.js';
import {
  deletePassword,
  expireAllPasswords,
  requireNewPassword,
  updatePassword,
} from '../usecase/index.js';
import { readPasswordBody } from './entity-bodies.js';
import { badInput, Refusal } from './errors.js';
import type { Handler } from './exchange.js';
import { NO_CONTENT } from './reply.js';

export const replacePassword: Handler = async ({ gateway, caller, query, readBody }) => {
  const name = query.required('username');
  const password = readPasswordBody(await readBody());
  requireCredential(password);
  await updatePassword(gateway, caller, name, password);
  return NO_CONTENT;
};

export const removePassword: Handler = async ({ gateway, caller, query }) => {
  await deletePassword(gateway, caller, query.required('username'));
  return NO_CONTENT;
};

export const expirePasswords: Handler = async ({ gateway, caller, query }) => {
  if (query.required('confirm') !== 'true') throw badInput('confirm', 'must be true');
  await expireAllPasswords(gateway, caller);
  return NO_CONTENT;
};

/** A new password that cannot be taken has a reason of its own. @throws Refusal 400. */
export function requireCredential(password: string): void {
  try {
    requireNewPassword(password);
  } catch (error) {
    if (!isGatehouseError(error, 'INPUT_INVALID')) throw error;
    throw new Refusal({ status: 400, reason: 'INVALID_CREDENTIAL' }, error.message);
  }
}
