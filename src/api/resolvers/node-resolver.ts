import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import {
  asId,
  type DirectoryId,
  type GroupId,
  type RunId,
  type UserId,
  type WebhookId,
} from '../../domain/index.js';
import { deletedUser, listApplications, setAsideGrant, webhookById } from '../../usecase/index.js';
import { type NodeReference, parseGlobalId } from '../global-id.js';
import type { RequestContext } from '../request-context.js';
import { ApplicationObject } from '../types/application.js';
import { DeletedUserObject } from '../types/deleted-user.js';
import { DirectoryObject } from '../types/directory.js';
import { type GroupObject, toGroupIn } from '../types/group.js';
import { NodeObject } from '../types/node.js';
import { GrantObject } from '../types/permission.js';
import { RunObject } from '../types/run.js';
import { toUser, type UserObject } from '../types/user.js';
import { WebhookObject } from '../types/webhook.js';
import { toSetAsideGrant } from './deleted-user-resolver.js';

@Resolver()
export class NodeResolver {
  @Query(() => NodeObject, {
    nullable: true,
    description:
      'Anything that has an id, or null when it is gone. For whoever may read it in any other way.',
  })
  async node(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
  ): Promise<NodeObject | null> {
    const reference = parseGlobalId(id);
    context.licensed();
    if (reference?.kind === 'User') return userNode(context, asId(reference.row));
    if (reference?.kind === 'LiveUser') return liveUserNode(context, reference);
    if (reference?.kind === 'Application') return applicationNode(context, reference.row);
    if (reference?.kind === 'Webhook') return webhookNode(context, asId(reference.row));
    context.administrator();
    return reference && administratorsNode(context, reference);
  }
}

async function administratorsNode(
  context: RequestContext,
  reference: NodeReference,
): Promise<NodeObject | null> {
  const { gateway, index } = context;
  switch (reference.kind) {
    case 'Directory': {
      const directory = directoryOf(context, asId(reference.row));
      return directory && new DirectoryObject(directory, context.now);
    }
    case 'Group':
      return groupNode(context, asId(reference.row));
    case 'LiveGroup': {
      const group = await context.live.groups.load(reference.key);
      return group?.source.directory.id === reference.directoryId ? group : null;
    }
    case 'Grant': {
      const grant = index.grants().find((candidate) => candidate.id === reference.row);
      return grant ? new GrantObject(grant, context.now) : null;
    }
    case 'SynchronisationRun': {
      const run = await gateway.store.runs.byId(asId<RunId>(reference.row));
      return run && new RunObject(run);
    }
    case 'DeletedUser': {
      const tombstone = await deletedUser(gateway, context.administrator(), asId(reference.row));
      return tombstone && new DeletedUserObject(tombstone);
    }
    case 'SetAsideGrant': {
      const grant = await setAsideGrant(gateway, context.administrator(), asId(reference.row));
      return grant && toSetAsideGrant(context, grant);
    }
    default:
      return null;
  }
}

/** Ids count up: to whoever may not read a user, an id that exists answers like one that does not. */
async function userNode(context: RequestContext, id: UserId): Promise<UserObject | null> {
  const [row] = await context.gateway.store.reader.usersByIds([id]);
  if (!row || !context.sees(row.nameKey)) {
    context.administrator();
    return null;
  }
  const entry = context.index
    .userEntries(row.name)
    .find(({ directory }) => directory.id === row.directoryId);
  return entry ? toUser(entry, context.now, row) : null;
}

async function liveUserNode(
  context: RequestContext,
  { key, directoryId }: Extract<NodeReference, { kind: 'LiveUser' | 'LiveGroup' }>,
): Promise<UserObject | null> {
  if (!context.sees(key)) context.administrator();
  const user = await context.live.users.load(key);
  return user?.source.directory.id === directoryId ? user : null;
}

async function groupNode(context: RequestContext, id: GroupId): Promise<GroupObject | null> {
  const [row] = await context.gateway.store.reader.groupsByIds([id]);
  const directory = row && directoryOf(context, row.directoryId);
  return directory ? toGroupIn(directory, row, context.now) : null;
}

async function applicationNode(
  context: RequestContext,
  id: number,
): Promise<ApplicationObject | null> {
  const applications = await listApplications(context.gateway, context.systemAdministrator());
  const application = applications.find((candidate) => candidate.id === id);
  return application ? new ApplicationObject(application) : null;
}

async function webhookNode(context: RequestContext, id: WebhookId): Promise<WebhookObject | null> {
  const webhook = await webhookById(context.gateway, context.systemAdministrator(), id);
  return webhook && new WebhookObject(webhook);
}

function directoryOf(context: RequestContext, id: DirectoryId) {
  return context.index.directories().find((directory) => directory.id === id) ?? null;
}
