import { Field, ObjectType } from 'type-graphql';
import type { Directory, Group, GroupFacts, GroupId } from '../../domain/index.js';
import type { GroupEntry } from '../../engine/index.js';
import type { Moment } from '../../usecase/index.js';
import { globalId } from '../global-id.js';
import { NodeObject } from './node.js';

export interface GroupSource {
  readonly id: string;
  readonly name: string;
  readonly directory: Directory;
  /** `null` for a group that only the server knows so far. */
  readonly rowId: GroupId | null;
  /** What was read along with the name; `null` when it is to be loaded by `rowId`. */
  readonly facts: GroupFacts | null;
  /** What is asked about the name beyond this is of the same moment. */
  readonly at: Moment;
}

@ObjectType('Group', {
  implements: NodeObject,
  description:
    'A group of users and of further groups. Members and permissions belong to the name, which several directories may hold.',
})
export class GroupObject extends NodeObject {
  readonly source: GroupSource;

  constructor(source: GroupSource) {
    super(source.id);
    this.source = source;
  }

  @Field(() => String, {
    description: 'As the directory spells it; compared without regard to case.',
  })
  get name(): string {
    return this.source.name;
  }
}

export function toGroup({ id, name, directory }: GroupEntry, at: Moment): GroupObject {
  return new GroupObject({
    id: globalId('Group', id),
    name,
    directory,
    rowId: id,
    facts: null,
    at,
  });
}

export function toGroupIn(directory: Directory, group: Group, at: Moment): GroupObject {
  const { id, name } = group;
  return new GroupObject({
    id: globalId('Group', id),
    name,
    directory,
    rowId: id,
    facts: group,
    at,
  });
}
