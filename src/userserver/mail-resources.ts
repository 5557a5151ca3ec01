import { requestPasswordMail, requestUserNamesMail } from '../usecase/index.js';
import type { Handler } from './exchange.js';
import { NO_CONTENT } from './reply.js';

/** Has a user sent a link to set a new password. What is posted is passed over: it is empty. */
export const mailPassword: Handler = async ({ gateway, caller, query }) => {
  await requestPasswordMail(gateway, caller, query.required('username'));
  return NO_CONTENT;
};

/** Has the names sent to an e-mail address that users have it for. 204 when nobody has it, too. */
export const mailUserNames: Handler = async ({ gateway, caller, query }) => {
  await requestUserNamesMail(gateway, caller, query.required('email'));
  return NO_CONTENT;
};
