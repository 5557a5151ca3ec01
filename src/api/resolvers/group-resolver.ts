import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import {
  type DirectoryId,
  nameKey,
  type PermissionKey,
  type Revision,
} from '../../domain/index.js';
import { askAboutAll } from '../../usecase/index.js';
import { requireListed, type Soon } from '../answers.js';
import { AS_OF, requireNoRevision } from '../as-of.js';
import { decodeNameCursor, nameCursor } from '../cursor.js';
import { FreshnessEnum } from '../enums.js';
import { expansionOf } from '../expansion.js';
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
import {
  GroupConnection,
  GroupMemberConnection,
  RelatedGroupConnection,
} from '../types/connections.js';
import { DirectoryObject } from '../types/directory.js';
import { EXPANSION_ROOTS, ExpansionNodeObject } from '../types/expansion.js';
import { GroupObject, toGroup } from '../types/group.js';
import { FilteredPageArguments, MembershipPageArguments } from '../types/page.js';
import { toUser, type UserObject } from '../types/user.js';

type Freshness = keyof typeof FreshnessEnum;

@Resolver(() => GroupObject)
export class GroupResolver {
  @Query(() => GroupConnection, {
    description: 'Groups by name, or the groups of one directory. For administrators.',
  })
  async groups(
    @Ctx() context: RequestContext,
    @Args(() => FilteredPageArguments) page: FilteredPageArguments,
    @Arg('asOf', () => RevisionScalar, AS_OF) asOf: Revision | null,
  ): Promise<Connection<GroupObject>> {
    const viewer = context.administrator();
    const request = pageRequest(page, decodeNameCursor);
    const filter = {
      nameContains: page.nameContains ?? undefined,
      directoryId: page.directory
        ? requireRow<DirectoryId>('Directory', page.directory)
        : undefined,
    };
    const at = await context.at(asOf);
    const found = await askAboutAll(viewer, at, (index) => index.groups(request, filter));
    return toConnection(found, request, nameCursor, (entry) => toGroup(entry, at));
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
    @Arg('asOf', () => RevisionScalar, AS_OF) asOf: Revision | null,
  ): Promise<GroupObject | null> {
    return readGroup(context, name, freshness, asOf);
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
    @Arg('asOf', () => RevisionScalar, AS_OF) asOf: Revision | null,
  ): Promise<GroupObject | null>[] {
    // A promise for each name, so that one refusal takes the place of one answer.
    return requireListed('names', names).map((name) => readGroup(context, name, freshness, asOf));
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
    const row = await context.loaders.groupsById.load(rowId);
    // A row may have got another name since the index was asked; then it is not about this name.
    return row && row.nameKey === nameKey(source.name) ? row.description || null : null;
  }

  @FieldResolver(() => DirectoryObject, { description: 'The directory this entry is of.' })
  directory(@Root() { source }: GroupObject): DirectoryObject {
    return new DirectoryObject(source.directory, source.at);
  }

  @FieldResolver(() => [DirectoryObject], {
    nullable: true,
    description:
      'All directories that hold a group of this name, in order, inactive ones included. For administrators.',
  })
  directories(
    @Root() { name, source: { at } }: GroupObject,
    @Ctx() context: RequestContext,
  ): Soon<DirectoryObject[]> {
    return askAboutAll(context.administrator(), at, (index) =>
      index.groupDirectories(name).map((directory) => new DirectoryObject(directory, at)),
    );
  }

  @FieldResolver(() => GroupMemberConnection, {
    nullable: true,
    description: 'The users in a group of this name. For administrators.',
  })
  members(
    @Root() { name, source: { at } }: GroupObject,
    @Ctx() context: RequestContext,
    @Args(() => MembershipPageArguments) page: MembershipPageArguments,
  ): Soon<Connection<UserObject, MembershipEdge<UserObject>>> {
    const request = pageRequest(page, decodeNameCursor);
    return askAboutAll(context.administrator(), at, (index) => {
      const found = index.membersOf(name, page.nested ?? false, request);
      return toMembershipConnection(found, request, nameCursor, (entry) => toUser(entry, at));
    });
  }

  @FieldResolver(() => RelatedGroupConnection, {
    nullable: true,
    description: 'The groups that are in a group of this name. For administrators.',
  })
  childGroups(
    @Root() { name, source: { at } }: GroupObject,
    @Ctx() context: RequestContext,
    @Args(() => MembershipPageArguments) page: MembershipPageArguments,
  ): Soon<Connection<GroupObject, MembershipEdge<GroupObject>>> {
    const request = pageRequest(page, decodeNameCursor);
    return askAboutAll(context.administrator(), at, (index) => {
      const found = index.childGroupsOf(name, page.nested ?? false, request);
      return toMembershipConnection(found, request, nameCursor, (entry) => toGroup(entry, at));
    });
  }

  @FieldResolver(() => RelatedGroupConnection, {
    nullable: true,
    description: 'The groups that a group of this name is in. For administrators.',
  })
  parentGroups(
    @Root() { name, source: { at } }: GroupObject,
    @Ctx() context: RequestContext,
    @Args(() => MembershipPageArguments) page: MembershipPageArguments,
  ): Soon<Connection<GroupObject, MembershipEdge<GroupObject>>> {
    const request = pageRequest(page, decodeNameCursor);
    return askAboutAll(context.administrator(), at, (index) => {
      const found = index.parentGroupsOf(name, page.nested ?? false, request);
      return toMembershipConnection(found, request, nameCursor, (entry) => toGroup(entry, at));
    });
  }

  @FieldResolver(() => [PermissionKeyScalar], {
    nullable: true,
    description:
      'What membership gives: by grants to the name and to the groups above it, implied permissions included. For administrators.',
  })
  effectivePermissions(
    @Root() { name, source }: GroupObject,
    @Ctx() context: RequestContext,
  ): Soon<PermissionKey[]> {
    return askAboutAll(context.administrator(), source.at, (index) =>
      index.scheme.keysOf(index.maskOfGroup(name)),
    );
  }

  @FieldResolver(() => [ExpansionNodeObject], {
    nullable: true,
    description: `The tree of groups and users below it. ${EXPANSION_ROOTS} For administrators.`,
  })
  expansion(
    @Root() { name, source }: GroupObject,
    @Ctx() context: RequestContext,
  ): Soon<ExpansionNodeObject[]> {
    return expansionOf(context, name, source.at);
  }
}

async function readGroup(
  context: RequestContext,
  name: string,
  freshness: Freshness | null,
  asOf: Revision | null | undefined,
): Promise<GroupObject | null> {
  const viewer = context.administrator();
  if (freshness === 'LIVE') {
    requireNoRevision(asOf);
    return context.live.groups.load(name);
  }
  const at = await context.at(asOf);
  const entry = await askAboutAll(viewer, at, (index) => index.group(name));
  return entry && toGroup(entry, at);
}
