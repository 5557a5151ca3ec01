import { Field, Int, ObjectType } from 'type-graphql';
import type { Directory, PermissionKey, Revision } from '../../domain/index.js';
import type { Derivation, DerivationStep, Explanation, Missing } from '../../engine/index.js';
import type { Moment } from '../../usecase/index.js';
import { MissingReasonEnum } from '../enums.js';
import { derivationSentence, missingSentence, withoutOtherUsers } from '../missing-sentence.js';
import { PermissionKeyScalar, RevisionScalar } from '../scalars.js';
import { DirectoryObject } from './directory.js';
import { GrantObject } from './permission.js';
import { toUser, UserObject } from './user.js';

/** What a question about a user and a permission was about. */
export interface Asked {
  readonly userName: string;
  readonly permission: PermissionKey;
  readonly at: Moment;
}

@ObjectType('DerivationStep', { description: 'A group on the way from a user to a grant.' })
export class DerivationStepObject {
  readonly step: DerivationStep;
  readonly at: Moment;

  constructor(step: DerivationStep, at: Moment) {
    this.step = step;
    this.at = at;
  }

  @Field(() => String, { description: 'The name of the group.' })
  get groupName(): string {
    return this.step.group;
  }

  @Field(() => DirectoryObject, {
    description: 'The directory that holds the membership leading to the group.',
  })
  get directory(): DirectoryObject {
    return new DirectoryObject(this.step.directory, this.at);
  }
}

@ObjectType('Derivation', {
  description:
    'One way in which a user comes to a permission: the user is a direct member of the first group, each group is in the next, and the last has the grant. Without groups the grant is to the user.',
})
export class DerivationObject {
  private readonly userName: string;
  private readonly permission: PermissionKey;
  private readonly derivation: Derivation;
  private readonly at: Moment;

  constructor(asked: Asked, derivation: Derivation) {
    this.userName = asked.userName;
    this.permission = asked.permission;
    this.at = asked.at;
    this.derivation = derivation;
  }

  @Field(() => [DerivationStepObject], { description: 'The groups, from the user upwards.' })
  get steps(): DerivationStepObject[] {
    return this.derivation.steps.map((step) => new DerivationStepObject(step, this.at));
  }

  @Field(() => GrantObject, {
    description: 'The grant at the end: of the permission itself or of one that includes it.',
  })
  get grant(): GrantObject {
    return new GrantObject(this.derivation.grant, this.at);
  }

  @Field(() => String, { description: 'The same in one sentence.' })
  get message(): string {
    return derivationSentence(this.userName, this.permission, this.derivation);
  }
}

@ObjectType('Missing', { description: 'One thing that stands between a user and a permission.' })
export class MissingObject {
  private readonly asked: Asked;
  private readonly missing: Missing;

  /** @param seesOthers whether the viewer may read what concerns other people by name. */
  constructor(asked: Asked, missing: Missing, seesOthers: boolean) {
    this.asked = asked;
    this.missing = seesOthers ? missing : withoutOtherUsers(missing);
  }

  @Field(() => MissingReasonEnum, { description: 'What kind of obstacle.' })
  get reason(): string {
    return this.missing.reason;
  }

  @Field(() => String, { description: 'What is missing and what would help, in one sentence.' })
  get message(): string {
    return missingSentence(this.asked.userName, this.asked.permission, this.missing);
  }

  @Field(() => DirectoryObject, {
    nullable: true,
    description:
      'The directory of the inactive entry, of the masked entry, or in which nesting is off.',
  })
  get directory(): DirectoryObject | null {
    return 'directory' in this.missing
      ? new DirectoryObject(this.missing.directory, this.asked.at)
      : null;
  }

  @Field(() => DirectoryObject, {
    nullable: true,
    description: 'With MASKED: the directory whose entry counts instead.',
  })
  get maskedBy(): DirectoryObject | null {
    return this.missing.reason === 'MASKED'
      ? new DirectoryObject(this.missing.maskedBy, this.asked.at)
      : null;
  }

  @Field(() => [DirectoryObject], {
    description:
      'With DIRECTORY_INACTIVE: the disabled directories that know the name. With USER_INACTIVE: later directories in which the user is active.',
  })
  get directories(): DirectoryObject[] {
    return concerned(this.missing).map(
      (directory) => new DirectoryObject(directory, this.asked.at),
    );
  }

  @Field(() => DerivationObject, {
    nullable: true,
    description: 'With NESTING_OFF: the way that would lead to the permission.',
  })
  get derivation(): DerivationObject | null {
    if (this.missing.reason !== 'NESTING_OFF') return null;
    return new DerivationObject(this.asked, this.missing.derivation);
  }

  @Field(() => PermissionKeyScalar, {
    nullable: true,
    description: 'With NO_SEAT: the permission that a seat comes with.',
  })
  get needs(): PermissionKey | null {
    return this.missing.reason === 'NO_SEAT' ? this.missing.needs : null;
  }

  @Field(() => [GrantObject], {
    description:
      'With NOT_IN_GRANTED_GROUP: grants that would give the permission, as many as were asked for. Grants to other users are shown to administrators only.',
  })
  get grants(): GrantObject[] {
    if (this.missing.reason !== 'NOT_IN_GRANTED_GROUP') return [];
    return this.missing.grants.map((grant) => new GrantObject(grant, this.asked.at));
  }
}

@ObjectType('Explanation', { description: 'Why a user holds a permission, or why not.' })
export class ExplanationObject {
  readonly asked: Asked;
  private readonly explanation: Explanation;
  private readonly seesOthers: boolean;

  @Field(() => RevisionScalar, { description: 'The revision that the answer is of.' })
  readonly revision: Revision;

  constructor(
    asked: Asked,
    explanation: Explanation,
    context: { readonly revision: Revision; readonly seesOthers: boolean },
  ) {
    this.asked = asked;
    this.explanation = explanation;
    this.revision = context.revision;
    this.seesOthers = context.seesOthers;
  }

  @Field(() => String, { description: 'The name that was asked about.' })
  get userName(): string {
    return this.asked.userName;
  }

  @Field(() => PermissionKeyScalar, { description: 'The permission that was asked about.' })
  get permission(): PermissionKey {
    return this.explanation.permission;
  }

  @Field(() => Boolean, { description: 'Whether the user holds it.' })
  get allowed(): boolean {
    return this.explanation.allowed;
  }

  @Field(() => UserObject, {
    nullable: true,
    description: 'The entry that the name means; null when no active directory knows it.',
  })
  get user(): UserObject | null {
    return this.explanation.user && toUser(this.explanation.user, this.asked.at);
  }

  @Field(() => [DerivationObject], {
    description: 'The shortest ways to the permission, as many as were asked for; empty for a no.',
  })
  get derivations(): DerivationObject[] {
    return this.explanation.derivations.map((way) => new DerivationObject(this.asked, way));
  }

  @Field(() => Int, { description: 'How many shortest ways there are.' })
  get derivationCount(): number {
    return Math.min(this.explanation.derivationCount, MAX_INT);
  }

  @Field(() => [MissingObject], { description: 'What stands in the way; empty for a yes.' })
  get missing(): MissingObject[] {
    return this.explanation.missing.map(
      (reason) => new MissingObject(this.asked, reason, this.seesOthers),
    );
  }
}

/** GraphQL's Int ends here; a graph can have more shortest ways than that. */
const MAX_INT = 2 ** 31 - 1;

function concerned(missing: Missing): readonly Directory[] {
  if (missing.reason === 'DIRECTORY_INACTIVE') return missing.directories;
  return missing.reason === 'USER_INACTIVE' ? missing.hides : [];
}
