import { Field, Int, ObjectType } from 'type-graphql';
import {
  type Directory,
  type DirectoryConnection,
  isWritable,
  type RemovalPolicy,
} from '../../domain/index.js';
import type { Moment } from '../../usecase/index.js';
import { DirectoryTypeEnum, RemovalPolicyEnum } from '../enums.js';
import { globalId } from '../global-id.js';
import { NodeObject } from './node.js';

@ObjectType('Directory', {
  implements: NodeObject,
  description:
    'Users, groups and memberships from one source. Directories have an order: the first active one that knows a name says who it is.',
})
export class DirectoryObject extends NodeObject {
  readonly directory: Directory;
  /** What is asked about what it holds is of this moment. */
  readonly at: Moment;

  constructor(directory: Directory, at: Moment) {
    super(globalId('Directory', directory.id));
    this.directory = directory;
    this.at = at;
  }

  @Field(() => String, { description: 'As administrators call it.' })
  get name(): string {
    return this.directory.name;
  }

  @Field(() => DirectoryTypeEnum, { description: 'Where it is kept.' })
  get type(): string {
    return this.directory.type;
  }

  @Field(() => Boolean, {
    description:
      'Users and groups of a directory that is not active are not recognised; its settings and rows stay.',
  })
  get active(): boolean {
    return this.directory.active;
  }

  @Field(() => Boolean, { description: 'Whether a group in a group counts.' })
  get nestedGroups(): boolean {
    return this.directory.nestedGroups;
  }

  @Field(() => Boolean, {
    description: 'Whether users, groups and memberships can be changed here.',
  })
  get writable(): boolean {
    return isWritable(this.directory);
  }
}

@ObjectType({
  description: 'How the server of a remote directory is reached. The password is never shown.',
})
export class ConnectionSettings {
  private readonly connection: DirectoryConnection;
  private readonly passwordReadable: boolean;

  constructor(connection: DirectoryConnection, passwordReadable: boolean) {
    this.connection = connection;
    this.passwordReadable = passwordReadable;
  }

  @Field(() => String, { description: "The server's base URL." })
  get serverUrl(): string {
    return this.connection.serverUrl;
  }

  @Field(() => String, {
    description: 'The name this gateway is registered under at the server; case-sensitive.',
  })
  get applicationName(): string {
    return this.connection.applicationName;
  }

  @Field(() => Boolean, {
    description: 'Whether an application password is kept that this process can decrypt.',
  })
  get hasPassword(): boolean {
    return this.passwordReadable;
  }

  @Field(() => Boolean, {
    description:
      'Whether only what has changed may be asked for when the server offers that, instead of everything.',
  })
  get incremental(): boolean {
    return this.connection.incremental;
  }

  @Field(() => Int, { description: 'Minutes between two synchronisations.' })
  get intervalMinutes(): number {
    return this.connection.intervalMinutes;
  }

  @Field(() => Int, { description: 'Milliseconds that establishing a connection may take.' })
  get connectTimeoutMs(): number {
    return this.connection.connectTimeoutMs;
  }

  @Field(() => Int, {
    description:
      'Milliseconds the server may be silent within one request before it counts as unreachable.',
  })
  get requestTimeoutMs(): number {
    return this.connection.requestTimeoutMs;
  }

  @Field(() => Int, {
    description:
      'A synchronisation that would remove more of the users than this share, in per cent, is held.',
  })
  get mostRemovedPercent(): number {
    return this.connection.mostRemovedPercent;
  }

  @Field(() => Int, {
    description: 'A synchronisation that would remove more users than this is held.',
  })
  get mostRemovedUsers(): number {
    return this.connection.mostRemovedUsers;
  }

  @Field(() => [String], {
    description:
      'Patterns of user names, in which `*` stands for any characters: no others are synchronised. Empty: all are.',
  })
  get onlyUsers(): readonly string[] {
    return this.connection.onlyUsers;
  }

  @Field(() => [String], { description: 'The same of group names.' })
  get onlyGroups(): readonly string[] {
    return this.connection.onlyGroups;
  }

  @Field(() => RemovalPolicyEnum, {
    description: 'What becomes of users whom the server has no more.',
  })
  get onUserRemoved(): RemovalPolicy {
    return this.connection.onUserRemoved;
  }

  @Field(() => Int, {
    description: 'Days for which the grants of a deleted user wait for a return.',
  })
  get tombstoneDays(): number {
    return this.connection.tombstoneDays;
  }
}
