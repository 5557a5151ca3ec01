import { Field, ID, InputType, Int } from 'type-graphql';
import type { MembershipMode, PermissionKey } from '../../domain/index.js';
import { MembershipModeEnum } from '../enums.js';
import { PermissionKeyScalar } from '../scalars.js';
import { SubjectInput } from './permission-inputs.js';

const WHERE =
  'The directory it is in; by default the first active one that knows the name. A remote one may be named too: what if it were changed at its server?';

@InputType({ description: 'A place for a directory.' })
export class PlannedPositionInput {
  @Field(() => ID, { description: 'Which directory.' })
  readonly directory!: string;

  @Field(() => Int, { description: 'Its new place, from 1 on.' })
  readonly position!: number;
}

@InputType({ description: 'A directory that is switched.' })
export class PlannedSwitchInput {
  @Field(() => ID, { description: 'Which directory.' })
  readonly directory!: string;

  @Field(() => Boolean, { description: 'On or off.' })
  readonly on!: boolean;
}

@InputType({ description: 'A new user or group.' })
export class PlannedEntryInput {
  @Field(() => ID, {
    nullable: true,
    description:
      'The directory to add it to; by default the first active one in which changes are permitted.',
  })
  readonly directory?: string | null;

  @Field(() => String, { description: 'Its name.' })
  readonly name!: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Of a user: whether they may sign in. Default: true.',
  })
  readonly active?: boolean | null;
}

@InputType({ description: 'A user or group that there is, or that the plan adds.' })
export class PlannedNameInput {
  @Field(() => ID, { nullable: true, description: WHERE })
  readonly directory?: string | null;

  @Field(() => String, { description: 'Its name; compared without regard to case.' })
  readonly name!: string;
}

@InputType({ description: 'A user or group that gets another name.' })
export class PlannedRenameInput extends PlannedNameInput {
  @Field(() => String, { description: 'The new name.' })
  readonly newName!: string;
}

@InputType({ description: 'A user who is activated or deactivated.' })
export class PlannedActivityInput extends PlannedNameInput {
  @Field(() => Boolean, { description: 'Whether they may sign in.' })
  readonly active!: boolean;
}

@InputType({ description: 'A direct member of a group.' })
export class PlannedMemberInput {
  @Field(() => ID, { nullable: true, description: WHERE })
  readonly directory?: string | null;

  @Field(() => String, { description: 'The name of the group.' })
  readonly group!: string;

  @Field(() => SubjectInput, { description: 'A user or group of the same directory.' })
  readonly member!: SubjectInput;
}

@InputType({ description: 'A grant.' })
export class PlannedGrantInput {
  @Field(() => PermissionKeyScalar, { description: 'What is granted.' })
  readonly permission!: PermissionKey;

  @Field(() => SubjectInput, { description: 'The user or group it is granted to.' })
  readonly subject!: SubjectInput;
}

@InputType({ description: 'A licence limit.' })
export class PlannedLimitInput {
  @Field(() => Int, { nullable: true, description: 'Seats allowed; null for no limit.' })
  readonly limit!: number | null;
}

@InputType({
  description:
    'Something that could be changed. Exactly one field must be given. Users and groups go by name, so that a plan can speak of those that it adds itself.',
})
export class PlannedChangeInput {
  @Field(() => [ID], {
    nullable: true,
    description: 'Put the directories in this order; every directory once, the first one first.',
  })
  readonly directoryOrder?: string[] | null;

  @Field(() => PlannedPositionInput, {
    nullable: true,
    description: 'Put one directory at another place in the order.',
  })
  readonly directoryPosition?: PlannedPositionInput | null;

  @Field(() => PlannedSwitchInput, {
    nullable: true,
    description: 'Enable or disable a directory.',
  })
  readonly directoryActive?: PlannedSwitchInput | null;

  @Field(() => PlannedSwitchInput, {
    nullable: true,
    description: 'Let groups in groups of a directory count, or not.',
  })
  readonly nestedGroups?: PlannedSwitchInput | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Remove this directory with all it holds; it need not be disabled first.',
  })
  readonly removeDirectory?: string | null;

  @Field(() => PlannedEntryInput, { nullable: true, description: 'Add a user.' })
  readonly addUser?: PlannedEntryInput | null;

  @Field(() => PlannedNameInput, {
    nullable: true,
    description: 'Remove a user with all memberships.',
  })
  readonly removeUser?: PlannedNameInput | null;

  @Field(() => PlannedActivityInput, {
    nullable: true,
    description: 'Activate or deactivate a user.',
  })
  readonly userActive?: PlannedActivityInput | null;

  @Field(() => PlannedRenameInput, {
    nullable: true,
    description: 'Rename a user; memberships stay, grants are to names and do not move along.',
  })
  readonly renameUser?: PlannedRenameInput | null;

  @Field(() => PlannedEntryInput, { nullable: true, description: 'Add a group.' })
  readonly addGroup?: PlannedEntryInput | null;

  @Field(() => PlannedNameInput, {
    nullable: true,
    description: 'Remove a group with its memberships; grants to its name stay.',
  })
  readonly removeGroup?: PlannedNameInput | null;

  @Field(() => PlannedRenameInput, {
    nullable: true,
    description: 'Rename a group; members stay, grants are to names and do not move along.',
  })
  readonly renameGroup?: PlannedRenameInput | null;

  @Field(() => PlannedMemberInput, {
    nullable: true,
    description: 'Put a user or a group into a group.',
  })
  readonly addMember?: PlannedMemberInput | null;

  @Field(() => PlannedMemberInput, {
    nullable: true,
    description: 'Take a user or a group out of a group.',
  })
  readonly removeMember?: PlannedMemberInput | null;

  @Field(() => PlannedGrantInput, { nullable: true, description: 'Grant a permission.' })
  readonly grant?: PlannedGrantInput | null;

  @Field(() => PlannedGrantInput, { nullable: true, description: 'Take a grant back.' })
  readonly revoke?: PlannedGrantInput | null;

  @Field(() => MembershipModeEnum, {
    nullable: true,
    description: 'Choose which memberships count.',
  })
  readonly membershipMode?: MembershipMode | null;

  @Field(() => PlannedLimitInput, {
    nullable: true,
    description: 'Set how many seats the licence allows.',
  })
  readonly licenceLimit?: PlannedLimitInput | null;
}
