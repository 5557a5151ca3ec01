import { type DeliveryFailure, type Revision, retryDelayMs } from '../domain/index.js';
import type { ClaimedWebhook } from '../store/index.js';
import { CLAIMED_MS, type Delivery, delivery, toldFailure } from './delivery.js';
import type { Gateway } from './gateway.js';

/** An endpoint that has failed for so long is nobody's any more; Crowd gives up after six hours. */
const DROPPED_AFTER_MS = 10 * 24 * 60 * 60_000;

/**
 * Takes upon this process the calls that are due: of webhooks whose application has not been called since
 * `untold`. Of several processes that do this one has each; what happens during a call leads to another.
 */
export async function claimWebhookCalls(
  gateway: Gateway,
  untold: Revision,
  most: number,
): Promise<Delivery[]> {
  // Whoever is called asks only afterwards, and whichever process answers catches up with the log first.
  const { revision } = gateway.live.index;
  const told = revision > untold ? revision : untold;
  const claimed = await gateway.store.webhooks.claim(untold, most, CLAIMED_MS);
  return claimed.map((each) => delivery(gateway, () => call(gateway, each, told)));
}

/**
 * An empty POST, with the token as it stands behind `Basic` (crowd-core,
 * `com.atlassian.crowd.manager.webhook.WebhookPinger`). It tells nothing but that it is time to ask.
 */
async function call(gateway: Gateway, claimed: ClaimedWebhook, told: Revision): Promise<void> {
  const { webhook, token } = claimed;
  const { store, observer, post } = gateway;
  const failure =
    token === 'UNREADABLE'
      ? ({ fault: 'SECRET_UNREADABLE', status: null } as const)
      : await post({
          url: webhook.endpointUrl,
          headers: token.text === null ? {} : { authorization: `Basic ${token.text}` },
          body: null,
        });
  if (failure) {
    await noteFailure(gateway, claimed, failure);
  } else {
    await store.webhooks.succeeded(claimed, told);
    observer?.called('WEBHOOK', 'DELIVERED');
  }
}

async function noteFailure(
  { clock, log, observer, store }: Gateway,
  claimed: ClaimedWebhook,
  failure: DeliveryFailure,
): Promise<void> {
  const { webhook, applicationName } = claimed;
  const failures = webhook.failures + 1;
  const now = clock.now().getTime();
  const { origin } = new URL(webhook.endpointUrl);
  const fields = {
    application: applicationName,
    webhook: webhook.id,
    endpoint: origin,
    failures,
    ...toldFailure(failure),
  };
  const failingSince = webhook.failingSince?.getTime() ?? now;
  if (now - failingSince >= DROPPED_AFTER_MS) {
    if (!(await store.webhooks.giveUp(claimed))) return;
    observer?.called('WEBHOOK', 'GIVEN_UP');
    log.warn(fields, 'a webhook has failed for ten days and was removed; register it again');
    return;
  }
  await store.webhooks.failed(claimed, failure, new Date(now + retryDelayMs(failures)));
  observer?.called('WEBHOOK', 'FAILED');
  // The first one is news; the others are in what administrators can ask for.
  if (failures === 1) log.warn(fields, 'a webhook could not be called; it is called again');
}
