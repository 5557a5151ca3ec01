import { Field, ObjectType } from 'type-graphql';
import type { Application, ApplicationPermission, MembershipMode } from '../../domain/index.js';
import { ApplicationPermissionEnum, MembershipModeEnum } from '../enums.js';
import { globalId } from '../global-id.js';
import { DateTimeScalar } from '../scalars.js';
import { DirectoryObject } from './directory.js';
import { NodeObject } from './node.js';

@ObjectType('ApplicationDirectory', { description: 'A directory that an application sees.' })
export class ApplicationDirectoryObject {
  @Field(() => DirectoryObject, { description: 'The directory.' })
  readonly directory!: DirectoryObject;

  @Field(() => [ApplicationPermissionEnum], {
    description: 'What the application may change in it.',
  })
  readonly permissions!: readonly ApplicationPermission[];
}

@ObjectType('Application', {
  implements: NodeObject,
  description:
    'A downstream caller of the user server, such as a Bitbucket that follows this gateway. Its password is never shown.',
})
export class ApplicationObject extends NodeObject {
  readonly application: Application;

  constructor(application: Application) {
    super(globalId('Application', application.id));
    this.application = application;
  }

  @Field(() => String, { description: 'What it signs in with; case-sensitive.' })
  get name(): string {
    return this.application.name;
  }

  @Field(() => String, { description: 'For administrators.' })
  get description(): string {
    return this.application.description;
  }

  @Field(() => Boolean, { description: 'Whether it is let in at all.' })
  get active(): boolean {
    return this.application.active;
  }

  @Field(() => [String], {
    description:
      'Addresses and CIDR ranges, IPv4 and IPv6, that it may call from. An empty list admits nobody.',
  })
  get remoteAddresses(): readonly string[] {
    return this.application.remoteAddresses;
  }

  @Field(() => Boolean, {
    description:
      "Whether it sees all directories in the gateway's order, and not a list of its own.",
  })
  get seesEveryDirectory(): boolean {
    return this.application.directories === null;
  }

  @Field(() => MembershipModeEnum, {
    nullable: true,
    description: 'Which memberships it sees; null: as the gateway.',
  })
  get membershipMode(): MembershipMode | null {
    return this.application.membershipMode;
  }

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'Until when the password of before is good as well; null when it is not, or was never changed.',
  })
  get previousPasswordUntil(): Date | null {
    const { previousPasswordUntil } = this.application;
    return previousPasswordUntil === null ? null : new Date(previousPasswordUntil);
  }
}
