import { Arg, Args, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { Directory, DirectoryId } from '../../domain/index.js';
import {
  addDirectory,
  type Done,
  editDirectory,
  removeDirectory,
  setDirectoryActive,
} from '../../usecase/index.js';
import { requireRow } from '../global-id.js';
import {
  DryRunArguments,
  given,
  MannerArguments,
  mannerOf,
  momentAfter,
  told,
} from '../mutation-arguments.js';
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
    @Args(() => DryRunArguments) manner: DryRunArguments,
  ): Promise<DirectoryPayload> {
    const done = await addDirectory(
      context.gateway,
      context.systemAdministrator(),
      {
        name: input.name,
        type: input.type,
        nestedGroups: input.nestedGroups ?? false,
        connection: input.connection ? wholeConnection(input.connection) : null,
        applicationPassword: input.applicationPassword ?? null,
      },
      mannerOf(manner),
    );
    return payload(context, done);
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
    @Args(() => MannerArguments) manner: MannerArguments,
  ): Promise<DirectoryPayload> {
    const viewer = context.systemAdministrator();
    const { connection, ...rest } = given(input);
    const done = await editDirectory(
      context.gateway,
      viewer,
      {
        id: requireRow<DirectoryId>('Directory', id),
        ...rest,
        ...(connection ? { connection: given(connection) } : {}),
      },
      mannerOf(manner),
    );
    return payload(context, done);
  }

  @Mutation(() => DirectoryPayload, {
    nullable: true,
    description: 'Lets users and groups of a directory count again. For system administrators.',
  })
  async enableDirectory(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Args(() => MannerArguments) manner: MannerArguments,
  ): Promise<DirectoryPayload> {
    return setActive(context, id, true, manner);
  }

  @Mutation(() => DirectoryPayload, {
    nullable: true,
    description:
      'Lets users and groups of a directory no longer count; settings and rows stay. For system administrators.',
  })
  async disableDirectory(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Args(() => MannerArguments) manner: MannerArguments,
  ): Promise<DirectoryPayload> {
    return setActive(context, id, false, manner);
  }

  @Mutation(() => RemovalPayload, {
    nullable: true,
    description:
      'Removes a disabled directory with everything in it; grants to names stay. For system administrators.',
  })
  async removeDirectory(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Args(() => MannerArguments) manner: MannerArguments,
  ): Promise<RemovalPayload> {
    const viewer = context.systemAdministrator();
    const row = requireRow<DirectoryId>('Directory', id);
    const done = await removeDirectory(context.gateway, viewer, row, mannerOf(manner));
    return { ...told(done), removedId: id };
  }
}

async function setActive(
  context: RequestContext,
  id: string,
  active: boolean,
  manner: MannerArguments,
): Promise<DirectoryPayload> {
  const done = await setDirectoryActive(
    context.gateway,
    context.systemAdministrator(),
    requireRow<DirectoryId>('Directory', id),
    active,
    mannerOf(manner),
  );
  return payload(context, done);
}

function payload(context: RequestContext, done: Done<Directory>): DirectoryPayload {
  const directory = new DirectoryObject(done.value, momentAfter(context, done));
  return { ...told(done), directory };
}
