import { Field, Int, ObjectType } from 'type-graphql';
import type { Directory, Grant, PermissionKey } from '../../domain/index.js';
import type { Finding, GroupEntry, UserEntry } from '../../engine/index.js';
import type { Moment } from '../../usecase/index.js';
import { FindingCodeEnum } from '../enums.js';
import { findingSentence } from '../finding-sentence.js';
import { PermissionKeyScalar } from '../scalars.js';
import { DirectoryObject } from './directory.js';
import { GroupObject, toGroup } from './group.js';
import { GrantObject } from './permission.js';
import { toUser, UserObject } from './user.js';

/** Every fact that a finding of some kind has. */
interface Told {
  readonly permission?: PermissionKey;
  readonly user?: UserEntry;
  readonly maskedBy?: UserEntry;
  readonly group?: GroupEntry;
  readonly groups?: readonly GroupEntry[];
  readonly grantedTo?: readonly GroupEntry[];
  readonly grant?: Grant;
  readonly directory?: Directory;
  readonly directories?: readonly Directory[];
  readonly inactiveDirectories?: readonly Directory[];
  readonly heldByGroup?: boolean;
  readonly ways?: number;
  readonly wouldGain?: readonly PermissionKey[];
  readonly wouldLose?: readonly PermissionKey[];
}

@ObjectType('Finding', {
  description:
    'Something an administrator may want to look at. Nothing is refused because of it. Fields that a kind of finding does not have are null or empty.',
})
export class FindingObject {
  private readonly finding: Finding;
  private readonly told: Told;
  private readonly at: Moment;

  constructor(finding: Finding, at: Moment) {
    this.finding = finding;
    this.told = finding;
    this.at = at;
  }

  @Field(() => FindingCodeEnum, { description: 'What kind of finding.' })
  get code(): string {
    return this.finding.code;
  }

  @Field(() => String, { description: 'What was found and what could be done, in one sentence.' })
  get message(): string {
    return findingSentence(this.finding);
  }

  @Field(() => PermissionKeyScalar, {
    nullable: true,
    description: 'The permission it is about; of a grant, what was granted.',
  })
  get permission(): PermissionKey | null {
    return this.told.permission ?? this.told.grant?.permission ?? null;
  }

  @Field(() => UserObject, {
    nullable: true,
    description: 'The user it is about; with MASKED_NAME_DIFFERS the entry that is masked.',
  })
  get user(): UserObject | null {
    return this.told.user ? toUser(this.told.user, this.at) : null;
  }

  @Field(() => UserObject, {
    nullable: true,
    description: 'With MASKED_NAME_DIFFERS: the entry that counts instead.',
  })
  get maskedBy(): UserObject | null {
    return this.told.maskedBy ? toUser(this.told.maskedBy, this.at) : null;
  }

  @Field(() => GroupObject, { nullable: true, description: 'The group it is about.' })
  get group(): GroupObject | null {
    return this.told.group ? toGroup(this.told.group, this.at) : null;
  }

  @Field(() => [GroupObject], {
    description:
      'With NESTED_CYCLE: the groups that are in each other. With SEVERAL_PATHS: granted groups at the ends of the ways, the first few.',
  })
  get groups(): GroupObject[] {
    const groups = this.told.groups ?? this.told.grantedTo ?? [];
    return groups.map((group) => toGroup(group, this.at));
  }

  @Field(() => GrantObject, { nullable: true, description: 'The grant it is about.' })
  get grant(): GrantObject | null {
    return this.told.grant ? new GrantObject(this.told.grant, this.at) : null;
  }

  @Field(() => [DirectoryObject], {
    description:
      'With NESTING_ONLY_HERE: the directory. With GRANT_TO_UNKNOWN_NAME: disabled ones that know the name. With NESTED_CYCLE: those that hold the nestings.',
  })
  get directories(): DirectoryObject[] {
    const { directory, directories, inactiveDirectories } = this.told;
    const concerned = directory ? [directory] : (directories ?? inactiveDirectories ?? []);
    return concerned.map((each) => new DirectoryObject(each, this.at));
  }

  @Field(() => Boolean, {
    nullable: true,
    description:
      'With GRANT_TO_SINGLE_USER: whether groups give the user the permission as well, so that the grant does nothing.',
  })
  get heldByGroup(): boolean | null {
    return this.told.heldByGroup ?? null;
  }

  @Field(() => Int, {
    nullable: true,
    description:
      'With SEVERAL_PATHS: how many ways there are; counting stops early, and `message` then says at least.',
  })
  get ways(): number | null {
    return this.told.ways ?? null;
  }

  @Field(() => [PermissionKeyScalar], {
    description:
      'With MASKED_NAME_DIFFERS: what the masked entry would hold if it counted and the other does not hold.',
  })
  get wouldGain(): readonly PermissionKey[] {
    return this.told.wouldGain ?? [];
  }

  @Field(() => [PermissionKeyScalar], {
    description:
      'With MASKED_NAME_DIFFERS: what the name holds now and the masked entry would not hold if it counted.',
  })
  get wouldLose(): readonly PermissionKey[] {
    return this.told.wouldLose ?? [];
  }
}
