import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { DirectoryId } from '../../domain/index.js';
import {
  addDirectory,
  type Confirmation,
  editDirectory,
  removeDirectory,
  setDirectoryActive,
} from '../../usecase/index.js';
import { ConfirmationEnum } from '../enums.js';
import { requireRow } from '../global-id.js';
import { CONFIRM, confirmed, given } from '../mutation-arguments.js';
import type { RequestContext } from '../request-context.js';
import { DirectoryObject } from '../types/directory.js';
import { AddDirectoryInput, EditDirectoryInput } from '../types/directory-inputs.js';
import { DirectoryPayload, RemovalPayload } from '../types/payloads.js';
import { wholeConnection } from '../whole-connection.js';

const ID_ARGUMENT = { description: 'The id of the directory.' };
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
      connection: input.connection ? wholeConnection(input.connection) : null,
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
