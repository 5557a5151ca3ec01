import type { EntitySchemaOptions } from 'typeorm';
import {
  type ApplicationId,
  type DeliveryFault,
  MAX_ENDPOINT_LENGTH,
  type MailContent,
  type MailId,
  type PasswordReset,
  type Revision,
  type WebhookId,
} from '../../domain/index.js';
import type { columnTypes } from './column-types.js';

/** What is to be delivered, as it stands with that. */
export interface DeliveryRow {
  readonly failures: number;
  readonly failingSince: Date | null;
  readonly lastFault: DeliveryFault | null;
  readonly lastStatus: number | null;
  /** Not before. `null`: at once. */
  readonly nextTryAt: Date | null;
  /** By the database's clock, in milliseconds since 1970; `null` when nobody is at it. */
  readonly claimedUntil: number | null;
  /** Tells one claim from every other. */
  readonly claim: string | null;
}

/** The rows of what is told to others. */
export interface DeliveryRows {
  webhook: DeliveryRow & {
    readonly id: WebhookId;
    readonly applicationId: ApplicationId;
    readonly endpointUrl: string;
    /** Of the URL, which is too long for an index. */
    readonly endpointDigest: string;
    /** Sealed. */
    readonly token: string | null;
    readonly createdAt: Date;
    /** What had happened up to here has been told, or was before the webhook. */
    readonly toldRevision: Revision;
    readonly lastSuccessAt: Date | null;
  };
  outgoing_mail: DeliveryRow & {
    readonly id: MailId;
    readonly applicationId: ApplicationId;
    readonly applicationName: string;
    /** A digest of whom it is for, to count by. */
    readonly recipient: string;
    readonly content: MailContent;
    readonly createdAt: Date;
    readonly state: 'WAITING' | 'DELIVERED' | 'DEAD';
  };
  password_reset: PasswordReset;
}

type DeliveryColumns = {
  readonly [Name in keyof DeliveryRows]: EntitySchemaOptions<DeliveryRows[Name]>['columns'];
};

export function deliveryColumns(type: ReturnType<typeof columnTypes>): DeliveryColumns {
  const primary = { primary: true };
  const nullable = { nullable: true };
  const state = {
    failures: type.number(),
    failingSince: type.time(nullable),
    lastFault: type.text(32, nullable),
    lastStatus: type.number(nullable),
    nextTryAt: type.time(nullable),
    claimedUntil: type.number(nullable),
    claim: type.text(36, nullable),
  };
  return {
    webhook: {
      id: type.number(primary),
      applicationId: type.number(),
      endpointUrl: type.text(MAX_ENDPOINT_LENGTH),
      endpointDigest: type.text(64),
      token: type.longText(nullable),
      createdAt: type.time(),
      toldRevision: type.number(),
      lastSuccessAt: type.time(nullable),
      ...state,
    },
    outgoing_mail: {
      id: type.number(primary),
      applicationId: type.number(),
      applicationName: type.text(255),
      recipient: type.text(64),
      content: type.json(),
      createdAt: type.time(),
      state: type.text(16),
      ...state,
    },
    password_reset: {
      digest: type.text(64, primary),
      directoryId: type.number(),
      userId: type.number(),
      email: type.text(255),
      expiresAt: type.time(),
    },
  };
}
