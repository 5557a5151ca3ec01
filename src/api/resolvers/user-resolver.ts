import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import {
  type DirectoryId,
  nameKey,
  type PermissionKey,
  type Revision,
  type UserFacts,
} from '../../domain/index.js';
import { askAboutAll, askAboutUser } from '../../usecase/index.js';
import {
  effectivePermissionsOf,
  explanationOf,
  obstaclesOf,
  requireListed,
  type Soon,
} from '../answers.js';
import { AS_OF, requireNoRevision } from '../as-of.js';
import { decodeNameCursor, nameCursor } from '../cursor.js';
import { FreshnessEnum } from '../enums.js';
import { requireRow } from '../global-id.js';
import {
  type Connection,
  type MembershipEdge,
  pageRequest,
  toConnection,
  toMembershipConnection,
} from '../paging.js';
import type { RequestContext } from '../request-context.js';
import { PermissionKeyScalar, RevisionScalar } from '../scalars.js';
import { RelatedGroupConnection, UserConnection } from '../types/connections.js';
import { DirectoryObject } from '../types/directory.js';
import { EffectivePermissionsObject } from '../types/effective-permissions.js';
import { ExplanationObject, MissingObject } from '../types/explanation.js';
import { type GroupObject, toGroup } from '../types/group.js';
import {
  DerivationArguments,
  FilteredPageArguments,
  MembershipPageArguments,
} from '../types/page.js';
import { toUser, UserObject } from '../types/user.js';

type Freshness = keyof typeof FreshnessEnum;

@Resolver(() => UserObject)
export class UserResolver {
  @Query(() => UserConnection, {
    description:
      'Users by name: of each name the entry that counts, or the entries of one directory. For administrators.',
  })
  async users(
    @Ctx() context: RequestContext,
    @Args(() => FilteredPageArguments) page: FilteredPageArguments,
    @Arg('asOf', () => RevisionScalar, AS_OF) asOf: Revision | null,
  ): Promise<Connection<UserObject>> {
    const viewer = context.administrator();
    const request = pageRequest(page, decodeNameCursor);
    const filter = {
      nameContains: page.nameContains ?? undefined,
      directoryId: page.directory
        ? requireRow<DirectoryId>('Directory', page.directory)
        : undefined,
    };
    const at = await context.at(asOf);
    const found = await askAboutAll(viewer, at, (index) => index.users(request, filter));
    return toConnection(found, request, nameCursor, (entry) => toUser(entry, at));
  }

  @Query(() => UserObject, {
    nullable: true,
    description:
      'The user that a name means, or null when there is none. For the user and for administrators.',
  })
  async user(
    @Ctx() context: RequestContext,
    @Arg('name', () => String, { description: 'Compared without regard to case.' }) name: string,
    @Arg('freshness', () => FreshnessEnum, {
      nullable: true,
      defaultValue: 'COPY',
      description: 'Where to read.',
    })
    freshness: Freshness | null,
    @Arg('asOf', () => RevisionScalar, AS_OF) asOf: Revision | null,
  ): Promise<UserObject | null> {
    return readUser(context, name, freshness, asOf);
  }

  @Query(() => [UserObject], {
    nullable: 'items',
    description:
      'The users that many names mean, in the order of the names, null for a name that nobody bears. For the users and for administrators.',
  })
  usersByName(
    @Ctx() context: RequestContext,
    @Arg('names', () => [String], { description: 'At most 1000 names.' }) names: string[],
    @Arg('freshness', () => FreshnessEnum, {
      nullable: true,
      defaultValue: 'COPY',
      description: 'Where to read.',
    })
    freshness: Freshness | null,
    @Arg('asOf', () => RevisionScalar, AS_OF) asOf: Revision | null,
  ): Promise<UserObject | null>[] {
    // A promise for each name, so that one refusal takes the place of one answer.
    return requireListed('names', names).map((name) => readUser(context, name, freshness, asOf));
  }

  @FieldResolver(() => String, {
    description: 'As people call them; the name when the directory says nothing.',
  })
  async displayName(@Root() user: UserObject, @Ctx() context: RequestContext): Promise<string> {
    return (await factsOf(user, context))?.displayName || user.name;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Null when the directory says nothing.',
  })
  async firstName(
    @Root() user: UserObject,
    @Ctx() context: RequestContext,
  ): Promise<string | null> {
    return (await factsOf(user, context))?.firstName || null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Null when the directory says nothing.',
  })
  async lastName(@Root() user: UserObject, @Ctx() context: RequestContext): Promise<string | null> {
    return (await factsOf(user, context))?.lastName || null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Null when the directory says nothing.',
  })
  async email(@Root() user: UserObject, @Ctx() context: RequestContext): Promise<string | null> {
    return (await factsOf(user, context))?.email || null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'What stays the same when the user is renamed; null when the server gives none.',
  })
  async externalId(
    @Root() user: UserObject,
    @Ctx() context: RequestContext,
  ): Promise<string | null> {
    return (await factsOf(user, context))?.externalId ?? null;
  }

  @FieldResolver(() => DirectoryObject, { description: 'The directory this entry is of.' })
  directory(@Root() { source }: UserObject): DirectoryObject {
    return new DirectoryObject(source.directory, source.at);
  }

  @FieldResolver(() => DirectoryObject, {
    nullable: true,
    description: 'The directory whose entry the name means instead; null when it means this one.',
  })
  maskedBy(@Root() { source }: UserObject): DirectoryObject | null {
    return source.maskedBy && new DirectoryObject(source.maskedBy, source.at);
  }

  @FieldResolver(() => [UserObject], {
    description: 'Entries of the same name in other directories, in order, inactive ones included.',
  })
  otherEntries(@Root() { name, source }: UserObject): Soon<UserObject[]> {
    const { at } = source;
    return at.ask((index) =>
      index
        .userEntries(name)
        .filter(({ directory }) => directory.id !== source.directory.id)
        .map((entry) => toUser(entry, at)),
    );
  }

  @FieldResolver(() => EffectivePermissionsObject, {
    nullable: true,
    description: 'Everything the name may do.',
  })
  effectivePermissions(
    @Root() { name, source }: UserObject,
    @Ctx() context: RequestContext,
  ): Soon<EffectivePermissionsObject> {
    return effectivePermissionsOf(context, name, source.at);
  }

  @FieldResolver(() => RelatedGroupConnection, {
    nullable: true,
    description: 'The groups that the name is in.',
  })
  groups(
    @Root() { name, source: { at } }: UserObject,
    @Ctx() context: RequestContext,
    @Args(() => MembershipPageArguments) page: MembershipPageArguments,
  ): Soon<Connection<GroupObject, MembershipEdge<GroupObject>>> {
    const request = pageRequest(page, decodeNameCursor);
    return askAboutUser(context.gateway, context.licensed(), name, at, (answers) => {
      const found = answers.groups(page.nested ?? false, request);
      return toMembershipConnection(found, request, nameCursor, (group) => toGroup(group, at));
    });
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether the name holds a permission.',
  })
  check(
    @Root() { name, source }: UserObject,
    @Ctx() context: RequestContext,
    @Arg('permission', () => PermissionKeyScalar, { description: 'Which permission.' })
    permission: PermissionKey,
  ): Soon<boolean> {
    return askAboutUser(context.gateway, context.licensed(), name, source.at, (answers) =>
      answers.check(permission),
    );
  }

  @FieldResolver(() => ExplanationObject, {
    nullable: true,
    description: 'Why the name holds a permission, or why not.',
  })
  explain(
    @Root() { name, source }: UserObject,
    @Ctx() context: RequestContext,
    @Arg('permission', () => PermissionKeyScalar, { description: 'Which permission.' })
    permission: PermissionKey,
    @Args(() => DerivationArguments) page: DerivationArguments,
  ): Soon<ExplanationObject> {
    return explanationOf(context, name, permission, page, source.at);
  }

  @FieldResolver(() => [MissingObject], {
    nullable: true,
    description: 'What stands between the name and a permission; empty when it is held.',
  })
  whyNot(
    @Root() { name, source }: UserObject,
    @Ctx() context: RequestContext,
    @Arg('permission', () => PermissionKeyScalar, { description: 'Which permission.' })
    permission: PermissionKey,
    @Args(() => DerivationArguments) page: DerivationArguments,
  ): Soon<MissingObject[]> {
    return obstaclesOf(context, name, permission, page, source.at);
  }
}

async function readUser(
  context: RequestContext,
  name: string,
  freshness: Freshness | null,
  asOf: Revision | null | undefined,
): Promise<UserObject | null> {
  const viewer = context.licensed();
  if (freshness === 'LIVE') {
    requireNoRevision(asOf);
    return askAboutUser(context.gateway, viewer, name, context.now, () =>
      context.live.users.load(name),
    );
  }
  const at = await context.at(asOf);
  return askAboutUser(context.gateway, viewer, name, at, (answers) => {
    const entry = answers.entry();
    return entry && toUser(entry, at);
  });
}

async function factsOf(user: UserObject, context: RequestContext): Promise<UserFacts | null> {
  const { facts, rowId } = user.source;
  if (facts !== null || rowId === null) return facts;
  const row = await context.loaders.usersById.load(rowId);
  // A row may have got another name since the index was asked; then it is not about this name.
  return row && row.nameKey === nameKey(user.name) ? row : null;
}
