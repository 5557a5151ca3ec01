import { Field, ID, InputType, Int } from 'type-graphql';
import {
  CONNECTION_DEFAULTS,
  type DirectoryType,
  type PermissionKey,
  type SubjectType,
} from '../../domain/index.js';
import { DirectoryTypeEnum, SubjectTypeEnum } from '../enums.js';
import { PermissionKeyScalar } from '../scalars.js';

@InputType({
  description:
    'How the server of a remote directory is reached. A field left out takes its default, or stays as it is.',
})
export class ConnectionInput {
  @Field(() => String, {
    nullable: true,
    description:
      "The server's base URL, with http or https and without user, query or fragment. Needed for a new directory.",
  })
  readonly serverUrl?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The name this gateway is registered under at the server; case-sensitive. Needed for a new directory.',
  })
  readonly applicationName?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: `Whether only what has changed may be asked for when the server offers that. Default: ${CONNECTION_DEFAULTS.incremental}.`,
  })
  readonly incremental?: boolean | null;

  @Field(() => Int, {
    nullable: true,
    description: `Minutes between two synchronisations. Default: ${CONNECTION_DEFAULTS.intervalMinutes}.`,
  })
  readonly intervalMinutes?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `Milliseconds that establishing a connection may take. Default: ${CONNECTION_DEFAULTS.connectTimeoutMs}.`,
  })
  readonly connectTimeoutMs?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `Milliseconds the server may be silent within one request. Default: ${CONNECTION_DEFAULTS.requestTimeoutMs}.`,
  })
  readonly requestTimeoutMs?: number | null;
}

@InputType({ description: 'A new directory; it comes last in the order, so that it masks nobody.' })
export class AddDirectoryInput {
  @Field(() => String, { description: 'As administrators are to call it.' })
  readonly name!: string;

  @Field(() => DirectoryTypeEnum, { description: 'Where it is kept.' })
  readonly type!: DirectoryType;

  @Field(() => Boolean, { nullable: true, description: 'Whether a group in a group counts.' })
  readonly nestedGroups: boolean | null = false;

  @Field(() => ConnectionInput, {
    nullable: true,
    description: 'Needed for a remote directory, refused for an internal one.',
  })
  readonly connection?: ConnectionInput | null;

  @Field(() => String, {
    nullable: true,
    description: 'The password of this gateway at the server. Kept encrypted and never shown.',
  })
  readonly applicationPassword?: string | null;
}

@InputType({ description: 'New settings of a directory; what is left out stays.' })
export class EditDirectoryInput {
  @Field(() => String, { nullable: true, description: 'As administrators are to call it.' })
  readonly name?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether a group in a group counts.' })
  readonly nestedGroups?: boolean | null;

  @Field(() => ConnectionInput, { nullable: true, description: 'How its server is reached.' })
  readonly connection?: ConnectionInput | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The password of this gateway at the server. Must be entered again for a new server URL.',
  })
  readonly applicationPassword?: string | null;
}

@InputType({ description: 'Settings to try before they are saved.' })
export class TestConnectionInput {
  @Field(() => ConnectionInput, { description: 'How the server is reached.' })
  readonly connection!: ConnectionInput;

  @Field(() => String, { description: 'The password of this gateway at the server.' })
  readonly applicationPassword!: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether groups in groups are wanted; the test looks whether both sides agree.',
  })
  readonly nestedGroups: boolean | null = false;
}

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

@InputType({ description: 'A new user of an internal directory.' })
export class CreateUserInput {
  @Field(() => String, { description: 'What the user signs in with.' })
  readonly name!: string;

  @Field(() => String, { nullable: true, description: 'As people call them. Default: the name.' })
  readonly displayName?: string | null;

  @Field(() => String, { nullable: true, description: 'Their first name.' })
  readonly firstName?: string | null;

  @Field(() => String, { nullable: true, description: 'Their last name.' })
  readonly lastName?: string | null;

  @Field(() => String, { nullable: true, description: 'Their e-mail address.' })
  readonly email?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether they may sign in. Default: true.' })
  readonly active?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'Kept as a hash and never shown. Without one the user cannot sign in.',
  })
  readonly password?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Default: the first active directory in which changes are permitted.',
  })
  readonly directory?: string | null;
}

@InputType({ description: 'New facts of a user of an internal directory; what is left out stays.' })
export class ChangeUserInput {
  @Field(() => String, {
    nullable: true,
    description: 'A rename: memberships stay; grants are to names and do not move along.',
  })
  readonly name?: string | null;

  @Field(() => String, { nullable: true, description: 'As people call them.' })
  readonly displayName?: string | null;

  @Field(() => String, { nullable: true, description: 'Their first name.' })
  readonly firstName?: string | null;

  @Field(() => String, { nullable: true, description: 'Their last name.' })
  readonly lastName?: string | null;

  @Field(() => String, { nullable: true, description: 'Their e-mail address.' })
  readonly email?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether they may sign in.' })
  readonly active?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'A new password. Kept as a hash and never shown.',
  })
  readonly password?: string | null;
}

@InputType({ description: 'A new group of an internal directory.' })
export class CreateGroupInput {
  @Field(() => String, { description: 'What it is granted to and asked for by.' })
  readonly name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  readonly description?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Default: the first active directory in which changes are permitted.',
  })
  readonly directory?: string | null;
}

@InputType({
  description: 'New facts of a group of an internal directory; what is left out stays.',
})
export class ChangeGroupInput {
  @Field(() => String, {
    nullable: true,
    description: 'A rename: members stay; grants are to names and do not move along.',
  })
  readonly name?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  readonly description?: string | null;
}

@InputType({ description: 'A new downstream caller of the user server.' })
export class AddApplicationInput {
  @Field(() => String, { description: 'What it signs in with; case-sensitive, without a colon.' })
  readonly name!: string;

  @Field(() => String, { description: 'Kept as a hash and never shown.' })
  readonly password!: string;

  @Field(() => [String], {
    description:
      'Addresses and CIDR ranges, IPv4 and IPv6, that it may call from. An empty list admits nobody.',
  })
  readonly remoteAddresses!: string[];
}

@InputType({ description: 'New settings of an application; what is left out stays.' })
export class ChangeApplicationInput {
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

  @Field(() => [String], {
    nullable: true,
    description: 'The whole list of addresses and ranges anew.',
  })
  readonly remoteAddresses?: string[] | null;
}
