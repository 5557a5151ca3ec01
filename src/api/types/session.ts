import { Field, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../scalars.js';

@ObjectType('Session', {
  description:
    'A sign-in that is remembered. It is good for this gateway and for all applications.',
})
export class SessionObject {
  @Field(() => DateTimeScalar, { description: 'When they signed in.' })
  readonly createdAt!: Date;

  @Field(() => DateTimeScalar, {
    description: 'When it was used last; may lag behind by a minute.',
  })
  readonly lastSeenAt!: Date;

  @Field(() => DateTimeScalar, {
    description: 'When it ends, however much it is used; unused it ends sooner.',
  })
  readonly expiresAt!: Date;

  @Field(() => String, {
    nullable: true,
    description: 'The application that signed them in; null for a browser that signed in here.',
  })
  readonly application!: string | null;

  @Field(() => Boolean, { description: 'Whether it is the one that came with this request.' })
  readonly current!: boolean;
}
