import { Field, Int, ObjectType } from 'type-graphql';
import type { AuditDifference, SelfAudit } from '../../domain/index.js';
import { AuditDifferenceKindEnum, AuditSubjectEnum } from '../enums.js';
import { DateTimeScalar, RevisionScalar } from '../scalars.js';

@ObjectType('SelfAuditDifference', { description: 'Things of one kind that differed.' })
export class AuditDifferenceObject implements AuditDifference {
  @Field(() => AuditDifferenceKindEnum, { description: 'What differed.' })
  readonly kind!: AuditDifference['kind'];

  @Field(() => Int, { description: 'How many did.' })
  readonly count!: number;

  @Field(() => [String], { description: 'Names or ids of the first few.' })
  readonly examples!: readonly string[];
}

@ObjectType('SelfAudit', {
  description:
    'One look whether what is kept agrees with itself. An index that differed was replaced by one from the rows; rows that differ are left for an administrator.',
})
export class SelfAuditObject implements SelfAudit {
  @Field(() => AuditSubjectEnum, { description: 'What was looked at.' })
  readonly subject!: SelfAudit['subject'];

  @Field(() => DateTimeScalar, { description: 'When it began.' })
  readonly at!: Date;

  @Field(() => RevisionScalar, { description: 'The revision that was looked at.' })
  readonly revision!: SelfAudit['revision'];

  @Field(() => Int, { description: 'How long it took, in milliseconds.' })
  readonly durationMs!: number;

  @Field(() => [AuditDifferenceObject], { description: 'Empty when all agreed.' })
  readonly differences!: readonly AuditDifference[];
}
