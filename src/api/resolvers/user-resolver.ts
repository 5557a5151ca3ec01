import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { nameKey, type PermissionKey, type UserFacts } from '../../domain/index.js';
import { askAboutAll, askAboutUser } from '../../usecase/index.js';
import { effectivePermissionsOf, explanationOf, requireListed } from '../answers.js';
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
import { PermissionKeyScalar } from '../scalars.js';
import { RelatedGroupConnection, UserConnection } from '../types/connections.js';
import { DirectoryObject } from '../types/directory.js';
import { EffectivePermissionsObject } from '../types/effective-permissions.js';
import { ExplanationObject } from '../types/explanation.js';
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
  users(
    @Ctx() context: RequestContext,
    @Args(() => FilteredPageArguments) page: FilteredPageArguments,
  ): Connection<UserObject> {
    const index = askAboutAll(context.gateway, context.administrator());
    const request = pageRequest(page, decodeNameCursor);
    const found = index.users(request, {
      nameContains: page.nameContains ?? undefined,
      directoryId: page.directory ? requireRow('Directory', page.directory) : undefined,
    });
    return toConnection(found, request, nameCursor, (entry) => toUser(entry));
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
  ): Promise<UserObject | null> {
    return readUser(context, name, freshness);
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
  ): Promise<UserObject | null>[] {
    // A promise for each name, so that one refusal takes the place of one answer.
    return requireListed('names', names).map((name) => readUser(context, name, freshness));
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
    return new DirectoryObject(source.directory);
  }

  @FieldResolver(() => DirectoryObject, {
    nullable: true,
    description: 'The directory whose entry the name means instead; null when it means this one.',
  })
  maskedBy(@Root() { source }: UserObject): DirectoryObject | null {
    return source.maskedBy && new DirectoryObject(source.maskedBy);
  }

  @FieldResolver(() => [UserObject], {
    description: 'Entries of the same name in other directories, in order, inactive ones included.',
  })
  otherEntries(@Root() user: UserObject, @Ctx() context: RequestContext): UserObject[] {
    return context.index
      .userEntries(user.name)
      .filter(({ directory }) => directory.id !== user.source.directory.id)
      .map((entry) => toUser(entry));
  }

  @FieldResolver(() => EffectivePermissionsObject, {
    nullable: true,
    description: 'Everything the name may do.',
  })
  effectivePermissions(
    @Root() { name }: UserObject,
    @Ctx() context: RequestContext,
  ): EffectivePermissionsObject {
    return effectivePermissionsOf(context, name);
  }

  @FieldResolver(() => RelatedGroupConnection, {
    nullable: true,
    description: 'The groups that the name is in.',
  })
  groups(
    @Root() { name }: UserObject,
    @Ctx() context: RequestContext,
    @Args(() => MembershipPageArguments) page: MembershipPageArguments,
  ): Connection<GroupObject, MembershipEdge<GroupObject>> {
    const answers = askAboutUser(context.gateway, context.licensed(), name);
    const request = pageRequest(page, decodeNameCursor);
    const found = answers.groups(page.nested ?? false, request);
    return toMembershipConnection(found, request, nameCursor, toGroup);
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether the name holds a permission.',
  })
  check(
    @Root() { name }: UserObject,
    @Ctx() context: RequestContext,
    @Arg('permission', () => PermissionKeyScalar, { description: 'Which permission.' })
    permission: PermissionKey,
  ): boolean {
    return askAboutUser(context.gateway, context.licensed(), name).check(permission);
  }

  @FieldResolver(() => ExplanationObject, {
    nullable: true,
    description: 'Why the name holds a permission, or why not.',
  })
  explain(
    @Root() { name }: UserObject,
    @Ctx() context: RequestContext,
    @Arg('permission', () => PermissionKeyScalar, { description: 'Which permission.' })
    permission: PermissionKey,
    @Args(() => DerivationArguments) page: DerivationArguments,
  ): ExplanationObject {
    return explanationOf(context, name, permission, page);
  }
}

async function readUser(
  context: RequestContext,
  name: string,
  freshness: Freshness | null,
): Promise<UserObject | null> {
  const answers = askAboutUser(context.gateway, context.licensed(), name);
  if (freshness === 'LIVE') return context.live.users.load(name);
  const entry = answers.entry();
  return entry && toUser(entry);
}

async function factsOf(user: UserObject, context: RequestContext): Promise<UserFacts | null> {
  const { facts, rowId } = user.source;
  if (facts !== null || rowId === null) return facts;
  const row = await context.loaders.usersById.load(rowId);
  // A row may have got another name since the index was asked; then it is not about this name.
  return row && row.nameKey === nameKey(user.name) ? row : null;
}
