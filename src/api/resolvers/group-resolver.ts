import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { PermissionKey } from '../../domain/index.js';
import { askAboutAll } from '../../usecase/index.js';
import { requireListed } from '../answers.js';
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
import {
  GroupConnection,
  GroupMemberConnection,
  RelatedGroupConnection,
} from '../types/connections.js';
import { DirectoryObject } from '../types/directory.js';
import { GroupObject, toGroup } from '../types/group.js';
import { FilteredPageArguments, MembershipPageArguments } from '../types/page.js';
import { toUser, type UserObject } from '../types/user.js';

type Freshness = keyof typeof FreshnessEnum;

@Resolver(() => GroupObject)
export class GroupResolver {
  @Query(() => GroupConnection, {
    description: 'Groups by name, or the groups of one directory. For administrators.',
  })
  groups(
    @Ctx() context: RequestContext,
    @Args(() => FilteredPageArguments) page: FilteredPageArguments,
  ): Connection<GroupObject> {
    const index = askAboutAll(context.gateway, context.administrator());
    const request = pageRequest(page, decodeNameCursor);
    const found = index.groups(request, {
      nameContains: page.nameContains ?? undefined,
      directoryId: page.directory ? requireRow('Directory', page.directory) : undefined,
    });
    return toConnection(found, request, nameCursor, toGroup);
  }

  @Query(() => GroupObject, {
    nullable: true,
    description: 'The group that a name means, or null when there is none. For administrators.',
  })
  async group(
    @Ctx() context: RequestContext,
    @Arg('name', () => String, { description: 'Compared without regard to case.' }) name: string,
    @Arg('freshness', () => FreshnessEnum, {
      nullable: true,
      defaultValue: 'COPY',
      description: 'Where to read.',
    })
    freshness: Freshness | null,
  ): Promise<GroupObject | null> {
    return readGroup(context, name, freshness);
  }

  @Query(() => [GroupObject], {
    nullable: 'items',
    description:
      'The groups that many names mean, in the order of the names, null for a name that no group bears. For administrators.',
  })
  groupsByName(
    @Ctx() context: RequestContext,
    @Arg('names', () => [String], { description: 'At most 1000 names.' }) names: string[],
    @Arg('freshness', () => FreshnessEnum, {
      nullable: true,
      defaultValue: 'COPY',
      description: 'Where to read.',
    })
    freshness: Freshness | null,
  ): Promise<GroupObject | null>[] {
    // A promise for each name, so that one refusal takes the place of one answer.
    return requireListed('names', names).map((name) => readGroup(context, name, freshness));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Null when the directory says nothing.',
  })
  async description(
    @Root() { source }: GroupObject,
    @Ctx() context: RequestContext,
  ): Promise<string | null> {
    const { facts, rowId } = source;
    if (facts !== null || rowId === null) return facts?.description || null;
    return (await context.loaders.groupsById.load(rowId))?.description || null;
  }

  @FieldResolver(() => DirectoryObject, { description: 'The directory this entry is of.' })
  directory(@Root() { source }: GroupObject): DirectoryObject {
    return new DirectoryObject(source.directory);
  }

  @FieldResolver(() => [DirectoryObject], {
    nullable: true,
    description:
      'All directories that hold a group of this name, in order, inactive ones included. For administrators.',
  })
  directories(@Root() { name }: GroupObject, @Ctx() context: RequestContext): DirectoryObject[] {
    return askAboutAll(context.gateway, context.administrator())
      .groupDirectories(name)
      .map((directory) => new DirectoryObject(directory));
  }

  @FieldResolver(() => GroupMemberConnection, {
    nullable: true,
    description: 'The users in a group of this name. For administrators.',
  })
  members(
    @Root() { name }: GroupObject,
    @Ctx() context: RequestContext,
    @Args(() => MembershipPageArguments) page: MembershipPageArguments,
  ): Connection<UserObject, MembershipEdge<UserObject>> {
    const index = askAboutAll(context.gateway, context.administrator());
    const request = pageRequest(page, decodeNameCursor);
    const found = index.membersOf(name, page.nested ?? false, request);
    return toMembershipConnection(found, request, nameCursor, (entry) => toUser(entry));
  }

  @FieldResolver(() => RelatedGroupConnection, {
    nullable: true,
    description: 'The groups that are in a group of this name. For administrators.',
  })
  childGroups(
    @Root() { name }: GroupObject,
    @Ctx() context: RequestContext,
    @Args(() => MembershipPageArguments) page: MembershipPageArguments,
  ): Connection<GroupObject, MembershipEdge<GroupObject>> {
    const index = askAboutAll(context.gateway, context.administrator());
    const request = pageRequest(page, decodeNameCursor);
    const found = index.childGroupsOf(name, page.nested ?? false, request);
    return toMembershipConnection(found, request, nameCursor, toGroup);
  }

  @FieldResolver(() => RelatedGroupConnection, {
    nullable: true,
    description: 'The groups that a group of this name is in. For administrators.',
  })
  parentGroups(
    @Root() { name }: GroupObject,
    @Ctx() context: RequestContext,
    @Args(() => MembershipPageArguments) page: MembershipPageArguments,
  ): Connection<GroupObject, MembershipEdge<GroupObject>> {
    const index = askAboutAll(context.gateway, context.administrator());
    const request = pageRequest(page, decodeNameCursor);
    const found = index.parentGroupsOf(name, page.nested ?? false, request);
    return toMembershipConnection(found, request, nameCursor, toGroup);
  }

  @FieldResolver(() => [PermissionKeyScalar], {
    nullable: true,
    description:
      'What membership gives: by grants to the name and to the groups above it, implied permissions included. For administrators.',
  })
  effectivePermissions(
    @Root() { name }: GroupObject,
    @Ctx() context: RequestContext,
  ): PermissionKey[] {
    const index = askAboutAll(context.gateway, context.administrator());
    return index.scheme.keysOf(index.maskOfGroup(name));
  }
}

async function readGroup(
  context: RequestContext,
  name: string,
  freshness: Freshness | null,
): Promise<GroupObject | null> {
  const index = askAboutAll(context.gateway, context.administrator());
  if (freshness === 'LIVE') return context.live.groups.load(name);
  const entry = index.group(name);
  return entry && toGroup(entry);
}
