import {
  type ApplicationId,
  GatehouseError,
  type Page,
  type PageRequest,
  type Webhook,
  type WebhookId,
} from '../domain/index.js';
import type { Gateway } from './gateway.js';
import type { SystemAdministrator } from './viewer.js';

/** Of one application, oldest first. Tokens are never told. */
export function webhooksOf(
  { store }: Gateway,
  _viewer: SystemAdministrator,
  application: ApplicationId,
  page: PageRequest<WebhookId>,
): Promise<Page<Webhook>> {
  return store.webhooks.page(application, page);
}

/** `null` when it is gone. */
export function webhookById(
  { store }: Gateway,
  _viewer: SystemAdministrator,
  id: WebhookId,
): Promise<Webhook | null> {
  return store.webhooks.byId(id);
}

/** The application may register it again. @throws GatehouseError `NOT_FOUND`. */
export async function removeWebhook(
  { store, log }: Gateway,
  viewer: SystemAdministrator,
  id: WebhookId,
): Promise<void> {
  if (!(await store.webhooks.remove(id))) {
    throw new GatehouseError('NOT_FOUND', { kind: 'webhook', name: String(id) });
  }
  log.info({ webhook: id, by: viewer.name }, 'an administrator has removed a webhook');
}
