import { Field, Int, ObjectType } from 'type-graphql';
import type { ErrorCode, RunCounts, SynchronisationRun } from '../../domain/index.js';
import type { DirectoryTestStep } from '../../sync/index.js';
import {
  DirectoryTestOutcomeEnum,
  DirectoryTestStepNameEnum,
  ErrorCodeEnum,
  RunOutcomeEnum,
} from '../enums.js';
import { globalId } from '../global-id.js';
import { DateTimeScalar, RevisionScalar } from '../scalars.js';
import { NodeObject } from './node.js';

@ObjectType('RunCounts', { description: 'What a synchronisation run read and changed, in rows.' })
export class RunCountsObject implements RunCounts {
  @Field(() => Int, { description: 'Users the server told of.' })
  readonly usersRead!: number;

  @Field(() => Int, { description: 'Groups the server told of.' })
  readonly groupsRead!: number;

  @Field(() => Int, { description: 'Direct memberships the server told of.' })
  readonly membershipsRead!: number;

  @Field(() => Int, { description: 'Users that were new here.' })
  readonly usersAdded!: number;

  @Field(() => Int, { description: 'Users that had changed.' })
  readonly usersChanged!: number;

  @Field(() => Int, { description: 'Users that the server no longer has.' })
  readonly usersRemoved!: number;

  @Field(() => Int, { description: 'Groups that were new here.' })
  readonly groupsAdded!: number;

  @Field(() => Int, { description: 'Groups that had changed.' })
  readonly groupsChanged!: number;

  @Field(() => Int, { description: 'Groups that the server no longer has.' })
  readonly groupsRemoved!: number;

  @Field(() => Int, { description: 'Direct memberships that were new here.' })
  readonly membershipsAdded!: number;

  @Field(() => Int, { description: 'Direct memberships that the server no longer has.' })
  readonly membershipsRemoved!: number;

  @Field(() => Int, {
    description:
      'Records that could not be kept (a bad name, an unknown member, a duplicate) and were set aside.',
  })
  readonly setAside!: number;
}

@ObjectType('SynchronisationRun', {
  implements: NodeObject,
  description: 'One synchronisation of one directory.',
})
export class RunObject extends NodeObject {
  readonly run: SynchronisationRun;

  constructor(run: SynchronisationRun) {
    super(globalId('SynchronisationRun', run.id));
    this.run = run;
  }

  @Field(() => DateTimeScalar, { description: 'When it began.' })
  get startedAt(): Date {
    return this.run.startedAt;
  }

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it ended; null while it runs.',
  })
  get finishedAt(): Date | null {
    return this.run.finishedAt;
  }

  @Field(() => RunOutcomeEnum, { description: 'How it stands.' })
  get outcome(): string {
    return this.run.outcome;
  }

  @Field(() => ErrorCodeEnum, { nullable: true, description: 'Why it failed or was aborted.' })
  get reason(): ErrorCode | null {
    return this.run.reason;
  }

  @Field(() => String, {
    nullable: true,
    description: 'One sentence for an administrator: what happened and what to do about it.',
  })
  get message(): string | null {
    return this.run.message;
  }

  @Field(() => RunCountsObject, { description: 'What it read and changed.' })
  get counts(): RunCounts {
    return this.run.counts;
  }

  @Field(() => RevisionScalar, {
    nullable: true,
    description: 'The revision it made; null when nothing had to be changed.',
  })
  get revision(): number | null {
    return this.run.revision;
  }
}

@ObjectType('DirectoryTestStep', {
  description: 'What came of one step of the test of a connection.',
})
export class DirectoryTestStepObject implements DirectoryTestStep {
  @Field(() => DirectoryTestStepNameEnum, { description: 'Which step.' })
  readonly step!: DirectoryTestStep['step'];

  @Field(() => DirectoryTestOutcomeEnum, { description: 'What came of it.' })
  readonly outcome!: DirectoryTestStep['outcome'];

  @Field(() => ErrorCodeEnum, { nullable: true, description: 'Why it failed; null unless it did.' })
  readonly code!: ErrorCode | null;

  @Field(() => String, {
    description: 'What happened and, unless all is well, what to do about it.',
  })
  readonly message!: string;
}
