import type { DeliveryState } from './delivery.js';
import type { ApplicationId, WebhookId } from './ids.js';

/** An address at which an application is called when there is something new for it at `/event`. */
export interface Webhook extends DeliveryState {
  readonly id: WebhookId;
  readonly applicationId: ApplicationId;
  readonly endpointUrl: string;
  readonly createdAt: Date;
  /** When a call succeeded last; `null`: never yet. */
  readonly lastSuccessAt: Date | null;
}
