import { Field, InputType } from 'type-graphql';
import type { PermissionKey, SubjectType } from '../../domain/index.js';
import { SubjectTypeEnum } from '../enums.js';
import { PermissionKeyScalar } from '../scalars.js';

@InputType({ description: 'A user or a group, by name.' })
export class SubjectInput {
  @Field(() => SubjectTypeEnum, { description: 'Whether it is a user or a group.' })
  readonly type!: SubjectType;

  @Field(() => String, { description: 'The name; compared without regard to case.' })
  readonly name!: string;
}

@InputType({ description: 'A question whether a user holds a permission.' })
export class CheckInput {
  @Field(() => String, { description: 'The name of the user.' })
  readonly user!: string;

  @Field(() => PermissionKeyScalar, { description: 'The permission.' })
  readonly permission!: PermissionKey;
}
