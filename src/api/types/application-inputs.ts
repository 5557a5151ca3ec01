import { Field, InputType } from 'type-graphql';

@InputType({ description: 'A new downstream caller of the user server.' })
export class AddApplicationInput {
  @Field(() => String, { description: 'What it signs in with; case-sensitive, without a colon.' })
  readonly name!: string;

  @Field(() => String, { description: 'Kept as a hash and never shown.' })
  readonly password!: string;

  @Field(() => [String], {
    description:
      'Addresses and CIDR ranges, IPv4 and IPv6, that it may call from. An empty list admits nobody.',
  })
  readonly remoteAddresses!: string[];
}

@InputType({ description: 'New settings of an application; what is left out stays.' })
export class ChangeApplicationInput {
  @Field(() => String, {
    nullable: true,
    description: 'What it signs in with; case-sensitive, without a colon.',
  })
  readonly name?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is let in at all.' })
  readonly active?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'A new password. Kept as a hash and never shown.',
  })
  readonly password?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The whole list of addresses and ranges anew.',
  })
  readonly remoteAddresses?: string[] | null;
}
