import { Field, ID, InterfaceType } from 'type-graphql';

@InterfaceType('Node', {
  description: 'Something that has an id of its own and can be read by it.',
})
export abstract class NodeObject {
  @Field(() => ID, { description: 'Opaque, and the same for as long as the thing exists.' })
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}
