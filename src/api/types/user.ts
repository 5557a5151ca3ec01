import { Field, ObjectType } from 'type-graphql';
import type { Directory, UserFacts, UserId } from '../../domain/index.js';
import type { UserEntry } from '../../engine/index.js';
import type { Moment } from '../../usecase/index.js';
import { globalId } from '../global-id.js';
import { NodeObject } from './node.js';

export interface UserSource {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  readonly directory: Directory;
  readonly maskedBy: Directory | null;
  /** `null` for somebody whom only the server knows so far. */
  readonly rowId: UserId | null;
  /** What was read along with the name; `null` when it is to be loaded by `rowId`. */
  readonly facts: UserFacts | null;
  /** What is asked about the name beyond this is of the same moment. */
  readonly at: Moment;
}

@ObjectType('User', {
  implements: NodeObject,
  description:
    'A user as one directory knows them. The same name in another directory is another entry; the entry of the first active directory is the one the name means, and permissions belong to the name.',
})
export class UserObject extends NodeObject {
  readonly source: UserSource;

  constructor(source: UserSource) {
    super(source.id);
    this.source = source;
  }

  @Field(() => String, {
    description: 'As the directory spells it; compared without regard to case.',
  })
  get name(): string {
    return this.source.name;
  }

  @Field(() => Boolean, {
    description: 'An inactive user cannot sign in, holds nothing and takes no seat.',
  })
  get active(): boolean {
    return this.source.active;
  }

  @Field(() => Boolean, {
    description:
      'Whether an earlier directory knows the name too, so that this entry does not count.',
  })
  get masked(): boolean {
    return this.source.maskedBy !== null;
  }
}

export function toUser(entry: UserEntry, at: Moment, facts: UserFacts | null = null): UserObject {
  return new UserObject({
    id: globalId('User', entry.id),
    name: entry.name,
    active: entry.active,
    directory: entry.directory,
    maskedBy: entry.maskedBy,
    rowId: entry.id,
    facts,
    at,
  });
}
