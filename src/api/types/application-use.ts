import { Field, Float, ObjectType } from 'type-graphql';
import type { ApplicationRefusal, CallCount, RefusedCalls } from '../../domain/index.js';
import { ApplicationRefusalEnum } from '../enums.js';
import { DateTimeScalar } from '../scalars.js';

@ObjectType('RefusalCount', { description: 'Calls that were refused for one reason.' })
export class RefusalCountObject {
  @Field(() => ApplicationRefusalEnum, { description: 'Why.' })
  readonly reason!: ApplicationRefusal;

  @Field(() => Float, { description: 'How many.' })
  readonly times!: number;

  @Field(() => DateTimeScalar, { description: 'The last of them.' })
  readonly lastAt!: Date;
}

@ObjectType('ApplicationUse', {
  description:
    'How an application calls. What other processes were called for is told ten seconds later, and what a process had not told when it was killed never.',
})
export class ApplicationUseObject {
  private readonly counts: readonly CallCount[];

  constructor(counts: readonly CallCount[]) {
    this.counts = counts;
  }

  @Field(() => Float, { description: 'Calls that were let in.' })
  get calls(): number {
    return this.admitted?.times ?? 0;
  }

  @Field(() => DateTimeScalar, { nullable: true, description: 'The last call that was let in.' })
  get lastSeenAt(): Date | null {
    return this.admitted?.lastAt ?? null;
  }

  @Field(() => [RefusalCountObject], { description: 'Calls that were refused, by reason.' })
  get refusals(): RefusalCountObject[] {
    return this.counts.flatMap(({ outcome: reason, times, lastAt }) => {
      return reason === 'ADMITTED' ? [] : [{ reason, times, lastAt }];
    });
  }

  private get admitted(): CallCount | undefined {
    return this.counts.find(({ outcome }) => outcome === 'ADMITTED');
  }
}

@ObjectType('RefusedCalls', {
  description: 'Calls in the name of an application from one address, refused for one reason.',
})
export class RefusedCallsObject implements Omit<RefusedCalls, 'applicationId'> {
  @Field(() => ApplicationRefusalEnum, { description: 'Why.' })
  readonly reason!: ApplicationRefusal;

  @Field(() => String, {
    nullable: true,
    description: 'The address as it was judged; null when it could not be told.',
  })
  readonly address!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The entry of the list that came closest to the address.',
  })
  readonly nearestRule!: string | null;

  @Field(() => Float, { description: 'How many.' })
  readonly times!: number;

  @Field(() => DateTimeScalar, { description: 'The last of them.' })
  readonly lastAt!: Date;
}
