import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import {
  type DirectoryId,
  isGatehouseError,
  type Revision,
  type RunId,
} from '../../domain/index.js';
import { askAboutAll } from '../../usecase/index.js';
import type { Soon } from '../answers.js';
import { AS_OF } from '../as-of.js';
import {
  decodeCursor,
  decodeNameCursor,
  decodeRowCursor,
  encodeCursor,
  invalidCursor,
  nameCursor,
} from '../cursor.js';
import { parseGlobalId } from '../global-id.js';
import { type Connection, pageOf, pageRequest, toConnection } from '../paging.js';
import type { RequestContext } from '../request-context.js';
import { DateTimeScalar, RevisionScalar } from '../scalars.js';
import {
  DirectoryConnection,
  GroupConnection,
  RunConnection,
  UserConnection,
} from '../types/connections.js';
import { ConnectionSettings, DirectoryObject } from '../types/directory.js';
import { type GroupObject, toGroup } from '../types/group.js';
import { PageArguments } from '../types/page.js';
import { RunObject } from '../types/run.js';
import { toUser, type UserObject } from '../types/user.js';

@Resolver(() => DirectoryObject)
export class DirectoryResolver {
  @Query(() => DirectoryConnection, {
    description: 'All directories in their order, inactive ones included. For administrators.',
  })
  async directories(
    @Ctx() context: RequestContext,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('asOf', () => RevisionScalar, AS_OF) asOf: Revision | null,
  ): Promise<Connection<DirectoryObject>> {
    const viewer = context.administrator();
    const request = pageRequest(page, (cursor) => decodeCursor('directory', cursor)[0]);
    const at = await context.at(asOf);
    const directories = await askAboutAll(viewer, at, (index) => index.directories());
    const seen = directories.findIndex(({ id }) => id === request.after);
    if (request.after !== null && seen < 0) throw invalidCursor();
    const ranked = directories.map((directory, rank) => ({ directory, rank }));
    return toConnection(
      pageOf(ranked, request, ({ rank }) => rank > seen),
      request,
      ({ directory }) => encodeCursor('directory', directory.id),
      ({ directory }) => new DirectoryObject(directory, at),
    );
  }

  @Query(() => DirectoryObject, {
    nullable: true,
    description: 'One directory, or null when there is none. For administrators.',
  })
  directory(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
  ): DirectoryObject | null {
    context.administrator();
    const reference = parseGlobalId(id);
    const directory =
      reference?.kind === 'Directory' &&
      context.index.directories().find((candidate) => candidate.id === reference.row);
    return directory ? new DirectoryObject(directory, context.now) : null;
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'Its place in the order, from 1 on. For administrators.',
  })
  position(
    @Root() { directory, at }: DirectoryObject,
    @Ctx() context: RequestContext,
  ): Soon<number | null> {
    return askAboutAll(context.administrator(), at, (index) => {
      const rank = index.directories().findIndex(({ id }) => id === directory.id);
      return rank < 0 ? null : rank + 1;
    });
  }

  @FieldResolver(() => ConnectionSettings, {
    nullable: true,
    description: 'How its server is reached; null for an internal directory. For administrators.',
  })
  async connection(
    @Root() { directory }: DirectoryObject,
    @Ctx() context: RequestContext,
  ): Promise<ConnectionSettings | null> {
    context.administrator();
    if (!directory.connection) return null;
    return new ConnectionSettings(directory.connection, await hasPassword(context, directory.id));
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'How many users it holds, masked ones included. For administrators.',
  })
  userCount(
    @Root() { directory, at }: DirectoryObject,
    @Ctx() context: RequestContext,
  ): Soon<number | null> {
    return askAboutAll(
      context.administrator(),
      at,
      (index) => index.sizeOf(directory.id)?.users ?? null,
    );
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'How many groups it holds. For administrators.',
  })
  groupCount(
    @Root() { directory, at }: DirectoryObject,
    @Ctx() context: RequestContext,
  ): Soon<number | null> {
    return askAboutAll(
      context.administrator(),
      at,
      (index) => index.sizeOf(directory.id)?.groups ?? null,
    );
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description:
      'When the copy was last brought up to date; null for an internal directory and before the first synchronisation.',
  })
  async lastSucceededAt(
    @Root() { directory }: DirectoryObject,
    @Ctx() context: RequestContext,
  ): Promise<Date | null> {
    return (await context.loaders.freshness.load(directory.id))?.lastSucceededAt ?? null;
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description:
      'Since when the copy is known to be behind: the first synchronisation that failed after the last success. Null when it is not.',
  })
  async staleSince(
    @Root() { directory }: DirectoryObject,
    @Ctx() context: RequestContext,
  ): Promise<Date | null> {
    return (await context.loaders.freshness.load(directory.id))?.staleSince ?? null;
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'Seconds since the copy was last brought up to date; null as `lastSucceededAt`.',
  })
  async ageSeconds(
    @Root() { directory }: DirectoryObject,
    @Ctx() context: RequestContext,
  ): Promise<number | null> {
    const freshness = await context.loaders.freshness.load(directory.id);
    if (!freshness?.lastSucceededAt) return null;
    const now = context.gateway.clock.now().getTime();
    return Math.max(0, Math.floor((now - freshness.lastSucceededAt.getTime()) / 1_000));
  }

  @FieldResolver(() => RunObject, {
    nullable: true,
    description: 'The newest synchronisation run, if there was any. For administrators.',
  })
  async latestRun(
    @Root() { directory }: DirectoryObject,
    @Ctx() context: RequestContext,
  ): Promise<RunObject | null> {
    context.administrator();
    const run = await context.loaders.latestRun.load(directory.id);
    return run && new RunObject(run);
  }

  @FieldResolver(() => RunConnection, {
    nullable: true,
    description: 'Its synchronisation runs, newest first. For administrators.',
  })
  async runs(
    @Root() { directory }: DirectoryObject,
    @Ctx() context: RequestContext,
    @Args(() => PageArguments) page: PageArguments,
  ): Promise<Connection<RunObject>> {
    context.administrator();
    const request = pageRequest(page, (cursor) => decodeRowCursor<RunId>('run', cursor));
    return toConnection(
      await context.gateway.store.runs.page(directory.id, request),
      request,
      (run) => encodeCursor('run', run.id),
      (run) => new RunObject(run),
    );
  }

  @FieldResolver(() => UserConnection, {
    nullable: true,
    description: 'The users it holds, masked ones included. For administrators.',
  })
  users(
    @Root() { directory, at }: DirectoryObject,
    @Ctx() context: RequestContext,
    @Args(() => PageArguments) page: PageArguments,
  ): Soon<Connection<UserObject>> {
    const request = pageRequest(page, decodeNameCursor);
    return askAboutAll(context.administrator(), at, (index) => {
      const found = index.users(request, { directoryId: directory.id });
      return toConnection(found, request, nameCursor, (entry) => toUser(entry, at));
    });
  }

  @FieldResolver(() => GroupConnection, {
    nullable: true,
    description: 'The groups it holds. For administrators.',
  })
  groups(
    @Root() { directory, at }: DirectoryObject,
    @Ctx() context: RequestContext,
    @Args(() => PageArguments) page: PageArguments,
  ): Soon<Connection<GroupObject>> {
    const request = pageRequest(page, decodeNameCursor);
    return askAboutAll(context.administrator(), at, (index) => {
      const found = index.groups(request, { directoryId: directory.id });
      return toConnection(found, request, nameCursor, (entry) => toGroup(entry, at));
    });
  }
}

@Resolver(() => RunObject)
export class RunResolver {
  @FieldResolver(() => DirectoryObject, {
    nullable: true,
    description: 'The directory it was of; null when it has been removed.',
  })
  directory(@Root() { run }: RunObject, @Ctx() context: RequestContext): DirectoryObject | null {
    const directory = context.index.directories().find(({ id }) => id === run.directoryId);
    return directory ? new DirectoryObject(directory, context.now) : null;
  }
}

/** The password itself goes no further than this question. */
async function hasPassword(context: RequestContext, id: DirectoryId): Promise<boolean> {
  try {
    await context.gateway.store.reader.directoryPassword(id);
    return true;
  } catch (error) {
    if (isGatehouseError(error, 'SECRET_KEY_MISSING', 'SECRET_UNREADABLE', 'NOT_FOUND')) {
      return false;
    }
    throw error;
  }
}
