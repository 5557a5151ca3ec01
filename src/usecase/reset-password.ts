import { GatehouseError, type Origin, type Revision } from '../domain/index.js';
import { holdsAdministration } from './application-write.js';
import type { Gateway } from './gateway.js';
import { requireWritable } from './manage-users.js';
import { hashPassword, requireNewPassword } from './password-hash.js';
import { resetDigest } from './reset-token.js';
import { credentialOwner } from './sign-in.js';

export interface PasswordResetInput {
  readonly token: string;
  readonly newPassword: string;
  /** Of the caller, for the log and against guessing; `null` when it is not known. */
  readonly address: string | null;
}

/**
 * Sets the password of whoever was sent this token, and uses it up with all others of theirs. It is good for
 * a day, while the user has the e-mail address it was sent to, and for no administrator. Sessions end as
 * with every new password. The log tells it as the user's own doing. After five tokens that were none,
 * an address waits until the minute is over.
 * @returns the revision made.
 * @throws GatehouseError `RESET_TOKEN_INVALID`, `TOO_MANY_ATTEMPTS`; `INPUT_INVALID` for a password that
 *   none may be, which leaves the token good.
 */
export async function resetPassword(
  gateway: Gateway,
  { token, newPassword, address }: PasswordResetInput,
): Promise<Revision> {
  requireNewPassword(newPassword);
  const revision = await gateway.resets.attempt(
    address ?? '',
    () => redeem(gateway, { token, newPassword, address }),
    (made) => made === null,
  );
  if (revision === null) throw new GatehouseError('RESET_TOKEN_INVALID', {});
  return revision;
}

/** `null` for a token that is none, or none any more. */
async function redeem(
  gateway: Gateway,
  { token, newPassword, address }: PasswordResetInput,
): Promise<Revision | null> {
  const { clock, credentials, live, store } = gateway;
  const digest = resetDigest(token);
  // Looked at first, so that whoever has no token costs no hash.
  const sent = await store.reader.passwordReset(digest);
  const [bearer] = sent ? await store.reader.usersByIds([sent.userId]) : [];
  if (!bearer) return null;
  const hash = await hashPassword(newPassword);
  const origin: Origin = { type: 'USER', name: bearer.name, address };
  const { value: user, revision } = await store.transact(origin, async (transaction) => {
    const reset = await transaction.passwordReset(digest);
    const found = reset && (await transaction.userById(reset.userId));
    if (!found || reset.expiresAt <= clock.now() || found.email !== reset.email) return null;
    if (holdsAdministration(live.index, found.name)) return null;
    await requireWritable(transaction, found.directoryId);
    await transaction.setPasswordHash(found.id, hash);
    return found;
  });
  if (!user) return null;
  credentials.forget(credentialOwner(user));
  return revision;
}
