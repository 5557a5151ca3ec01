import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import type { WebhookId } from '../../domain/index.js';
import { removeWebhook, webhooksOf } from '../../usecase/index.js';
import { decodeRowCursor, encodeCursor } from '../cursor.js';
import { requireRow } from '../global-id.js';
import { type Connection, pageRequest, toConnection } from '../paging.js';
import type { RequestContext } from '../request-context.js';
import { ApplicationObject } from '../types/application.js';
import { WebhookConnection } from '../types/connections.js';
import { PageArguments } from '../types/page.js';
import { RemovalPayload } from '../types/payloads.js';
import { WebhookObject } from '../types/webhook.js';

/** Where applications are called. Both are for system administrators. */
@Resolver(() => ApplicationObject)
export class WebhookResolver {
  @FieldResolver(() => WebhookConnection, {
    description: 'Where it is called when there is something new for it, oldest first.',
  })
  async webhooks(
    @Root() { application }: ApplicationObject,
    @Ctx() context: RequestContext,
    @Args(() => PageArguments) page: PageArguments,
  ): Promise<Connection<WebhookObject>> {
    const viewer = context.systemAdministrator();
    const request = pageRequest(page, (cursor) => decodeRowCursor<WebhookId>('webhook', cursor));
    return toConnection(
      await webhooksOf(context.gateway, viewer, application.id, request),
      request,
      ({ id }) => encodeCursor('webhook', id),
      (webhook) => new WebhookObject(webhook),
    );
  }

  @Mutation(() => RemovalPayload, {
    nullable: true,
    description:
      'Removes a webhook of an application, which is called there no more until it registers it again. Not in the log. For system administrators.',
  })
  async removeWebhook(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: 'The id of the webhook.' }) id: string,
  ): Promise<RemovalPayload> {
    const viewer = context.systemAdministrator();
    await removeWebhook(context.gateway, viewer, requireRow<WebhookId>('Webhook', id));
    return { revision: context.index.revision, removedId: id, preview: null };
  }
}
