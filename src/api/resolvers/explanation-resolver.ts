import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { PermissionKey, Revision } from '../../domain/index.js';
import { type DerivationPage, derivationCursor } from '../../engine/index.js';
import { askAboutUser } from '../../usecase/index.js';
import { explanationOf, obstaclesOf, type Soon } from '../answers.js';
import { AS_OF } from '../as-of.js';
import { decodeDerivationCursor, encodeDerivationCursor } from '../cursor.js';
import { pageRequest } from '../paging.js';
import type { RequestContext } from '../request-context.js';
import { PermissionKeyScalar, RevisionScalar } from '../scalars.js';
import { DerivationConnection } from '../types/connections.js';
import {
  type Asked,
  DerivationObject,
  DerivationStepObject,
  ExplanationObject,
  MissingObject,
} from '../types/explanation.js';
import { GroupObject, toGroup } from '../types/group.js';
import { DerivationArguments, PageArguments } from '../types/page.js';

const USER_NAME = 'The name of the user; compared without regard to case.';

@Resolver(() => ExplanationObject)
export class ExplanationResolver {
  @Query(() => ExplanationObject, {
    description: 'Why a user holds a permission, or why not. For the user and for administrators.',
  })
  async explain(
    @Ctx() context: RequestContext,
    @Arg('user', () => String, { description: USER_NAME }) user: string,
    @Arg('permission', () => PermissionKeyScalar, { description: 'Which permission.' })
    permission: PermissionKey,
    @Args(() => DerivationArguments) page: DerivationArguments,
    @Arg('asOf', () => RevisionScalar, AS_OF) asOf: Revision | null,
  ): Promise<ExplanationObject> {
    context.licensed();
    return explanationOf(context, user, permission, page, await context.at(asOf));
  }

  @Query(() => [MissingObject], {
    description:
      'What stands between a user and a permission; empty when it is held. For the user and for administrators.',
  })
  async whyNot(
    @Ctx() context: RequestContext,
    @Arg('user', () => String, { description: USER_NAME }) user: string,
    @Arg('permission', () => PermissionKeyScalar, { description: 'Which permission.' })
    permission: PermissionKey,
    @Args(() => DerivationArguments) page: DerivationArguments,
    @Arg('asOf', () => RevisionScalar, AS_OF) asOf: Revision | null,
  ): Promise<MissingObject[]> {
    context.licensed();
    return obstaclesOf(context, user, permission, page, await context.at(asOf));
  }

  @FieldResolver(() => DerivationConnection, {
    description:
      'Every way to the permission on which no group comes twice: the shortest ones first, then longer ones, each by the names of its groups. There may be very many.',
  })
  allDerivations(
    @Root() { asked }: ExplanationObject,
    @Ctx() context: RequestContext,
    @Args(() => PageArguments) page: PageArguments,
  ): Soon<object> {
    const { userName, permission, at } = asked;
    const request = pageRequest(page, decodeDerivationCursor);
    return askAboutUser(context.gateway, context.licensed(), userName, at, (answers) =>
      derivationConnection(asked, answers.derivations(permission, request), request.after !== null),
    );
  }
}

@Resolver(() => DerivationStepObject)
export class DerivationStepResolver {
  @FieldResolver(() => GroupObject, {
    nullable: true,
    description: 'The group; null when it is gone since.',
  })
  group(@Root() { step, at }: DerivationStepObject): Soon<GroupObject | null> {
    return at.ask((index) => {
      const entry = index.group(step.group);
      return entry && toGroup(entry, at);
    });
  }
}

/** A connection that goes on after a search that paused, where there may be no item to go on after. */
function derivationConnection(
  asked: Asked,
  { items, next, complete }: DerivationPage,
  later: boolean,
) {
  const edges = items.map((derivation) => ({
    cursor: encodeDerivationCursor(derivationCursor(derivation)),
    node: new DerivationObject(asked, derivation),
  }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: next !== null,
      hasPreviousPage: later,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: next === null ? (edges.at(-1)?.cursor ?? null) : encodeDerivationCursor(next),
    },
    complete,
  };
}
