import { createHash } from 'node:crypto';
import { GatehouseError, isEmail, isWritable, nameKey } from '../domain/index.js';
import type { MailLimits } from '../store/index.js';
import type { ApplicationCaller } from './application-access.js';
import { findUsers } from './application-directory.js';
import { requirePermission, viewOf } from './application-view.js';
import { requireNoAdministrator } from './application-write.js';
import type { Gateway } from './gateway.js';

/** So that nobody's mailbox is filled, and a broken application floods nobody. */
const LIMITS: MailLimits = {
  withinMs: 60 * 60_000,
  perRecipient: 5,
  perApplication: 1_000,
};

/** A mail names no more users than this. */
const MOST_NAMES = 100;

/**
 * Has a user sent a link by which they set a new password. As Crowd does, it takes the right to change
 * users in their directory. Whoever may change users may change e-mail addresses too, so an
 * administrator's password is none of an application's, not even by mail.
 * @throws GatehouseError `MAIL_HOOK_MISSING`, `NOT_FOUND`, `DIRECTORY_READ_ONLY`,
 *   `APPLICATION_PERMISSION_DENIED`, `TARGET_OUTRANKS_VIEWER`, `EMAIL_INVALID`, `TOO_MANY_MAILS`.
 */
export async function requestPasswordMail(
  gateway: Gateway,
  caller: ApplicationCaller,
  name: string,
): Promise<void> {
  requireMailHook(gateway);
  await gateway.live.catchUp();
  const entry = viewOf(gateway, caller).user(name);
  const [user] = entry ? await gateway.store.reader.usersByIds([entry.id]) : [];
  if (!entry || !user) throw new GatehouseError('NOT_FOUND', { kind: 'user', name });
  const { directory } = entry;
  if (!isWritable(directory)) {
    throw new GatehouseError('DIRECTORY_READ_ONLY', { directory: directory.name });
  }
  requirePermission(caller, directory, 'MODIFY_USER');
  requireNoAdministrator(gateway.live.index, user.name);
  if (!isEmail(user.email)) {
    throw new GatehouseError('EMAIL_INVALID', {
      reason: `of \`${user.name}\` is missing or none; set one first`,
    });
  }
  await keep(gateway, caller, `user ${user.id}`, {
    kind: 'PASSWORD_RESET',
    directoryId: directory.id,
    userId: user.id,
  });
}

/**
 * Has the names sent to an e-mail address of those users, of all whom the application sees, who have
 * it. When nobody has it there is nothing to send, and the caller is not told so.
 * @throws GatehouseError `MAIL_HOOK_MISSING`, `EMAIL_INVALID`, `TOO_MANY_MAILS`.
 */
export async function requestUserNamesMail(
  gateway: Gateway,
  caller: ApplicationCaller,
  email: string,
): Promise<void> {
  requireMailHook(gateway);
  if (!isEmail(email)) throw new GatehouseError('EMAIL_INVALID', { reason: 'is none' });
  const restriction = { property: 'email', match: 'EXACTLY_MATCHES', value: email } as const;
  const userNames: string[] = [];
  const query = { start: 0, max: MOST_NAMES, details: false, attributes: false };
  for await (const part of findUsers(gateway, caller, restriction, query)) {
    userNames.push(...part.map(({ name }) => name));
  }
  if (userNames.length === 0) return;
  await keep(gateway, caller, `email ${nameKey(email)}`, { kind: 'USERNAMES', email, userNames });
}

function keep(
  { store }: Gateway,
  { application }: ApplicationCaller,
  recipient: string,
  content: Parameters<Gateway['store']['mail']['add']>[0]['content'],
): Promise<void> {
  const mail = { applicationId: application.id, applicationName: application.name, content };
  return store.mail.add(mail, createHash('sha256').update(recipient).digest('hex'), LIMITS);
}

function requireMailHook({ mailHook }: Gateway): void {
  if (mailHook === null) throw new GatehouseError('MAIL_HOOK_MISSING', {});
}
