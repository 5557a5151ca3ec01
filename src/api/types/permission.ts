import { Field, ObjectType } from 'type-graphql';
import type { Grant, Permission, PermissionKey, PermissionScheme } from '../../domain/index.js';
import type { Moment } from '../../usecase/index.js';
import { SubjectTypeEnum } from '../enums.js';
import { globalId } from '../global-id.js';
import { PermissionKeyScalar } from '../scalars.js';
import { NodeObject } from './node.js';

@ObjectType('Permission', { description: 'A global permission of the scheme in force.' })
export class PermissionObject implements Permission {
  @Field(() => PermissionKeyScalar, { description: 'What it is asked for by.' })
  readonly key!: PermissionKey;

  @Field(() => String, { description: 'As the product calls it.' })
  readonly title!: string;

  @Field(() => String, { description: 'What it lets somebody do.' })
  readonly description!: string;

  @Field(() => [PermissionKeyScalar], {
    description: 'The permissions it includes, directly or through another.',
  })
  readonly implies!: readonly PermissionKey[];
}

@ObjectType('PermissionScheme', {
  description: "One product's global permissions, and which of them carry a role here.",
})
export class PermissionSchemeObject implements PermissionScheme {
  @Field(() => String, { description: 'What the scheme is known by.' })
  readonly key!: string;

  @Field(() => String, { description: 'The product it is of.' })
  readonly title!: string;

  @Field(() => [PermissionObject], { description: 'From the weakest to the strongest.' })
  readonly permissions!: readonly Permission[];

  @Field(() => PermissionKeyScalar, {
    description: 'Whoever holds this takes a licence seat and may ask about themselves.',
  })
  readonly seat!: PermissionKey;

  @Field(() => PermissionKeyScalar, {
    description: 'Needed to read everything and to manage users, groups and grants.',
  })
  readonly administration!: PermissionKey;

  @Field(() => PermissionKeyScalar, {
    description: 'Needed to manage directories, applications, the membership mode and the licence.',
  })
  readonly systemAdministration!: PermissionKey;
}

@ObjectType('Grant', {
  implements: NodeObject,
  description:
    'A global permission given to a name. It holds for whoever bears the name, and outlives the removal of a directory.',
})
export class GrantObject extends NodeObject {
  readonly grant: Grant;
  /** Whom it reaches is told as of this moment. */
  readonly at: Moment;

  constructor(grant: Grant, at: Moment) {
    super(globalId('Grant', grant.id));
    this.grant = grant;
    this.at = at;
  }

  @Field(() => PermissionKeyScalar, { description: 'What was granted.' })
  get permission(): PermissionKey {
    return this.grant.permission;
  }

  @Field(() => SubjectTypeEnum, { description: 'Whether it was granted to a user or to a group.' })
  get subjectType(): string {
    return this.grant.subjectType;
  }

  @Field(() => String, { description: 'The name of that user or group.' })
  get subjectName(): string {
    return this.grant.subjectName;
  }
}
