import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type {
  DirectoryId,
  SetAsideGrant,
  SetAsideGrantId,
  TombstoneId,
} from '../../domain/index.js';
import {
  confirmSetAsideGrant,
  deletedUsers,
  dismissSetAsideGrant,
  purgeDeletedUser,
  restoreUser,
  setAsideGrants,
} from '../../usecase/index.js';
import { decodeRowCursor, encodeCursor } from '../cursor.js';
import { requireRow } from '../global-id.js';
import {
  DryRunArguments,
  MannerArguments,
  mannerOf,
  momentAfter,
  told,
} from '../mutation-arguments.js';
import { type Connection, pageRequest, toConnection } from '../paging.js';
import type { RequestContext } from '../request-context.js';
import { DeletedUserConnection, SetAsideGrantConnection } from '../types/connections.js';
import { DeletedUserObject, SetAsideGrantObject } from '../types/deleted-user.js';
import { PageArguments } from '../types/page.js';
import { GrantPayload, RemovalPayload, SetAsidePayload, UserPayload } from '../types/payloads.js';
import { GrantObject } from '../types/permission.js';
import { userPayload } from '../user-payload.js';

const DELETED_USER = { description: 'The id of the deleted user.' };
const SET_ASIDE = { description: 'The id of the grant that was set aside.' };

/** Users whom a server has no more, and grants whose name another one took. */
@Resolver()
export class DeletedUserResolver {
  @Query(() => DeletedUserConnection, {
    description: 'The users whom the server of a directory has no more. For administrators.',
  })
  async deletedUsers(
    @Ctx() context: RequestContext,
    @Arg('directory', () => ID, { description: 'The id of the directory.' }) directory: string,
    @Args(() => PageArguments) page: PageArguments,
  ): Promise<Connection<DeletedUserObject>> {
    const viewer = context.administrator();
    const row = requireRow<DirectoryId>('Directory', directory);
    const request = pageRequest(page, (cursor) =>
      decodeRowCursor<TombstoneId>('deleted user', cursor),
    );
    return toConnection(
      await deletedUsers(context.gateway, viewer, row, request),
      request,
      ({ id }) => encodeCursor('deleted user', id),
      (tombstone) => new DeletedUserObject(tombstone),
    );
  }

  @Query(() => SetAsideGrantConnection, {
    description:
      'The grants to users that wait for a decision because somebody else came to bear the name. For administrators.',
  })
  async setAsideGrants(
    @Ctx() context: RequestContext,
    @Args(() => PageArguments) page: PageArguments,
  ): Promise<Connection<SetAsideGrantObject>> {
    const viewer = context.administrator();
    const request = pageRequest(page, (cursor) =>
      decodeRowCursor<SetAsideGrantId>('grant set aside', cursor),
    );
    return toConnection(
      await setAsideGrants(context.gateway, viewer, request),
      request,
      ({ id }) => encodeCursor('grant set aside', id),
      (grant) => toSetAsideGrant(context, grant),
    );
  }

  @Mutation(() => UserPayload, {
    nullable: true,
    description:
      'Brings a deleted user back with the groups they were in. The user stays although the server does not have them, until it names them again or they are purged. If somebody else has borne the name since, the grants to it are set aside. For system administrators.',
  })
  async restoreUser(
    @Ctx() context: RequestContext,
    @Arg('deletedUser', () => ID, DELETED_USER) deletedUser: string,
    @Args(() => MannerArguments) manner: MannerArguments,
  ): Promise<UserPayload> {
    const viewer = context.systemAdministrator();
    const row = requireRow<TombstoneId>('DeletedUser', deletedUser);
    return userPayload(context, await restoreUser(context.gateway, viewer, row, mannerOf(manner)));
  }

  @Mutation(() => RemovalPayload, {
    nullable: true,
    description:
      'Deletes what is left of a deleted user now, with the grants to the name unless somebody else bears it. For system administrators.',
  })
  async purgeDeletedUser(
    @Ctx() context: RequestContext,
    @Arg('deletedUser', () => ID, DELETED_USER) deletedUser: string,
    @Args(() => MannerArguments) manner: MannerArguments,
  ): Promise<RemovalPayload> {
    const viewer = context.systemAdministrator();
    const row = requireRow<TombstoneId>('DeletedUser', deletedUser);
    const done = await purgeDeletedUser(context.gateway, viewer, row, mannerOf(manner));
    return { ...told(done), removedId: deletedUser };
  }

  @Mutation(() => GrantPayload, {
    nullable: true,
    description:
      'Grants again what was set aside, to whoever bears the name now. For administrators, up to what they hold themselves.',
  })
  async confirmSetAsideGrant(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, SET_ASIDE) id: string,
    @Args(() => DryRunArguments) manner: DryRunArguments,
  ): Promise<GrantPayload> {
    const viewer = context.administrator();
    const row = requireRow<SetAsideGrantId>('SetAsideGrant', id);
    const done = await confirmSetAsideGrant(context.gateway, viewer, row, mannerOf(manner));
    return { ...told(done), grant: new GrantObject(done.value, momentAfter(context, done)) };
  }

  @Mutation(() => SetAsidePayload, {
    nullable: true,
    description:
      "Decides against a grant that was set aside. Nobody's permissions move. For administrators, up to what they hold themselves.",
  })
  async dismissSetAsideGrant(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, SET_ASIDE) id: string,
  ): Promise<SetAsidePayload> {
    const viewer = context.administrator();
    const row = requireRow<SetAsideGrantId>('SetAsideGrant', id);
    const { revision, value } = await dismissSetAsideGrant(context.gateway, viewer, row);
    return { revision, setAsideGrant: toSetAsideGrant(context, value) };
  }
}

export function toSetAsideGrant(
  { index, now }: RequestContext,
  grant: SetAsideGrant,
): SetAsideGrantObject {
  const owner = index.directories().find(({ id }) => id === grant.directoryId) ?? null;
  return new SetAsideGrantObject(grant, owner, now);
}
