import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { MembershipMode, Revision, SelfAudit } from '../../domain/index.js';
import type { DirectoryTestStep } from '../../sync/index.js';
import { MembershipModeEnum } from '../enums.js';
import { DateTimeScalar, RevisionScalar } from '../scalars.js';
import { ApplicationObject } from './application.js';
import { SetAsideGrantObject } from './deleted-user.js';
import { DirectoryObject } from './directory.js';
import { GroupObject } from './group.js';
import { LicenceObject } from './licence.js';
import { GrantObject } from './permission.js';
import { PreviewObject } from './preview.js';
import { DirectoryTestStepObject, RunObject } from './run.js';
import { SelfAuditObject } from './self-audit.js';
import { UserObject } from './user.js';
import { ViewerObject } from './viewer.js';

/** What every mutation answers with. */
@ObjectType()
abstract class Payload {
  @Field(() => RevisionScalar, {
    description: 'A reader that has reached this revision sees the result.',
  })
  readonly revision!: Revision;
}

/** What a mutation that can move permissions answers with. */
@ObjectType()
abstract class ChangePayload extends Payload {
  @Field(() => PreviewObject, {
    nullable: true,
    description: 'With `dryRun`: what the change would do; null when it was made.',
  })
  readonly preview!: PreviewObject | null;
}

@ObjectType({ description: 'What a mutation of one directory did.' })
export class DirectoryPayload extends ChangePayload {
  @Field(() => DirectoryObject, { description: 'The directory as it is now.' })
  readonly directory!: DirectoryObject;
}

@ObjectType({ description: 'What a change of the order did.' })
export class DirectoriesPayload extends ChangePayload {
  @Field(() => [DirectoryObject], { description: 'All directories in their new order.' })
  readonly directories!: readonly DirectoryObject[];
}

@ObjectType({ description: 'What the test of a connection found. Nothing was changed.' })
export class DirectoryTestPayload extends Payload {
  @Field(() => DirectoryObject, {
    nullable: true,
    description: 'The directory that was tested; null when settings were tried before saving.',
  })
  readonly directory!: DirectoryObject | null;

  @Field(() => Boolean, { description: 'Whether no step failed.' })
  readonly passed!: boolean;

  @Field(() => [DirectoryTestStepObject], { description: 'All steps in order.' })
  readonly steps!: readonly DirectoryTestStep[];
}

@ObjectType({ description: 'What a synchronisation did.' })
export class SynchronisationPayload extends Payload {
  @Field(() => RunObject, { description: 'The run, ended. One that failed says why.' })
  readonly run!: RunObject;
}

@ObjectType({ description: 'What was removed.' })
export class RemovalPayload extends ChangePayload {
  @Field(() => ID, { description: 'The id it had.' })
  readonly removedId!: string;
}

@ObjectType({ description: 'What a mutation of grants did.' })
export class GrantPayload extends ChangePayload {
  @Field(() => GrantObject, { description: 'The grant that was given or taken back.' })
  readonly grant!: GrantObject;
}

@ObjectType({ description: 'What a change of the membership mode did.' })
export class MembershipModePayload extends ChangePayload {
  @Field(() => MembershipModeEnum, { description: 'The mode in force.' })
  readonly membershipMode!: MembershipMode;
}

@ObjectType({ description: 'What a change of the licence limit did.' })
export class LicencePayload extends ChangePayload {
  @Field(() => LicenceObject, { description: 'Seats after the change.' })
  readonly licence!: LicenceObject;
}

@ObjectType({ description: 'What a mutation of one user did.' })
export class UserPayload extends ChangePayload {
  @Field(() => UserObject, {
    nullable: true,
    description: 'The user as they are now; null when somebody has removed them meanwhile.',
  })
  readonly user!: UserObject | null;
}

@ObjectType({ description: 'What a mutation of one group or of its members did.' })
export class GroupPayload extends ChangePayload {
  @Field(() => GroupObject, {
    nullable: true,
    description: 'The group as it is now; null when its directory has been removed meanwhile.',
  })
  readonly group!: GroupObject | null;
}

@ObjectType({ description: 'What a mutation of one application did.' })
export class ApplicationPayload extends Payload {
  @Field(() => ApplicationObject, { description: 'The application as it is now.' })
  readonly application!: ApplicationObject;
}

@ObjectType({ description: 'What a decision against a grant that was set aside did.' })
export class SetAsidePayload extends Payload {
  @Field(() => SetAsideGrantObject, { description: 'The grant as it was set aside.' })
  readonly setAsideGrant!: SetAsideGrantObject;
}

@ObjectType({ description: 'What a self-audit found.' })
export class SelfAuditPayload extends Payload {
  @Field(() => [SelfAuditObject], { description: 'One audit of the index and one of the rows.' })
  readonly audits!: readonly SelfAudit[];
}

@ObjectType({ description: 'What a sign-in did. The token is in the cookie that comes with it.' })
export class SignInPayload extends Payload {
  @Field(() => ViewerObject, { description: 'Whoever has signed in.' })
  readonly viewer!: ViewerObject;

  @Field(() => DateTimeScalar, {
    description: 'When the session ends, however much it is used; unused it ends sooner.',
  })
  readonly expiresAt!: Date;
}

@ObjectType({ description: 'What a sign-out did.' })
export class SignOutPayload extends Payload {
  @Field(() => Int, { description: 'How many sessions ended.' })
  readonly ended!: number;
}

@ObjectType({ description: 'What a new password by a token did.' })
export class PasswordResetPayload extends Payload {}
