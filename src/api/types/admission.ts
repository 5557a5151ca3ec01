import { Field, ObjectType } from 'type-graphql';
import type { Admission } from '../../usecase/index.js';

@ObjectType('Admission', {
  description: "Whether an application's requests from one address are let in.",
})
export class AdmissionObject implements Admission {
  @Field(() => Boolean, {
    description:
      'With the right password, and as the application is now: one that is inactive is let in from nowhere.',
  })
  readonly admitted!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'The address as it is compared: in canonical form, IPv4-mapped IPv6 as IPv4. Null for what is no address.',
  })
  readonly address!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The first rule of the application that holds the address, or else the one that comes closest. Null when it has none of the kind, IPv4 or IPv6.',
  })
  readonly rule!: string | null;
}
