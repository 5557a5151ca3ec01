import { Arg, Ctx, ID, Int, Mutation, Resolver } from 'type-graphql';
import { type DirectoryId, GatehouseError, type Revision } from '../../domain/index.js';
import type { DirectoryTestStep } from '../../sync/index.js';
import {
  addDirectory,
  type Confirmation,
  editDirectory,
  removeDirectory,
  reorderDirectories,
  setDirectoryActive,
  synchroniseNow,
  testConnection,
  testStoredDirectory,
} from '../../usecase/index.js';
import { ConfirmationEnum } from '../enums.js';
import { requireRow } from '../global-id.js';
import { CONFIRM, confirmed, given } from '../mutation-arguments.js';
import type { RequestContext } from '../request-context.js';
import { RevisionScalar } from '../scalars.js';
import { DirectoryObject } from '../types/directory.js';
import {
  AddDirectoryInput,
  type ConnectionInput,
  EditDirectoryInput,
  TestConnectionInput,
} from '../types/inputs.js';
import {
  DirectoriesPayload,
  DirectoryPayload,
  DirectoryTestPayload,
  RemovalPayload,
  SynchronisationPayload,
} from '../types/payloads.js';
import { RunObject } from '../types/run.js';

const ID_ARGUMENT = { description: 'The id of the directory.' };
const EXPECTED_REVISION = {
  description:
    'The revision you were looking at; when anything has changed since, the answer is `REVISION_CONFLICT`.',
};

/** All of these are for system administrators. */
@Resolver()
export class DirectoryMutations {
  @Mutation(() => DirectoryPayload, {
    nullable: true,
    description:
      'Adds a directory at the end of the order. A remote one is empty until it is synchronised. For system administrators.',
  })
  async addDirectory(
    @Ctx() context: RequestContext,
    @Arg('input', () => AddDirectoryInput, { description: 'The new directory.' })
    input: AddDirectoryInput,
  ): Promise<DirectoryPayload> {
    const { value, revision } = await addDirectory(context.gateway, context.systemAdministrator(), {
      name: input.name,
      type: input.type,
      nestedGroups: input.nestedGroups ?? false,
      connection: input.connection ? whole(input.connection) : null,
      applicationPassword: input.applicationPassword ?? null,
    });
    return { revision, directory: new DirectoryObject(value) };
  }

  @Mutation(() => DirectoryPayload, {
    nullable: true,
    description: "Changes a directory's settings. For system administrators.",
  })
  async editDirectory(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Arg('input', () => EditDirectoryInput, { description: 'The new settings.' })
    input: EditDirectoryInput,
    @Arg('confirm', () => [ConfirmationEnum], CONFIRM) confirm: Confirmation[] | null,
  ): Promise<DirectoryPayload> {
    const viewer = context.systemAdministrator();
    const { connection, ...rest } = given(input);
    const { value, revision } = await editDirectory(
      context.gateway,
      viewer,
      {
        id: requireRow<DirectoryId>('Directory', id),
        ...rest,
        ...(connection ? { connection: given(connection) } : {}),
      },
      confirmed(confirm),
    );
    return { revision, directory: new DirectoryObject(value) };
  }

  @Mutation(() => DirectoryTestPayload, {
    nullable: true,
    description:
      "Tries a directory's stored settings, step by step, and changes nothing. For system administrators.",
  })
  async testDirectory(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
  ): Promise<DirectoryTestPayload> {
    const viewer = context.systemAdministrator();
    const row = requireRow<DirectoryId>('Directory', id);
    const { directory, steps } = await testStoredDirectory(context.gateway, viewer, row);
    return testPayload(context, new DirectoryObject(directory), steps);
  }

  @Mutation(() => DirectoryTestPayload, {
    nullable: true,
    description:
      'Tries settings before they are saved, step by step, and changes nothing. For system administrators.',
  })
  async testDirectoryConnection(
    @Ctx() context: RequestContext,
    @Arg('input', () => TestConnectionInput, { description: 'The settings to try.' })
    input: TestConnectionInput,
  ): Promise<DirectoryTestPayload> {
    const steps = await testConnection(context.gateway, context.systemAdministrator(), {
      ...whole(input.connection),
      applicationPassword: input.applicationPassword,
      nestedGroups: input.nestedGroups ?? false,
    });
    return testPayload(context, null, steps);
  }

  @Mutation(() => DirectoriesPayload, {
    nullable: true,
    description: 'Puts one directory at another place in the order. For system administrators.',
  })
  async moveDirectory(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
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

  @Mutation(() => DirectoryPayload, {
    nullable: true,
    description: 'Lets users and groups of a directory count again. For system administrators.',
  })
  async enableDirectory(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Arg('confirm', () => [ConfirmationEnum], CONFIRM) confirm: Confirmation[] | null,
  ): Promise<DirectoryPayload> {
    return setActive(context, id, true, confirm);
  }

  @Mutation(() => DirectoryPayload, {
    nullable: true,
    description:
      'Lets users and groups of a directory no longer count; settings and rows stay. For system administrators.',
  })
  async disableDirectory(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Arg('confirm', () => [ConfirmationEnum], CONFIRM) confirm: Confirmation[] | null,
  ): Promise<DirectoryPayload> {
    return setActive(context, id, false, confirm);
  }

  @Mutation(() => RemovalPayload, {
    nullable: true,
    description:
      'Removes a disabled directory with everything in it; grants to names stay. For system administrators.',
  })
  async removeDirectory(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Arg('confirm', () => [ConfirmationEnum], CONFIRM) confirm: Confirmation[] | null,
  ): Promise<RemovalPayload> {
    const viewer = context.systemAdministrator();
    const row = requireRow<DirectoryId>('Directory', id);
    const { revision } = await removeDirectory(context.gateway, viewer, row, confirmed(confirm));
    return { revision, removedId: id };
  }

  @Mutation(() => SynchronisationPayload, {
    nullable: true,
    description:
      'Synchronises a remote directory now and answers when the run has ended. For system administrators.',
  })
  async synchroniseDirectory(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
  ): Promise<SynchronisationPayload> {
    const viewer = context.systemAdministrator();
    const row = requireRow<DirectoryId>('Directory', id);
    const run = await synchroniseNow(context.gateway, viewer, row);
    return { revision: run.revision ?? context.index.revision, run: new RunObject(run) };
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

async function setActive(
  context: RequestContext,
  id: string,
  active: boolean,
  confirm: Confirmation[] | null,
): Promise<DirectoryPayload> {
  const { value, revision } = await setDirectoryActive(
    context.gateway,
    context.systemAdministrator(),
    requireRow<DirectoryId>('Directory', id),
    active,
    confirmed(confirm),
  );
  return { revision, directory: new DirectoryObject(value) };
}

function testPayload(
  context: RequestContext,
  directory: DirectoryObject | null,
  steps: readonly DirectoryTestStep[],
): DirectoryTestPayload {
  const passed = steps.every(({ outcome }) => outcome === 'OK' || outcome === 'WARNING');
  return { revision: context.index.revision, directory, passed, steps };
}

/** Settings of a new directory, for which nothing is there that could stay. */
function whole(input: ConnectionInput) {
  const { serverUrl, applicationName, ...rest } = given(input);
  if (serverUrl === undefined) throw needed('serverUrl');
  if (applicationName === undefined) throw needed('applicationName');
  return { serverUrl, applicationName, ...rest };
}

function needed(field: string): GatehouseError {
  return new GatehouseError('INPUT_INVALID', { field, reason: 'is needed' });
}
