import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { DirectoryId, Revision, User, UserId } from '../../domain/index.js';
import { type Confirmation, changeUser, createUser, removeUser } from '../../usecase/index.js';
import { ConfirmationEnum } from '../enums.js';
import { requireRow } from '../global-id.js';
import { CONFIRM, confirmed, given } from '../mutation-arguments.js';
import type { RequestContext } from '../request-context.js';
import { RemovalPayload, UserPayload } from '../types/payloads.js';
import { toUser } from '../types/user.js';
import { ChangeUserInput, CreateUserInput } from '../types/user-inputs.js';

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
  ): Promise<UserPayload> {
    const viewer = context.administrator();
    const { directory, ...facts } = given(input);
    const { value, revision } = await createUser(context.gateway, viewer, {
      ...facts,
      name: input.name,
      directoryId:
        directory === undefined ? undefined : requireRow<DirectoryId>('Directory', directory),
    });
    return payload(context, revision, value);
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
    @Arg('confirm', () => [ConfirmationEnum], CONFIRM) confirm: Confirmation[] | null,
  ): Promise<UserPayload> {
    const viewer = context.administrator();
    const { value, revision } = await changeUser(
      context.gateway,
      viewer,
      requireRow<UserId>('User', id),
      given(input),
      confirmed(confirm),
    );
    return payload(context, revision, value);
  }

  @Mutation(() => RemovalPayload, {
    nullable: true,
    description:
      'Removes a user of an internal directory with all memberships. An entry of the name in a later directory counts from then on. For administrators.',
  })
  async removeUser(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Arg('confirm', () => [ConfirmationEnum], CONFIRM) confirm: Confirmation[] | null,
  ): Promise<RemovalPayload> {
    const { revision } = await removeUser(
      context.gateway,
      context.administrator(),
      requireRow<UserId>('User', id),
      confirmed(confirm),
    );
    return { revision, removedId: id };
  }
}

function payload(context: RequestContext, revision: Revision, user: User): UserPayload {
  const entry = context.index
    .userEntries(user.name)
    .find(({ directory }) => directory.id === user.directoryId);
  return { revision, user: entry ? toUser(entry, user) : null };
}
