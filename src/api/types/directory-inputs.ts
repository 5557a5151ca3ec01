import { Field, InputType, Int } from 'type-graphql';
import {
  CONNECTION_DEFAULTS,
  type DirectoryType,
  MAX_PATTERNS,
  type RemovalPolicy,
} from '../../domain/index.js';
import { DirectoryTypeEnum, RemovalPolicyEnum } from '../enums.js';

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

  @Field(() => Int, {
    nullable: true,
    description: `A synchronisation that would remove more of the users than this share, in per cent, is held. Default: ${CONNECTION_DEFAULTS.mostRemovedPercent}. One that would leave nobody is always held.`,
  })
  readonly mostRemovedPercent?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `A synchronisation that would remove more users than this is held. Default: ${CONNECTION_DEFAULTS.mostRemovedUsers}.`,
  })
  readonly mostRemovedUsers?: number | null;

  @Field(() => [String], {
    nullable: true,
    description: `Patterns of user names, in which \`*\` stands for any characters: no others are synchronised. At most ${MAX_PATTERNS}. Default: all are.`,
  })
  readonly onlyUsers?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Patterns of group names, as with `onlyUsers`. Default: all are.',
  })
  readonly onlyGroups?: string[] | null;

  @Field(() => RemovalPolicyEnum, {
    nullable: true,
    description: `What becomes of users whom the server has no more. Default: ${CONNECTION_DEFAULTS.onUserRemoved}.`,
  })
  readonly onUserRemoved?: RemovalPolicy | null;

  @Field(() => Int, {
    nullable: true,
    description: `Days for which the grants of a deleted user wait for a return; 0: they go with the user. Default: ${CONNECTION_DEFAULTS.tombstoneDays}.`,
  })
  readonly tombstoneDays?: number | null;
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
