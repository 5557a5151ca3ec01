import { Field, ID, InputType } from 'type-graphql';

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
