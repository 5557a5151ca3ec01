import { Field, ObjectType } from 'type-graphql';
import type { Directory, PermissionKey, SetAsideGrant, Tombstone } from '../../domain/index.js';
import type { Moment } from '../../usecase/index.js';
import { globalId } from '../global-id.js';
import { DateTimeScalar, PermissionKeyScalar } from '../scalars.js';
import { DirectoryObject } from './directory.js';
import { NodeObject } from './node.js';

@ObjectType('DeletedUser', {
  implements: NodeObject,
  description:
    'A user whom the server of a directory has no more. What became of the row is for `onUserRemoved` of the directory to say.',
})
export class DeletedUserObject extends NodeObject {
  readonly tombstone: Tombstone;

  constructor(tombstone: Tombstone) {
    super(globalId('DeletedUser', tombstone.id));
    this.tombstone = tombstone;
  }

  @Field(() => String, { description: 'The name as it was last.' })
  get name(): string {
    return this.tombstone.facts.name;
  }

  @Field(() => String, { description: 'The display name as it was last.' })
  get displayName(): string {
    return this.tombstone.facts.displayName;
  }

  @Field(() => Boolean, {
    description:
      'Whether the directory still holds the user: deactivated, kept or restored. One that it does not hold takes no seat.',
  })
  get stays(): boolean {
    return this.tombstone.userId !== null;
  }

  @Field(() => [String], {
    description: 'The groups the user was directly in, which `restoreUser` brings back.',
  })
  get groups(): readonly string[] {
    return this.tombstone.groups;
  }

  @Field(() => DateTimeScalar, { description: 'When a synchronisation found the user gone.' })
  get deletedAt(): Date {
    return this.tombstone.deletedAt;
  }

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'From when on the grants to the name are taken back, unless another directory holds the name; null while the user stays.',
  })
  get purgeAt(): Date | null {
    return this.tombstone.purgeAt;
  }
}

@ObjectType('SetAsideGrant', {
  implements: NodeObject,
  description:
    'A grant to a user that gives nobody anything for now: somebody else came to bear the name, and may not be meant.',
})
export class SetAsideGrantObject extends NodeObject {
  readonly grant: SetAsideGrant;
  private readonly owner: Directory | null;
  private readonly at: Moment;

  constructor(grant: SetAsideGrant, owner: Directory | null, at: Moment) {
    super(globalId('SetAsideGrant', grant.id));
    this.grant = grant;
    this.owner = owner;
    this.at = at;
  }

  @Field(() => PermissionKeyScalar, { description: 'What was granted.' })
  get permission(): PermissionKey {
    return this.grant.permission;
  }

  @Field(() => String, { description: 'The name it was granted to.' })
  get userName(): string {
    return this.grant.subjectName;
  }

  @Field(() => DirectoryObject, {
    nullable: true,
    description: 'Where the name changed hands; null when the directory is being removed.',
  })
  get directory(): DirectoryObject | null {
    return this.owner && new DirectoryObject(this.owner, this.at);
  }

  @Field(() => String, {
    description: "The server's id of whoever it was meant for.",
  })
  get previousExternalId(): string {
    return this.grant.previousExternalId;
  }

  @Field(() => String, {
    nullable: true,
    description:
      "The server's id of whoever came to bear the name; null when it was renamed away and the new name means a user of another directory.",
  })
  get newExternalId(): string | null {
    return this.grant.newExternalId;
  }

  @Field(() => DateTimeScalar, { description: 'When it was set aside.' })
  get setAsideAt(): Date {
    return this.grant.setAsideAt;
  }
}
