import { Field, ObjectType } from 'type-graphql';
import type { PermissionKey } from '../../domain/index.js';
import { ViewerTypeEnum } from '../enums.js';
import { PermissionKeyScalar } from '../scalars.js';
import { UserObject } from './user.js';

@ObjectType('Viewer', { description: 'Whoever signed in with this request.' })
export class ViewerObject {
  @Field(() => String, { description: 'The name they signed in with, as it is spelt here.' })
  readonly name!: string;

  @Field(() => ViewerTypeEnum, { description: 'What kind of account it is.' })
  readonly type!: string;

  @Field(() => UserObject, {
    nullable: true,
    description: "Their entry; null for the operator's own account.",
  })
  readonly user!: UserObject | null;

  @Field(() => [PermissionKeyScalar], {
    description: 'Everything they may do, from the weakest to the strongest; empty without a seat.',
  })
  readonly permissions!: readonly PermissionKey[];
}
