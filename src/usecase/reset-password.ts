import { GatehouseError, type Origin, type Revision } from '../domain/index.js';
import { holdsAdministration } from './application-write.js';
import type { Gateway } from './gateway.js';
import { requireWritable } from './manage-users.js';
import { hashNewPassword } from './password-hash.js';
import { resetDigest } from './reset-token.js';
import { credentialOwner } from './sign-in.js';

export interface PasswordResetInput {
  readonly token: string;
  readonly newPassword: string;
  readonly address: string | null;
}

/**
 * Sets the password of whoever was sent this token, and uses it up with all others of theirs. It is good for
 * a day, while the user has the e-mail address it was sent to, and for no administrator. Sessions end as
 * with every new password. The log tells it as the user's own doing.
 * @param address of the caller, for the log.
 * @returns the revision made.
 * @throws GatehouseError `RESET_TOKEN_INVALID`; `INPUT_INVALID` for a password that none may be, which
 *   leaves the token good.
 */
export async function resetPassword(
  gateway: Gateway,
  { token, newPassword, address }: PasswordResetInput,
): Promise<Revision> {
  const { clock, credentials, live, store } = gateway;
  const digest = resetDigest(token);
  // Looked at first, so that whoever has no token costs no hash.
  const sent = await store.mail.reset(digest);
  const [bearer] = sent ? await store.reader.usersByIds([sent.userId]) : [];
  if (!bearer) throw new GatehouseError('RESET_TOKEN_INVALID', {});
  const hash = await hashNewPassword(newPassword);
  const origin: Origin = { type: 'USER', name: bearer.name, address };
  const { value: user, revision } = await store.transact(origin, async (transaction) => {
    const reset = await transaction.passwordResets.take(digest);
    const found = reset && (await transaction.userById(reset.userId));
    if (
      !reset ||
      reset.expiresAt <= clock.now() ||
      found?.email !== reset.email ||
      holdsAdministration(live.index, found.name)
    ) {
      throw new GatehouseError('RESET_TOKEN_INVALID', {});
    }
    await requireWritable(transaction, found.directoryId);
    await transaction.setPasswordHash(found.id, hash);
    return found;
  });
  credentials.forget(credentialOwner(user));
  return revision;
}
