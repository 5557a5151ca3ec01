import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { resetPassword } from '../../usecase/index.js';
import type { RequestContext } from '../request-context.js';
import { PasswordResetPayload } from '../types/payloads.js';

/** Setting a password by a token that was sent by mail. */
@Resolver()
export class PasswordResolver {
  @Mutation(() => PasswordResetPayload, {
    nullable: true,
    description:
      'Sets the password of the user who was sent the token, once and within a day. Their sessions end. Open to everybody as the only field of a mutation.',
  })
  async resetPassword(
    @Ctx() context: RequestContext,
    @Arg('token', () => String, { description: 'The token out of the mail.' }) token: string,
    @Arg('newPassword', () => String, { description: 'The password from now on.' })
    newPassword: string,
  ): Promise<PasswordResetPayload> {
    const { browser, gateway } = context;
    const { address } = browser ?? context.viewer;
    return { revision: await resetPassword(gateway, { token, newPassword, address }) };
  }
}
