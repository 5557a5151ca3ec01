import { Field, Int, ObjectType } from 'type-graphql';
import type { DeliveryFailure, DeliveryFault, Webhook } from '../../domain/index.js';
import { DeliveryFaultEnum } from '../enums.js';
import { globalId } from '../global-id.js';
import { DateTimeScalar } from '../scalars.js';
import { NodeObject } from './node.js';

@ObjectType('DeliveryFailure', { description: 'How a call of an endpoint failed.' })
export class DeliveryFailureObject implements DeliveryFailure {
  @Field(() => DeliveryFaultEnum, { description: 'Why.' })
  readonly fault!: DeliveryFault;

  @Field(() => Int, { nullable: true, description: 'The status of the answer; null without one.' })
  readonly status!: number | null;
}

@ObjectType('Webhook', {
  implements: NodeObject,
  description:
    'An address at which an application is called when there is something new for it at `/event`. Its token is never shown.',
})
export class WebhookObject extends NodeObject {
  private readonly webhook: Webhook;

  constructor(webhook: Webhook) {
    super(globalId('Webhook', webhook.id));
    this.webhook = webhook;
  }

  @Field(() => String, { description: 'Where it is called.' })
  get endpointUrl(): string {
    return this.webhook.endpointUrl;
  }

  @Field(() => DateTimeScalar, { description: 'When the application registered it first.' })
  get createdAt(): Date {
    return this.webhook.createdAt;
  }

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The last call that succeeded; null: none yet.',
  })
  get lastSuccessAt(): Date | null {
    return this.webhook.lastSuccessAt;
  }

  @Field(() => Int, { description: 'Calls in a row that failed.' })
  get failures(): number {
    return this.webhook.failures;
  }

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'The first of them; null when there is none. After ten days the webhook is removed.',
  })
  get failingSince(): Date | null {
    return this.webhook.failingSince;
  }

  @Field(() => DeliveryFailureObject, {
    nullable: true,
    description: 'How the last of them failed; null when there is none.',
  })
  get lastFailure(): DeliveryFailure | null {
    return this.webhook.lastFailure;
  }
}
