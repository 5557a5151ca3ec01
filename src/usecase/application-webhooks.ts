import {
  endpointFault,
  GatehouseError,
  MAX_FACT_LENGTH,
  type Webhook,
  type WebhookId,
} from '../domain/index.js';
import type { ApplicationCaller } from './application-access.js';
import type { Gateway } from './gateway.js';

/** Each is a call of its own whenever something happens. */
export const MOST_WEBHOOKS = 20;

/** What may stand in a header as it is. */
const TOKEN = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

export interface WebhookInput {
  readonly endpointUrl: string;
  /** Proves to the endpoint who calls; `null` for none. */
  readonly token: string | null;
}

/**
 * Has the application called at an address when there is something new for it. Of an address that it has
 * registered already it is the same webhook, which is called at once if something is new.
 * @throws GatehouseError `INPUT_INVALID`, also for one more than `MOST_WEBHOOKS`; `SECRET_KEY_MISSING`.
 */
export async function registerWebhook(
  gateway: Gateway,
  { application }: ApplicationCaller,
  { endpointUrl, token }: WebhookInput,
): Promise<Webhook> {
  const fault = endpointFault(endpointUrl);
  if (fault !== null) {
    throw new GatehouseError('INPUT_INVALID', { field: 'endpointUrl', reason: fault });
  }
  if (token !== null && (token.length > MAX_FACT_LENGTH || !TOKEN.test(token))) {
    const reason = `must be 1 to ${MAX_FACT_LENGTH} printable ASCII characters without outer spaces`;
    throw new GatehouseError('INPUT_INVALID', { field: 'token', reason });
  }
  const input = { endpointUrl, token };
  const webhook = await gateway.store.webhooks.register(application.id, input, MOST_WEBHOOKS);
  gateway.log.info(
    { application: application.name, webhook: webhook.id },
    'an application has registered a webhook',
  );
  return webhook;
}

/** One of the application's own. @throws GatehouseError `NOT_FOUND`, also for another application's. */
export async function webhookOfApplication(
  { store }: Gateway,
  { application }: ApplicationCaller,
  id: WebhookId,
): Promise<Webhook> {
  const webhook = await store.webhooks.byId(id);
  if (webhook?.applicationId === application.id) return webhook;
  throw new GatehouseError('NOT_FOUND', { kind: 'webhook', name: String(id) });
}

/** @throws GatehouseError as `webhookOfApplication`. */
export async function unregisterWebhook(
  gateway: Gateway,
  caller: ApplicationCaller,
  id: WebhookId,
): Promise<void> {
  await webhookOfApplication(gateway, caller, id);
  await gateway.store.webhooks.remove(id);
}
