import { Field, ObjectType } from 'type-graphql';
import type { Application } from '../../domain/index.js';
import { globalId } from '../global-id.js';
import { NodeObject } from './node.js';

@ObjectType('Application', {
  implements: NodeObject,
  description:
    'A downstream caller of the user server, such as a Bitbucket that follows this gateway. Its password is never shown.',
})
export class ApplicationObject extends NodeObject {
  private readonly application: Application;

  constructor(application: Application) {
    super(globalId('Application', application.id));
    this.application = application;
  }

  @Field(() => String, { description: 'What it signs in with; case-sensitive.' })
  get name(): string {
    return this.application.name;
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
}
