import { Arg, Args, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { DirectoryId, UserId } from '../../domain/index.js';
import { changeUser, createUser, removeUser } from '../../usecase/index.js';
import { requireRow } from '../global-id.js';
import { DryRunArguments, given, MannerArguments, mannerOf, told } from '../mutation-arguments.js';
import type { RequestContext } from '../request-context.js';
import { RemovalPayload, UserPayload } from '../types/payloads.js';
import { ChangeUserInput, CreateUserInput } from '../types/user-inputs.js';
import { userPayload } from '../user-payload.js';

const ID_ARGUMENT = { description: 'The id of the user.' };

/** All of these are for administrators, who touch nobody that holds more than they do. */
@Resolver()
export class UserMutations {
  @Mutation(() => UserPayload, {
    nullable: true,
    description:
      'Creates a user in the first directory in which changes are permitted, or in the one named. For administrators.',
  })
  async createUser(
    @Ctx() context: RequestContext,
    @Arg('input', () => CreateUserInput, { description: 'The new user.' }) input: CreateUserInput,
    @Args(() => DryRunArguments) manner: DryRunArguments,
  ): Promise<UserPayload> {
    const viewer = context.administrator();
    const { directory, ...facts } = given(input);
    const done = await createUser(
      context.gateway,
      viewer,
      {
        ...facts,
        name: input.name,
        directoryId:
          directory === undefined ? undefined : requireRow<DirectoryId>('Directory', directory),
      },
      mannerOf(manner),
    );
    return userPayload(context, done);
  }

  @Mutation(() => UserPayload, {
    nullable: true,
    description: 'Changes a user of an internal directory. For administrators.',
  })
  async changeUser(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Arg('input', () => ChangeUserInput, { description: 'What is to be different.' })
    input: ChangeUserInput,
    @Args(() => MannerArguments) manner: MannerArguments,
  ): Promise<UserPayload> {
    const viewer = context.administrator();
    const done = await changeUser(
      context.gateway,
      viewer,
      requireRow<UserId>('User', id),
      given(input),
      mannerOf(manner),
    );
    return userPayload(context, done);
  }

  @Mutation(() => RemovalPayload, {
    nullable: true,
    description:
      'Removes a user of an internal directory with all memberships. An entry of the name in a later directory counts from then on. For administrators.',
  })
  async removeUser(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Args(() => MannerArguments) manner: MannerArguments,
  ): Promise<RemovalPayload> {
    const done = await removeUser(
      context.gateway,
      context.administrator(),
      requireRow<UserId>('User', id),
      mannerOf(manner),
    );
    return { ...told(done), removedId: id };
  }
}
