import { Field, Int, ObjectType } from 'type-graphql';
import type { ExpansionNode } from '../../engine/index.js';
import type { Moment } from '../../usecase/index.js';
import { encodeExpansionPath } from '../cursor.js';
import { GroupObject, toGroup } from './group.js';

/** What the roots of a tree are, for the fields that give one. */
export const EXPANSION_ROOTS =
  'One root for each directory whose members of the group count for themselves, one in all when memberships are joined; none when no active directory holds the group.';

@ObjectType('ExpansionNode', {
  description:
    'A group in the tree below a group. What is below it is read only when it is asked for: below the node, or later with `expansion` and its `path`.',
})
export class ExpansionNodeObject {
  readonly node: ExpansionNode;
  readonly at: Moment;

  constructor(node: ExpansionNode, at: Moment) {
    this.node = node;
    this.at = at;
  }

  @Field(() => String, {
    description:
      'The way from the root to this node, opaque; `expansion(path:)` goes on from here in a later request.',
  })
  get path(): string {
    return encodeExpansionPath(this.node.path);
  }

  @Field(() => GroupObject, { description: 'The group.' })
  get group(): GroupObject {
    return toGroup(this.node.group, this.at);
  }

  @Field(() => Boolean, {
    description: 'Whether the group is above itself on this way. The tree ends here.',
  })
  get cycle(): boolean {
    return this.node.cycle;
  }

  @Field(() => Int, {
    description: 'How many users it gives something to directly: active ones whose entry counts.',
  })
  get userCount(): number {
    return this.node.userCount;
  }

  @Field(() => Int, { description: 'How many groups are one step below.' })
  get groupCount(): number {
    return this.node.groupCount;
  }
}
