import {
  type DeliveryFailure,
  isEmail,
  isWritable,
  type MailContent,
  retryDelayMs,
} from '../domain/index.js';
import type { ClaimedMail } from '../store/index.js';
import { CLAIMED_MS, type Delivery, delivery, toldFailure } from './delivery.js';
import type { Gateway } from './gateway.js';
import { callOfMailHook, type MailDocument, type MailHook } from './mail-hook.js';
import { newResetToken, resetDigest } from './reset-token.js';

const HOUR_MS = 60 * 60_000;
/** A mail nobody has taken for so long is of no use to whoever asked for it. */
const DEAD_AFTER_MS = 7 * 24 * HOUR_MS;
const TOKEN_LIFE_MS = 24 * HOUR_MS;

/**
 * Takes upon this process the mails that are due to be handed to the mail hook. Of several processes
 * that do this one has each. Without a hook they wait.
 */
export async function claimMails(gateway: Gateway, most: number): Promise<Delivery[]> {
  const { mailHook, store } = gateway;
  if (mailHook === null) return [];
  const claimed = await store.mail.claim(most, CLAIMED_MS);
  return claimed.map((each) => delivery(gateway, () => handOver(gateway, mailHook, each)));
}

async function handOver(gateway: Gateway, hook: MailHook, claimed: ClaimedMail): Promise<void> {
  const { clock, log, observer, post, store } = gateway;
  const { id, applicationName: application, content } = claimed.mail;
  const addressed = await address(gateway, content);
  if (addressed === null) {
    await store.mail.giveUp(claimed, null);
    log.warn(
      { mail: id, application },
      'a mail is not sent: its user is gone, or has no e-mail address any more',
    );
    return;
  }
  const document = { id: String(id), application, ...addressed };
  const failure = await post(callOfMailHook(hook, document, clock.now()));
  if (failure) {
    await noteFailure(gateway, claimed, failure);
  } else {
    await store.mail.delivered(claimed);
    observer?.called('MAIL', 'DELIVERED');
  }
}

type Addressed<Document> = Document extends unknown ? Omit<Document, 'id' | 'application'> : never;

/**
 * What the mail says, as users are now. A token is made for each try, because it is kept nowhere; those of
 * earlier tries stay good, in case the hook has sent one of them. `null` when there is nobody to send it to.
 */
async function address(
  { clock, live, store }: Gateway,
  content: MailContent,
): Promise<Addressed<MailDocument> | null> {
  if (content.kind === 'USERNAMES') return content;
  const { directoryId, userId } = content;
  const [user] = await store.reader.usersByIds([userId]);
  const directory = live.index.directories().find(({ id }) => id === directoryId);
  if (!user || !directory || !isWritable(directory) || !isEmail(user.email)) return null;
  const token = newResetToken();
  const expiresAt = new Date(clock.now().getTime() + TOKEN_LIFE_MS);
  const { email, name: userName, displayName } = user;
  await store.mail.keepReset({ digest: resetDigest(token), directoryId, userId, email, expiresAt });
  return {
    kind: 'PASSWORD_RESET',
    email,
    userName,
    displayName,
    token,
    expiresAt: expiresAt.toISOString(),
  };
}

async function noteFailure(
  { clock, log, observer, store }: Gateway,
  claimed: ClaimedMail,
  failure: DeliveryFailure,
): Promise<void> {
  const { id, applicationName, content, createdAt, failures: before } = claimed.mail;
  const failures = before + 1;
  const now = clock.now().getTime();
  const fields = {
    mail: id,
    kind: content.kind,
    application: applicationName,
    failures,
    ...toldFailure(failure),
  };
  if (now - createdAt.getTime() >= DEAD_AFTER_MS) {
    await store.mail.giveUp(claimed, failure);
    observer?.called('MAIL', 'GIVEN_UP');
    log.error(fields, 'the mail hook has not taken a mail for seven days; it is never sent');
    return;
  }
  await store.mail.failed(claimed, failure, new Date(now + retryDelayMs(failures)));
  observer?.called('MAIL', 'FAILED');
  log.warn(fields, 'the mail hook has not taken a mail; it is tried again');
}
