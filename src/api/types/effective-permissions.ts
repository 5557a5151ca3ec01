import { Field, ObjectType } from 'type-graphql';
import type { Directory, PermissionKey, Revision } from '../../domain/index.js';
import type { Moment } from '../../usecase/index.js';
import { PermissionKeyScalar, RevisionScalar } from '../scalars.js';
import { DirectoryObject } from './directory.js';
import { UserObject } from './user.js';

@ObjectType('EffectivePermission', { description: 'A permission that somebody holds.' })
export class EffectivePermissionObject {
  readonly userName: string;
  readonly at: Moment;

  @Field(() => PermissionKeyScalar, { description: 'Which permission.' })
  readonly permission: PermissionKey;

  constructor(userName: string, permission: PermissionKey, at: Moment) {
    this.userName = userName;
    this.permission = permission;
    this.at = at;
  }
}

@ObjectType('EffectivePermissions', {
  description:
    'Everything a name may do, by grants to it and to every group it is in, directly or through other groups.',
})
export class EffectivePermissionsObject {
  /** Directories that had a say in the answer. */
  readonly rests: readonly Directory[];
  readonly entry: UserObject | null;

  @Field(() => String, { description: 'The name that was asked about.' })
  readonly userName: string;

  @Field(() => [EffectivePermissionObject], { description: 'From the weakest to the strongest.' })
  readonly permissions: readonly EffectivePermissionObject[];

  @Field(() => RevisionScalar, { description: 'The revision that the answer is of.' })
  readonly revision: Revision;

  constructor(answer: {
    readonly userName: string;
    readonly entry: UserObject | null;
    readonly permissions: readonly PermissionKey[];
    readonly revision: Revision;
    readonly rests: readonly Directory[];
    readonly at: Moment;
  }) {
    this.userName = answer.userName;
    this.entry = answer.entry;
    this.permissions = answer.permissions.map(
      (permission) => new EffectivePermissionObject(answer.userName, permission, answer.at),
    );
    this.revision = answer.revision;
    this.rests = answer.rests;
  }

  @Field(() => UserObject, {
    nullable: true,
    description: 'The entry that the name means; null when no active directory knows it.',
  })
  get user(): UserObject | null {
    return this.entry;
  }

  @Field(() => DirectoryObject, {
    nullable: true,
    description: 'The directory of that entry.',
  })
  get directory(): DirectoryObject | null {
    if (!this.entry) return null;
    const { directory, at } = this.entry.source;
    return new DirectoryObject(directory, at);
  }
}

@ObjectType('CheckResult', { description: 'The answer to one of many questions asked at once.' })
export class CheckResult {
  @Field(() => String, { description: 'The name that was asked about.' })
  readonly user!: string;

  @Field(() => PermissionKeyScalar, { description: 'The permission that was asked about.' })
  readonly permission!: PermissionKey;

  @Field(() => Boolean, { description: 'Whether the user holds it.' })
  readonly allowed!: boolean;
}
