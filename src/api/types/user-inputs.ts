import { Field, ID, InputType } from 'type-graphql';

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
