import { Arg, Args, Ctx, ID, Int, Mutation, Resolver } from 'type-graphql';
import type { DirectoryId, Revision } from '../../domain/index.js';
import { movedTo, reorderDirectories } from '../../usecase/index.js';
import { requireRow } from '../global-id.js';
import { MannerArguments, mannerOf, momentAfter, told } from '../mutation-arguments.js';
import type { RequestContext } from '../request-context.js';
import { RevisionScalar } from '../scalars.js';
import { DirectoryObject } from '../types/directory.js';
import { DirectoriesPayload } from '../types/payloads.js';

const EXPECTED_REVISION = {
  description:
    'The revision you were looking at; when anything has changed since, the answer is `REVISION_CONFLICT`.',
};

/** Both are for system administrators. */
@Resolver()
export class DirectoryOrderMutations {
  @Mutation(() => DirectoriesPayload, {
    nullable: true,
    description: 'Puts one directory at another place in the order. For system administrators.',
  })
  async moveDirectory(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: 'The id of the directory.' }) id: string,
    @Arg('position', () => Int, { description: 'Its new place, from 1 on.' }) position: number,
    @Arg('expectedRevision', () => RevisionScalar, EXPECTED_REVISION) expectedRevision: Revision,
    @Args(() => MannerArguments) manner: MannerArguments,
  ): Promise<DirectoriesPayload> {
    const viewer = context.systemAdministrator();
    const row = requireRow<DirectoryId>('Directory', id);
    const moved = movedTo(context.index.directories(), row, position);
    return reorder(context, viewer, moved, expectedRevision, manner);
  }

  @Mutation(() => DirectoriesPayload, {
    nullable: true,
    description:
      'Puts the directories in this order, the whole list at once. For system administrators.',
  })
  async reorderDirectories(
    @Ctx() context: RequestContext,
    @Arg('order', () => [ID], { description: 'Every directory once, the first one first.' })
    order: string[],
    @Arg('expectedRevision', () => RevisionScalar, EXPECTED_REVISION) expectedRevision: Revision,
    @Args(() => MannerArguments) manner: MannerArguments,
  ): Promise<DirectoriesPayload> {
    const viewer = context.systemAdministrator();
    const rows = order.map((id) => requireRow<DirectoryId>('Directory', id));
    return reorder(context, viewer, rows, expectedRevision, manner);
  }
}

async function reorder(
  context: RequestContext,
  viewer: ReturnType<RequestContext['systemAdministrator']>,
  order: readonly DirectoryId[],
  expectedRevision: Revision,
  manner: MannerArguments,
): Promise<DirectoriesPayload> {
  const done = await reorderDirectories(
    context.gateway,
    viewer,
    order,
    expectedRevision,
    mannerOf(manner),
  );
  const at = momentAfter(context, done);
  return {
    ...told(done),
    directories: done.value.map((directory) => new DirectoryObject(directory, at)),
  };
}
