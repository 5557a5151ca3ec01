import type { DeliveryState } from './delivery.js';
import type { ApplicationId, DirectoryId, MailId, UserId } from './ids.js';

/** What a mail is about. It is written by whoever sends it, and not here. */
export type MailContent =
  /** A link by which a user of an internal directory sets a new password. */
  | {
      readonly kind: 'PASSWORD_RESET';
      readonly directoryId: DirectoryId;
      readonly userId: UserId;
    }
  /** The names of the users who have an e-mail address, by name. */
  | {
      readonly kind: 'USERNAMES';
      readonly email: string;
      readonly userNames: readonly string[];
    };

/** A mail that an application asked for and the mail hook has not taken yet. */
export interface OutgoingMail extends DeliveryState {
  readonly id: MailId;
  readonly applicationId: ApplicationId;
  /** As it was called then. */
  readonly applicationName: string;
  readonly content: MailContent;
  readonly createdAt: Date;
}

declare const digestOf: unique symbol;

/** SHA-256 of a token, in hexadecimal: the token itself is kept nowhere. */
export type ResetDigest = string & { readonly [digestOf]: 'reset token' };

/** What whoever bears the token may do once: set the password of one user. */
export interface PasswordReset {
  readonly digest: ResetDigest;
  readonly directoryId: DirectoryId;
  readonly userId: UserId;
  /** Where the token was sent; it is good for as long as the user has this address. */
  readonly email: string;
  readonly expiresAt: Date;
}

const EMAIL = /^[^\s\p{Cc}@<>()[\]\\,;:"]+@[^\s\p{Cc}@<>()[\]\\,;:"]+$/u;
/** RFC 5321, 4.5.3.1: a path of 256 octets, its angle brackets included. */
const MAX_EMAIL_LENGTH = 254;

/** Whether a text looks like one e-mail address. Whether it takes mail only a mail can tell. */
export function isEmail(text: string): boolean {
  return text.length <= MAX_EMAIL_LENGTH && EMAIL.test(text);
}
