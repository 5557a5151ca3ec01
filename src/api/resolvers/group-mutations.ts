import { Arg, Args, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { DirectoryId, Group, GroupId } from '../../domain/index.js';
import {
  addMember,
  changeGroup,
  createGroup,
  type Done,
  type MemberInput,
  removeGroup,
  removeMember,
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
    @Args(() => DryRunArguments) manner: DryRunArguments,
  ): Promise<GroupPayload> {
    const viewer = context.administrator();
    const { directory, ...facts } = given(input);
    const done = await createGroup(
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
    @Args(() => MannerArguments) manner: MannerArguments,
  ): Promise<GroupPayload> {
    const viewer = context.administrator();
    const row = requireRow<GroupId>('Group', id);
    return payload(
      context,
      await changeGroup(context.gateway, viewer, row, given(input), mannerOf(manner)),
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
    @Args(() => MannerArguments) manner: MannerArguments,
  ): Promise<RemovalPayload> {
    const done = await removeGroup(
      context.gateway,
      context.administrator(),
      requireRow<GroupId>('Group', id),
      mannerOf(manner),
    );
    return { ...told(done), removedId: id };
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
    @Args(() => DryRunArguments) manner: DryRunArguments,
  ): Promise<GroupPayload> {
    const viewer = context.administrator();
    const row = requireRow<GroupId>('Group', group);
    return payload(
      context,
      await addMember(context.gateway, viewer, row, toMember(member), mannerOf(manner)),
    );
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
    @Args(() => MannerArguments) manner: MannerArguments,
  ): Promise<GroupPayload> {
    const viewer = context.administrator();
    const row = requireRow<GroupId>('Group', group);
    return payload(
      context,
      await removeMember(context.gateway, viewer, row, toMember(member), mannerOf(manner)),
    );
  }
}

function toMember({ type, name }: SubjectInput): MemberInput {
  return type === 'USER' ? { user: name } : { group: name };
}

function payload(context: RequestContext, done: Done<Group>): GroupPayload {
  const { value } = done;
  const directory = context.index.directories().find(({ id }) => id === value.directoryId);
  const group = directory && toGroupIn(directory, value, momentAfter(context, done));
  return { ...told(done), group: group ?? null };
}
