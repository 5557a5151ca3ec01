import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { DirectoryId, Group, GroupId } from '../../domain/index.js';
import {
  addMember,
  type Confirmation,
  changeGroup,
  createGroup,
  type Done,
  type MemberInput,
  removeGroup,
  removeMember,
} from '../../usecase/index.js';
import { ConfirmationEnum } from '../enums.js';
import { requireRow } from '../global-id.js';
import { CONFIRM, confirmed, given } from '../mutation-arguments.js';
import type { RequestContext } from '../request-context.js';
import { toGroupIn } from '../types/group.js';
import { ChangeGroupInput, CreateGroupInput } from '../types/group-inputs.js';
import { GroupPayload, RemovalPayload } from '../types/payloads.js';
import { SubjectInput } from '../types/permission-inputs.js';

const ID_ARGUMENT = { description: 'The id of the group.' };

/** All of these are for administrators, who touch no group that gives more than they hold. */
@Resolver()
export class GroupMutations {
  @Mutation(() => GroupPayload, {
    nullable: true,
    description:
      'Creates a group in the first directory in which changes are permitted, or in the one named. For administrators.',
  })
  async createGroup(
    @Ctx() context: RequestContext,
    @Arg('input', () => CreateGroupInput, { description: 'The new group.' })
    input: CreateGroupInput,
  ): Promise<GroupPayload> {
    const viewer = context.administrator();
    const { directory, ...facts } = given(input);
    const done = await createGroup(context.gateway, viewer, {
      ...facts,
      name: input.name,
      directoryId:
        directory === undefined ? undefined : requireRow<DirectoryId>('Directory', directory),
    });
    return payload(context, done);
  }

  @Mutation(() => GroupPayload, {
    nullable: true,
    description: 'Changes a group of an internal directory. For administrators.',
  })
  async changeGroup(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Arg('input', () => ChangeGroupInput, { description: 'What is to be different.' })
    input: ChangeGroupInput,
    @Arg('confirm', () => [ConfirmationEnum], CONFIRM) confirm: Confirmation[] | null,
  ): Promise<GroupPayload> {
    const viewer = context.administrator();
    const row = requireRow<GroupId>('Group', id);
    return payload(
      context,
      await changeGroup(context.gateway, viewer, row, given(input), confirmed(confirm)),
    );
  }

  @Mutation(() => RemovalPayload, {
    nullable: true,
    description:
      'Removes a group of an internal directory with its memberships; grants to its name stay. For administrators.',
  })
  async removeGroup(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Arg('confirm', () => [ConfirmationEnum], CONFIRM) confirm: Confirmation[] | null,
  ): Promise<RemovalPayload> {
    const { revision } = await removeGroup(
      context.gateway,
      context.administrator(),
      requireRow<GroupId>('Group', id),
      confirmed(confirm),
    );
    return { revision, removedId: id };
  }

  @Mutation(() => GroupPayload, {
    nullable: true,
    description: 'Puts a user or a group of the same directory into a group. For administrators.',
  })
  async addMember(
    @Ctx() context: RequestContext,
    @Arg('group', () => ID, ID_ARGUMENT) group: string,
    @Arg('member', () => SubjectInput, { description: 'Who or what to put in.' })
    member: SubjectInput,
  ): Promise<GroupPayload> {
    const viewer = context.administrator();
    const row = requireRow<GroupId>('Group', group);
    return payload(context, await addMember(context.gateway, viewer, row, toMember(member)));
  }

  @Mutation(() => GroupPayload, {
    nullable: true,
    description: 'Takes a direct member out of a group. For administrators.',
  })
  async removeMember(
    @Ctx() context: RequestContext,
    @Arg('group', () => ID, ID_ARGUMENT) group: string,
    @Arg('member', () => SubjectInput, { description: 'Who or what to take out.' })
    member: SubjectInput,
    @Arg('confirm', () => [ConfirmationEnum], CONFIRM) confirm: Confirmation[] | null,
  ): Promise<GroupPayload> {
    const viewer = context.administrator();
    const row = requireRow<GroupId>('Group', group);
    return payload(
      context,
      await removeMember(context.gateway, viewer, row, toMember(member), confirmed(confirm)),
    );
  }
}

function toMember({ type, name }: SubjectInput): MemberInput {
  return type === 'USER' ? { user: name } : { group: name };
}

function payload(context: RequestContext, { value, revision }: Done<Group>): GroupPayload {
  const directory = context.index.directories().find(({ id }) => id === value.directoryId);
  return { revision, group: directory ? toGroupIn(directory, value) : null };
}
