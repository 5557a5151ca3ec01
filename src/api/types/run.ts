import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type {
  ErrorCode,
  RunCounts,
  RunPhase,
  RunProgress,
  SetAsideReason,
  SetAsideRecord,
  SynchronisationRun,
} from '../../domain/index.js';
import type { DirectoryTestStep } from '../../sync/index.js';
import type { LoggedHold } from '../../usecase/index.js';
import { changeCursor } from '../cursor.js';
import {
  DirectoryTestOutcomeEnum,
  DirectoryTestStepNameEnum,
  ErrorCodeEnum,
  FullRunCauseEnum,
  RunKindEnum,
  RunOutcomeEnum,
  RunPhaseEnum,
  SetAsideKindEnum,
  SetAsideReasonEnum,
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

@ObjectType('SetAsideRecord', {
  description: 'What of the server could not be kept; all else was.',
})
export class SetAsideRecordObject implements SetAsideRecord {
  @Field(() => SetAsideKindEnum, { description: 'What it tells of.' })
  readonly kind!: SetAsideRecord['kind'];

  @Field(() => String, {
    description:
      'The name it stands under, of a membership that of the group; at most 255 characters.',
  })
  readonly name!: string;

  @Field(() => String, { nullable: true, description: 'Of a membership: the member.' })
  readonly member?: string;

  @Field(() => String, {
    nullable: true,
    description: 'Of a user or group that was kept: the value that was left out.',
  })
  readonly fact?: string;

  @Field(() => SetAsideReasonEnum, { description: 'Why.' })
  readonly reason!: SetAsideReason;

  @Field(() => Int, { nullable: true, description: 'Rows that were set aside with it; null: one.' })
  readonly rows?: number;
}

@ObjectType('RunProgress', { description: 'How far a run has come.' })
export class RunProgressObject {
  private readonly progress: RunProgress;

  constructor(progress: RunProgress) {
    this.progress = progress;
  }

  @Field(() => RunPhaseEnum, { description: 'What it is doing.' })
  get phase(): RunPhase {
    return this.progress.phase;
  }

  @Field(() => DateTimeScalar, { description: 'Since when it does so.' })
  get since(): Date {
    return this.progress.phaseStartedAt;
  }

  @Field(() => Int, { description: 'Rows that are done.' })
  get done(): number {
    return this.progress.done;
  }

  @Field(() => Int, {
    nullable: true,
    description: 'Rows there probably are, as the last full run counted; null when nobody knows.',
  })
  get total(): number | null {
    return this.progress.total;
  }

  @Field(() => Float, {
    description: 'Rows a second from the beginning of the phase until this was told.',
  })
  get rate(): number {
    const { done, elapsedMs } = this.progress;
    return elapsedMs > 0 ? (1_000 * done) / elapsedMs : 0;
  }

  @Field(() => Float, {
    nullable: true,
    description: 'Seconds until the phase is over at this rate; null when nobody knows.',
  })
  get remainingSeconds(): number | null {
    if (this.total === null || this.rate === 0) return null;
    return Math.max(0, this.total - this.done) / this.rate;
  }
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

  @Field(() => Float, {
    nullable: true,
    description: 'Milliseconds from its beginning to its end; null while it runs.',
  })
  get durationMs(): number | null {
    const { startedAt, finishedAt } = this.run;
    return finishedAt && finishedAt.getTime() - startedAt.getTime();
  }

  @Field(() => RunKindEnum, {
    nullable: true,
    description: 'What it read; null as long as it has not come so far.',
  })
  get kind(): string | null {
    return this.run.kind;
  }

  @Field(() => FullRunCauseEnum, {
    nullable: true,
    description: 'Why it read everything; null unless it did.',
  })
  get fullCause(): string | null {
    return this.run.fullCause;
  }

  @Field(() => RunProgressObject, {
    nullable: true,
    description: 'How far it has come, told about once a second; null once it has ended.',
  })
  get progress(): RunProgressObject | null {
    const { progress } = this.run;
    return progress && new RunProgressObject(progress);
  }

  @Field(() => Int, { description: 'Requests sent to the server.' })
  get requests(): number {
    return this.run.requests;
  }

  @Field(() => Float, { description: 'Bytes of answers received from the server, bodies alone.' })
  get bytes(): number {
    return this.run.bytes;
  }

  @Field(() => [SetAsideRecordObject], {
    description:
      'The first of what could not be kept, at most 100; `counts.setAside` counts all of it.',
  })
  get setAside(): readonly SetAsideRecordObject[] {
    return this.run.setAside;
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
    description:
      'One sentence for an administrator: why it changed nothing and what to do about it, or what was wrong with the events that could not be followed.',
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

@ObjectType('SynchronisationHeld', {
  description:
    'A run waits for an administrator. Written once, together with its record, and kept.',
})
export class SynchronisationHeldObject {
  private readonly logged: LoggedHold;

  constructor(logged: LoggedHold) {
    this.logged = logged;
  }

  @Field(() => String, { description: 'Give it as `after` to go on with the next one.' })
  get cursor(): string {
    return changeCursor(this.logged);
  }

  @Field(() => DateTimeScalar, { description: 'When it was held.' })
  get at(): Date {
    return this.logged.at;
  }

  @Field(() => ID, { description: 'The id of the directory, to be read with `directory`.' })
  get directoryId(): string {
    return globalId('Directory', this.logged.change.directoryId);
  }

  @Field(() => ID, {
    description:
      'The id of the run, to be read with `node` and given to `releaseSynchronisation` or `dropSynchronisation`.',
  })
  get runId(): string {
    return globalId('SynchronisationRun', this.logged.change.runId);
  }

  @Field(() => ErrorCodeEnum, { description: 'Why.' })
  get reason(): ErrorCode {
    return this.logged.change.code;
  }

  @Field(() => String, { description: 'One sentence for an administrator.' })
  get message(): string {
    return this.logged.change.message;
  }
}
