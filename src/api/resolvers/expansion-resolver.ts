import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { NameKey, Revision } from '../../domain/index.js';
import type { ExpansionNode, ExpansionPath, PermissionIndex } from '../../engine/index.js';
import { askAboutAll } from '../../usecase/index.js';
import type { Soon } from '../answers.js';
import { AS_OF } from '../as-of.js';
import { decodeExpansionPath, decodeNameCursor, nameCursor } from '../cursor.js';
import { expansionOf } from '../expansion.js';
import { type Connection, pageRequest, toConnection } from '../paging.js';
import type { RequestContext } from '../request-context.js';
import { RevisionScalar } from '../scalars.js';
import { ExpansionConnection, UserConnection } from '../types/connections.js';
import { EXPANSION_ROOTS, ExpansionNodeObject } from '../types/expansion.js';
import { PageArguments } from '../types/page.js';
import { GrantObject } from '../types/permission.js';
import { toUser, type UserObject } from '../types/user.js';

/** Children that are looked at in one go to find one of them. */
const SEARCH_PAGE = 1_000;

@Resolver(() => ExpansionNodeObject)
export class ExpansionResolver {
  @Query(() => ExpansionNodeObject, {
    nullable: true,
    description:
      'A node of the tree below a group, by its `path`; null when the way is not there any more. For administrators.',
  })
  async expansion(
    @Ctx() context: RequestContext,
    @Arg('path', () => String, { description: 'The `path` of a node given out before.' })
    path: string,
    @Arg('asOf', () => RevisionScalar, AS_OF) asOf: Revision | null,
  ): Promise<ExpansionNodeObject | null> {
    const viewer = context.administrator();
    const way = decodeExpansionPath(path);
    const at = await context.at(asOf);
    return askAboutAll(viewer, at, (index) => {
      const node = nodeAt(index, way);
      return node && new ExpansionNodeObject(node, at);
    });
  }

  @FieldResolver(() => UserConnection, {
    nullable: true,
    description:
      'The users it gives something to directly, by name: active ones whose entry counts. For administrators.',
  })
  users(
    @Root() { node, at }: ExpansionNodeObject,
    @Ctx() context: RequestContext,
    @Args(() => PageArguments) page: PageArguments,
  ): Soon<Connection<UserObject>> {
    const request = pageRequest(page, decodeNameCursor);
    return askAboutAll(context.administrator(), at, (index) => {
      const found = index.expandUsers(node.path, request);
      return toConnection(found, request, nameCursor, (entry) => toUser(entry, at));
    });
  }

  @FieldResolver(() => ExpansionConnection, {
    nullable: true,
    description: 'The groups one step below, by name. For administrators.',
  })
  groups(
    @Root() { node, at }: ExpansionNodeObject,
    @Ctx() context: RequestContext,
    @Args(() => PageArguments) page: PageArguments,
  ): Soon<Connection<ExpansionNodeObject>> {
    const request = pageRequest(page, decodeNameCursor);
    return askAboutAll(context.administrator(), at, (index) => {
      const found = index.expandGroups(node.path, request);
      return toConnection(
        found,
        request,
        ({ group }) => nameCursor(group),
        (child) => new ExpansionNodeObject(child, at),
      );
    });
  }
}

@Resolver(() => GrantObject)
export class GrantResolver {
  @FieldResolver(() => [ExpansionNodeObject], {
    nullable: true,
    description: `Whom a grant to a group reaches, as a tree. ${EXPANSION_ROOTS} Empty for a grant to a user. For administrators.`,
  })
  expansion(
    @Root() { grant, at }: GrantObject,
    @Ctx() context: RequestContext,
  ): Soon<ExpansionNodeObject[]> {
    context.administrator();
    return grant.subjectType === 'GROUP' ? expansionOf(context, grant.subjectKey, at) : [];
  }
}

function nodeAt(
  index: PermissionIndex,
  { directoryId, groups }: ExpansionPath,
): ExpansionNode | null {
  const [root, key] = [groups[0], groups[groups.length - 1]];
  if (groups.length === 1) {
    return index.expand(root).find(({ path }) => path.directoryId === directoryId) ?? null;
  }
  const above = { directoryId, groups: groups.slice(0, -1) };
  for (let after: NameKey | null = null; ; ) {
    const page = index.expandGroups(above, { first: SEARCH_PAGE, after });
    const node = page.items.find(({ group }) => group.key === key);
    if (node || !page.hasMore) return node ?? null;
    after = page.items[page.items.length - 1].group.key;
  }
}
