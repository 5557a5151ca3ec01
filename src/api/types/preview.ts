import { Field, Int, ObjectType } from 'type-graphql';
import {
  type ErrorCode,
  type GatehouseError,
  isPassed,
  type LicenceCrossing,
  type LicenceState,
  type PermissionKey,
} from '../../domain/index.js';
import type { UserEntry } from '../../engine/index.js';
import { type Forecast, isConfirmable } from '../../usecase/index.js';
import { ErrorCodeEnum, LicenceDirectionEnum } from '../enums.js';
import { PermissionKeyScalar } from '../scalars.js';
import { RunCountsObject } from './run.js';
import { toUser, UserObject } from './user.js';

@ObjectType('Seats', { description: 'Licence seats taken and allowed.' })
export class SeatsObject {
  private readonly state: LicenceState;

  constructor(state: LicenceState) {
    this.state = state;
  }

  @Field(() => Int, { description: 'Seats taken.' })
  get used(): number {
    return this.state.seatsUsed;
  }

  @Field(() => Int, { nullable: true, description: 'Seats allowed; null when there is no limit.' })
  get limit(): number | null {
    return this.state.seatsAllowed;
  }

  @Field(() => Boolean, { description: 'Whether nine tenths of the limit are taken, or more.' })
  get nearLimit(): boolean {
    return isPassed(90, this.state);
  }

  @Field(() => Boolean, { description: 'Whether more seats are taken than allowed.' })
  get overLimit(): boolean {
    return isPassed(100, this.state);
  }
}

@ObjectType('LicenceCrossing', { description: 'A licence threshold that is crossed.' })
export class LicenceCrossingObject implements LicenceCrossing {
  @Field(() => Int, { description: 'Per cent of the limit: 90 or 100.' })
  readonly threshold!: LicenceCrossing['threshold'];

  @Field(() => LicenceDirectionEnum, { description: 'Which way it is crossed.' })
  readonly direction!: LicenceCrossing['direction'];
}

@ObjectType('Refusal', { description: 'Something that would refuse the changes.' })
export class RefusalObject {
  private readonly refusal: GatehouseError;

  constructor(refusal: GatehouseError) {
    this.refusal = refusal;
  }

  @Field(() => ErrorCodeEnum, { description: 'What an error would name in `extensions.code`.' })
  get code(): ErrorCode {
    return this.refusal.code;
  }

  @Field(() => String, { description: 'What is wrong and what to do about it, in one sentence.' })
  get message(): string {
    return this.refusal.message;
  }

  @Field(() => Boolean, { description: 'Whether `confirm` on the mutation overrides it.' })
  get confirmable(): boolean {
    return isConfirmable(this.refusal);
  }
}

@ObjectType('Preview', {
  description:
    "What changes would do, or have done, to everybody's permissions: two states of the gateway side by side. Only what comes out in the end counts, not what happens in between. All lists are of the moment the preview was made; a further page is had by asking for the preview again with `after`, which is safe because cursors are names.",
})
export class PreviewObject {
  readonly forecast: Forecast;

  constructor(forecast: Forecast) {
    this.forecast = forecast;
  }
}

@ObjectType('PermissionPreview', { description: 'Who gains and who loses one permission.' })
export class PermissionPreviewObject {
  readonly forecast: Forecast;

  @Field(() => PermissionKeyScalar, { description: 'Which permission.' })
  readonly permission: PermissionKey;

  @Field(() => Int, { description: 'How many hold it before.' })
  readonly holdersBefore: number;

  @Field(() => Int, { description: 'How many hold it after.' })
  readonly holdersAfter: number;

  @Field(() => Int, { description: 'How many gain it.' })
  readonly gainedCount: number;

  @Field(() => Int, { description: 'How many lose it.' })
  readonly lostCount: number;

  constructor(
    forecast: Forecast,
    permission: PermissionKey,
    counts: Pick<
      PermissionPreviewObject,
      'holdersBefore' | 'holdersAfter' | 'gainedCount' | 'lostCount'
    >,
  ) {
    this.forecast = forecast;
    this.permission = permission;
    this.holdersBefore = counts.holdersBefore;
    this.holdersAfter = counts.holdersAfter;
    this.gainedCount = counts.gainedCount;
    this.lostCount = counts.lostCount;
  }
}

@ObjectType('PermissionMove', { description: 'A user who gains or loses a permission.' })
export class PermissionMoveObject {
  readonly forecast: Forecast;
  readonly permission: PermissionKey;

  @Field(() => String, { description: 'The name of the user.' })
  readonly userName: string;

  constructor(forecast: Forecast, permission: PermissionKey, userName: string) {
    this.forecast = forecast;
    this.permission = permission;
    this.userName = userName;
  }
}

@ObjectType('MaskMove', {
  description: 'A name that means an entry of another directory after the changes than before.',
})
export class MaskMoveObject {
  private readonly forecast: Forecast;
  private readonly entries: { readonly before: UserEntry; readonly after: UserEntry };

  constructor(
    forecast: Forecast,
    entries: { readonly before: UserEntry; readonly after: UserEntry },
  ) {
    this.forecast = forecast;
    this.entries = entries;
  }

  @Field(() => String, { description: 'The name, as the entry spells it that counts afterwards.' })
  get userName(): string {
    return this.entries.after.name;
  }

  @Field(() => UserObject, { description: 'The entry it means before.' })
  get before(): UserObject {
    return toUser(this.entries.before, this.forecast.before);
  }

  @Field(() => UserObject, { description: 'The entry it means after.' })
  get after(): UserObject {
    return toUser(this.entries.after, this.forecast.after);
  }
}

@ObjectType('SynchronisationPreview', {
  description: 'What a synchronisation would do if it ran now.',
})
export class SynchronisationPreviewObject {
  @Field(() => RunCountsObject, { description: 'What it would read and change.' })
  readonly counts!: RunCountsObject;

  @Field(() => String, {
    nullable: true,
    description: 'Why it would be held, in one sentence; null when it would go through.',
  })
  readonly held!: string | null;

  @Field(() => PreviewObject, { description: "What it would do to everybody's permissions." })
  readonly preview!: PreviewObject;
}
