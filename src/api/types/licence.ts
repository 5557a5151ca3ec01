import { Field, ID, Int, ObjectType } from 'type-graphql';
import {
  type ChangeCursor,
  isPassed,
  type LicenceState,
  type LicenceWarning,
  type Origin,
} from '../../domain/index.js';
import type { LoggedLicenceWarning } from '../../usecase/index.js';
import { changeCursor } from '../cursor.js';
import { CauseTypeEnum, LicenceDirectionEnum } from '../enums.js';
import { globalId } from '../global-id.js';
import { DateTimeScalar, RevisionScalar } from '../scalars.js';

@ObjectType('Licence', {
  description: 'Seats: every active user who holds the seat permission takes one, once per name.',
})
export class LicenceObject {
  private readonly state: LicenceState;
  private readonly end: ChangeCursor;

  constructor(state: LicenceState, end: ChangeCursor) {
    this.state = state;
    this.end = end;
  }

  @Field(() => Int, { nullable: true, description: 'Seats allowed; null when there is no limit.' })
  get limit(): number | null {
    return this.state.seatsAllowed;
  }

  @Field(() => Int, { description: 'Seats taken.' })
  get used(): number {
    return this.state.seatsUsed;
  }

  @Field(() => Int, {
    nullable: true,
    description: 'Seats left, below zero when the limit is exceeded; null when there is no limit.',
  })
  get remaining(): number | null {
    return this.state.seatsAllowed === null ? null : this.state.seatsAllowed - this.state.seatsUsed;
  }

  @Field(() => Boolean, { description: 'Whether nine tenths of the limit are taken, or more.' })
  get nearLimit(): boolean {
    return isPassed(90, this.state);
  }

  @Field(() => Boolean, { description: 'Whether more seats are taken than allowed.' })
  get overLimit(): boolean {
    return isPassed(100, this.state);
  }

  @Field(() => String, {
    description:
      'The end of the log now: a subscription to `licenceWarning` after it misses no later warning.',
  })
  get warningCursor(): string {
    return changeCursor(this.end);
  }
}

@ObjectType({ description: 'Who or what caused a change.' })
export class Cause {
  private readonly origin: Origin;

  constructor(origin: Origin) {
    this.origin = origin;
  }

  @Field(() => CauseTypeEnum, { description: 'What kind of cause.' })
  get type(): string {
    return this.origin.type;
  }

  @Field(() => String, {
    nullable: true,
    description: 'The name of the user, or of the directory that was synchronised.',
  })
  get name(): string | null {
    if (this.origin.type === 'OPERATOR') return null;
    return this.origin.type === 'RUN' ? this.origin.directoryName : this.origin.name;
  }

  @Field(() => ID, {
    nullable: true,
    description: 'The id of the run, to be read with `node`; null for other causes.',
  })
  get runId(): string | null {
    return this.origin.type === 'RUN' ? globalId('SynchronisationRun', this.origin.runId) : null;
  }
}

@ObjectType('LicenceWarning', {
  description:
    'A licence threshold was crossed. Each crossing is written once, in the transaction of the change that caused it, and kept.',
})
export class LicenceWarningObject {
  private readonly logged: LoggedLicenceWarning;

  constructor(logged: LoggedLicenceWarning) {
    this.logged = logged;
  }

  @Field(() => String, { description: 'Give it as `after` to go on with the next warning.' })
  get cursor(): string {
    return changeCursor(this.logged);
  }

  @Field(() => Int, { description: 'Per cent of the limit: 90 or 100.' })
  get threshold(): number {
    return this.logged.change.threshold;
  }

  @Field(() => LicenceDirectionEnum, { description: 'Which way it was crossed.' })
  get direction(): string {
    return this.logged.change.direction;
  }

  @Field(() => Int, { description: 'Seats taken after the change.' })
  get seatsUsed(): number {
    return this.logged.change.after.seatsUsed;
  }

  @Field(() => Int, { nullable: true, description: 'Seats allowed after the change.' })
  get limit(): number | null {
    return this.logged.change.after.seatsAllowed;
  }

  @Field(() => DateTimeScalar, { description: 'When it was crossed.' })
  get at(): Date {
    return this.logged.at;
  }

  @Field(() => RevisionScalar, { description: 'The revision of the change.' })
  get revision(): number {
    return this.logged.revision;
  }

  @Field(() => Cause, { description: 'Who or what crossed it.' })
  get cause(): Cause {
    return new Cause(this.logged.origin);
  }

  @Field(() => String, { description: 'One sentence for an administrator.' })
  get message(): string {
    return sentence(this.logged.change);
  }
}

function sentence({ threshold, direction, after }: LicenceWarning): string {
  const { seatsUsed, seatsAllowed } = after;
  const taken =
    seatsAllowed === null
      ? `${seatsUsed} seats are taken and the limit was lifted`
      : `${seatsUsed} of ${seatsAllowed} seats are taken`;
  if (direction === 'DOWN') return `${taken}: no longer ${describe(threshold)}`;
  return `${taken}: ${describe(threshold)}; raise the limit or take the seat permission from somebody`;
}

function describe(threshold: LicenceWarning['threshold']): string {
  return threshold === 100 ? 'more than the licence allows' : `${threshold} % of the limit or more`;
}
