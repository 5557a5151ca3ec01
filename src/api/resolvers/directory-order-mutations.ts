import { Arg, Ctx, ID, Int, Mutation, Resolver } from 'type-graphql';
import { type DirectoryId, GatehouseError, type Revision } from '../../domain/index.js';
import { type Confirmation, reorderDirectories } from '../../usecase/index.js';
import { ConfirmationEnum } from '../enums.js';
import { requireRow } from '../global-id.js';
import { CONFIRM, confirmed } from '../mutation-arguments.js';
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
    @Arg('confirm', () => [ConfirmationEnum], CONFIRM) confirm: Confirmation[] | null,
  ): Promise<DirectoriesPayload> {
    const viewer = context.systemAdministrator();
    const row = requireRow<DirectoryId>('Directory', id);
    const order = context.index.directories().map((directory) => directory.id);
    if (!order.includes(row)) {
      throw new GatehouseError('NOT_FOUND', { kind: 'directory', name: id });
    }
    if (position < 1 || position > order.length) {
      throw new GatehouseError('INPUT_INVALID', {
        field: 'position',
        reason: `must be a place from 1 to ${order.length}`,
      });
    }
    const moved = order.filter((other) => other !== row);
    moved.splice(position - 1, 0, row);
    return reorder(context, viewer, moved, expectedRevision, confirm);
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
    @Arg('confirm', () => [ConfirmationEnum], CONFIRM) confirm: Confirmation[] | null,
  ): Promise<DirectoriesPayload> {
    const viewer = context.systemAdministrator();
    const rows = order.map((id) => requireRow<DirectoryId>('Directory', id));
    return reorder(context, viewer, rows, expectedRevision, confirm);
  }
}

async function reorder(
  context: RequestContext,
  viewer: ReturnType<RequestContext['systemAdministrator']>,
  order: readonly DirectoryId[],
  expectedRevision: Revision,
  confirm: Confirmation[] | null,
): Promise<DirectoriesPayload> {
  const { value, revision } = await reorderDirectories(
    context.gateway,
    viewer,
    order,
    expectedRevision,
    confirmed(confirm),
  );
  return { revision, directories: value.map((directory) => new DirectoryObject(directory)) };
}
