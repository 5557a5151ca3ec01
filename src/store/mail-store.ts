import type { DeliveryFailure, OutgoingMail, PasswordReset } from '../domain/index.js';

/** How many mails an application may ask for within a time. */
export interface MailLimits {
  readonly withinMs: number;
  readonly perRecipient: number;
  readonly perApplication: number;
}

/** Mails until the mail hook has taken them, and the tokens that they carry. None of it is in the log. */
export interface MailStore {
  /**
   * Keeps a mail that is due at once.
   * @param recipient a digest of whom it is for.
   * @throws GatehouseError `TOO_MANY_MAILS`; `NOT_FOUND` (the application).
   */
  add(
    mail: Pick<OutgoingMail, 'applicationId' | 'applicationName' | 'content'>,
    recipient: string,
    limits: MailLimits,
  ): Promise<void>;
  /**
   * Takes mails that are due, those that wait longest first. Nobody else has them until they are
   * settled, or for so long by the database's clock.
   */
  claim(most: number, forMs: number): Promise<ClaimedMail[]>;
  /** Settles a claim that is still one, as do the next two; the mail counts against the limits further on. */
  delivered(claimed: ClaimedMail): Promise<void>;
  failed(claimed: ClaimedMail, failure: DeliveryFailure, nextTryAt: Date): Promise<void>;
  /** The mail is never sent. @param failure `null` when there is nobody any more to send it to. */
  giveUp(claimed: ClaimedMail, failure: DeliveryFailure | null): Promise<void>;
  /** Mails that wait to be delivered. */
  countWaiting(): Promise<number>;
  keepReset(reset: PasswordReset): Promise<void>;
  /**
   * Deletes mails that are settled and were asked for before `before`, and tokens that are over at
   * `now`, in bounded transactions. @returns how many.
   */
  forget(before: Date, now: Date): Promise<number>;
}

export interface ClaimedMail {
  readonly mail: OutgoingMail;
  readonly claim: string;
}
