import { Field, ID, Int, ObjectType } from 'type-graphql';
import {
  type ChangeCursor,
  graceEndsAt,
  isPassed,
  type LicenceChange,
  type LicenceCrossing,
  type LicenceState,
  type LicenceThreshold,
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
  private readonly exceededSince: Date | null;

  /** @param exceededSince `null` when it is not exceeded, or nobody knows since when. */
  constructor(state: LicenceState, end: ChangeCursor, exceededSince: Date | null) {
    this.state = state;
    this.end = end;
    this.exceededSince = exceededSince;
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

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'Since when more seats are taken than allowed. Null while that is not so, in what would be, and at revisions before the latest crossing of a threshold.',
  })
  get overSince(): Date | null {
    return this.exceededSince;
  }

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the grace period ends or ended: 24 hours after `overSince`.',
  })
  get graceEndsAt(): Date | null {
    return this.exceededSince && graceEndsAt(this.exceededSince);
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
    description: 'The name of the user or application, or of the directory that was synchronised.',
  })
  get name(): string | null {
    if (this.origin.type === 'OPERATOR' || this.origin.type === 'GATEWAY') return null;
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
    'A licence threshold was crossed, or the grace period of an exceeded licence has ended. Each crossing is written once, in the transaction of the change that caused it, and kept; the end of a grace period once.',
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
    return told(this.logged.change).threshold;
  }

  @Field(() => LicenceDirectionEnum, { description: 'Which way it was crossed.' })
  get direction(): string {
    return told(this.logged.change).direction;
  }

  @Field(() => Int, { description: 'Seats taken after the change.' })
  get seatsUsed(): number {
    return told(this.logged.change).state.seatsUsed;
  }

  @Field(() => Int, { nullable: true, description: 'Seats allowed after the change.' })
  get limit(): number | null {
    return told(this.logged.change).state.seatsAllowed;
  }

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'Since when more seats are taken than allowed; null where that is not what it tells.',
  })
  get overSince(): Date | null {
    const { change, at } = this.logged;
    if (change.kind === 'LicenceGraceEnded') return new Date(change.overSince);
    return change.threshold === 100 && change.direction === 'UP' ? at : null;
  }

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the grace period ends or ended: 24 hours after `overSince`.',
  })
  get graceEndsAt(): Date | null {
    return this.overSince && graceEndsAt(this.overSince);
  }

  @Field(() => DateTimeScalar, {
    description: 'When it was told: when it was crossed, unless nobody noticed.',
  })
  get at(): Date {
    return this.logged.at;
  }

  @Field(() => RevisionScalar, { description: 'The revision of the change.' })
  get revision(): number {
    return this.logged.revision;
  }

  @Field(() => Cause, { description: 'Who or what caused it.' })
  get cause(): Cause {
    return new Cause(this.logged.origin);
  }

  @Field(() => String, { description: 'One sentence for an administrator.' })
  get message(): string {
    return sentence(this.logged.change);
  }
}

/** A warning in the words of the interface. */
interface Told {
  readonly threshold: LicenceThreshold;
  readonly direction: LicenceCrossing['direction'] | 'STAYED';
  readonly state: LicenceState;
}

function told(change: LicenceChange): Told {
  return change.kind === 'LicenceGraceEnded'
    ? { threshold: 100, direction: 'STAYED', state: change.state }
    : { threshold: change.threshold, direction: change.direction, state: change.after };
}

function sentence(change: LicenceChange): string {
  const { threshold, direction, state } = told(change);
  const { seatsUsed, seatsAllowed } = state;
  const taken =
    seatsAllowed === null
      ? `${seatsUsed} seats are taken and the limit was lifted`
      : `${seatsUsed} of ${seatsAllowed} seats are taken`;
  if (direction === 'DOWN') return `${taken}: no longer ${describe(threshold)}`;
  const advice = 'raise the limit or take the seat permission from somebody';
  const passed = `${taken}: ${describe(threshold)}`;
  return direction === 'STAYED'
    ? `${passed}, and the 24 hours to put it right are over; ${advice}`
    : `${passed}; ${advice}`;
}

function describe(threshold: LicenceThreshold): string {
  return threshold === 100 ? 'more than the licence allows' : `${threshold} % of the limit or more`;
}
