import { Field, ID, InputType, Int } from 'type-graphql';
import type { ApplicationPermission, MembershipMode } from '../../domain/index.js';
import { ApplicationMembershipModeEnum, ApplicationPermissionEnum } from '../enums.js';

@InputType({ description: 'A directory that an application is to see.' })
export class ApplicationDirectoryInput {
  @Field(() => ID, { description: 'The id of the directory.' })
  readonly directory!: string;

  @Field(() => [ApplicationPermissionEnum], {
    nullable: true,
    description: 'What it may change in it. Default: nothing.',
  })
  readonly permissions?: ApplicationPermission[] | null;
}

/** What both may say. */
@InputType()
abstract class ApplicationInput {
  @Field(() => String, { nullable: true, description: 'For administrators.' })
  readonly description?: string | null;

  @Field(() => [ApplicationDirectoryInput], {
    nullable: true,
    description:
      'The directories it sees, in its own order: the whole list. Not together with `everyDirectory`.',
  })
  readonly directories?: ApplicationDirectoryInput[] | null;

  @Field(() => [ApplicationPermissionEnum], {
    nullable: true,
    description:
      "Instead of `directories`: it sees all directories in the gateway's order, with these permissions in each.",
  })
  readonly everyDirectory?: ApplicationPermission[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Instead of a password: its hash as Jira or Crowd keep it (`{PKCS5S2}…`), which gives way to ours when the application first logs in. Never shown.',
  })
  readonly passwordHash?: string | null;

  @Field(() => ApplicationMembershipModeEnum, {
    nullable: true,
    description: 'Which memberships it sees. Default: as the gateway.',
  })
  readonly membershipMode?: MembershipMode | 'GATEWAY' | null;
}

@InputType({ description: 'A new downstream caller of the user server.' })
export class AddApplicationInput extends ApplicationInput {
  @Field(() => String, { description: 'What it signs in with; case-sensitive, without a colon.' })
  readonly name!: string;

  @Field(() => String, { nullable: true, description: 'Kept as a hash and never shown.' })
  readonly password?: string | null;

  @Field(() => [String], {
    description:
      'Addresses and CIDR ranges, IPv4 and IPv6, that it may call from. An empty list admits nobody.',
  })
  readonly remoteAddresses!: string[];
}

@InputType({ description: 'New settings of an application; what is left out stays.' })
export class ChangeApplicationInput extends ApplicationInput {
  @Field(() => String, {
    nullable: true,
    description: 'What it signs in with; case-sensitive, without a colon.',
  })
  readonly name?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is let in at all.' })
  readonly active?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'A new password. Kept as a hash and never shown.',
  })
  readonly password?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'With a new password: minutes for which the one of before is good as well, so that callers can be changed one after another. Default: 0.',
  })
  readonly overlapMinutes?: number | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The whole list of addresses and ranges anew.',
  })
  readonly remoteAddresses?: string[] | null;
}
