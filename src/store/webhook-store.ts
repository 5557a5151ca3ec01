import type {
  ApplicationId,
  ChangeKind,
  DeliveryFailure,
  Page,
  PageRequest,
  Revision,
  Webhook,
  WebhookId,
} from '../domain/index.js';

/**
 * Where applications are called. Webhooks are no rights, so they are not in the log and need no revision
 * lock. They go with their application, in the same transaction.
 */
export interface WebhookStore {
  /**
   * Keeps a webhook that has been told everything up to now. Of an address that the application has
   * registered already it is the same webhook, with the token that is given now, due at once and as if no
   * call had failed.
   * @param most that an application may have.
   * @throws GatehouseError `NOT_FOUND` (the application), `INPUT_INVALID` (one too many),
   *   `SECRET_KEY_MISSING`.
   */
  register(
    applicationId: ApplicationId,
    webhook: { readonly endpointUrl: string; readonly token: string | null },
    most: number,
  ): Promise<Webhook>;
  byId(id: WebhookId): Promise<Webhook | null>;
  /** Of one application, oldest first; the cursor is the id of the last one seen. */
  page(applicationId: ApplicationId, page: PageRequest<WebhookId>): Promise<Page<Webhook>>;
  /** @returns whether it was there. */
  remove(id: WebhookId): Promise<boolean>;
  /** The last revision that has an entry of one of the kinds, or may have had one before the log was cut off. */
  lastRevisionOf(kinds: readonly ChangeKind[]): Promise<Revision>;
  /**
   * Takes webhooks of active applications that have not been told of a revision and are due. Nobody else
   * has them until they are settled, or for so long by the database's clock.
   */
  claim(untold: Revision, most: number, forMs: number): Promise<ClaimedWebhook[]>;
  /** Settles a claim that is still one. */
  succeeded(claimed: ClaimedWebhook, told: Revision): Promise<void>;
  /**
   * The same, but for a webhook that was registered again meanwhile: nothing is held against that one,
   * and its claim runs out.
   */
  failed(claimed: ClaimedWebhook, failure: DeliveryFailure, nextTryAt: Date): Promise<void>;
  /** As `failed`, but removes the webhook. @returns whether it did. */
  giveUp(claimed: ClaimedWebhook): Promise<boolean>;
}

export interface ClaimedWebhook {
  readonly webhook: Webhook;
  readonly claim: string;
  readonly applicationName: string;
  /** What proves to the endpoint who calls. `UNREADABLE` when it was sealed with another key. */
  readonly token: { readonly text: string | null } | 'UNREADABLE';
}
