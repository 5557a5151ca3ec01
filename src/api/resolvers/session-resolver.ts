import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { GatehouseError } from '../../domain/index.js';
import {
  isSessionOf,
  ownSessions,
  signInBrowser,
  signOut,
  signOutEverywhere,
  signOutUser,
} from '../../usecase/index.js';
import { decodeSessionCursor, sessionCursor } from '../cursor.js';
import { type Connection, pageRequest, toConnection } from '../paging.js';
import type { RequestContext } from '../request-context.js';
import { SessionConnection } from '../types/connections.js';
import { PageArguments } from '../types/page.js';
import { SignInPayload, SignOutPayload } from '../types/payloads.js';
import type { SessionObject } from '../types/session.js';
import { toViewer } from './viewer-resolver.js';

/** Signing in and out with a browser, whose cookie carries the token of the session. */
@Resolver()
export class SessionResolver {
  @Query(() => SessionConnection, {
    description:
      'The sessions of whoever asks that have not ended, newest first; also for users without a seat.',
  })
  async sessions(
    @Ctx() context: RequestContext,
    @Args(() => PageArguments) page: PageArguments,
  ): Promise<Connection<SessionObject>> {
    const request = pageRequest(page, decodeSessionCursor);
    return toConnection(
      await ownSessions(context.gateway, context.viewer, request),
      request,
      ({ session }) => sessionCursor(session),
      ({ session, application }) => {
        const { createdAt, lastSeenAt, expiresAt } = session;
        const current = context.token !== null && isSessionOf(session, context.token);
        return { createdAt, lastSeenAt, expiresAt, application, current };
      },
    );
  }

  @Mutation(() => SignInPayload, {
    nullable: true,
    description:
      'Signs in and sets the session cookie, over HTTP only. A session that came with the request ends. Open to everybody as the only field of a mutation; what comes after it in the same one is asked by whoever has signed in.',
  })
  async signIn(
    @Ctx() context: RequestContext,
    @Arg('name', () => String, { description: 'The name, without regard to case.' }) name: string,
    @Arg('password', () => String, { description: 'The password.' }) password: string,
  ): Promise<SignInPayload> {
    const { browser, gateway } = context;
    if (!browser) {
      const reason = 'sets a cookie, which a socket cannot; send it over HTTP';
      throw new GatehouseError('INPUT_INVALID', { field: 'signIn', reason });
    }
    const credentials = { name, password, address: browser.address };
    const { viewer, live } = await signInBrowser(gateway, credentials, browser.token);
    browser.keep(live.token);
    context.enter({ viewer, token: live.token });
    const { expiresAt } = live.session;
    return { revision: context.index.revision, viewer: toViewer(context), expiresAt };
  }

  @Mutation(() => SignOutPayload, {
    nullable: true,
    description:
      'Ends the session that came with the request and clears the session cookie; also for users without a seat.',
  })
  async signOut(@Ctx() context: RequestContext): Promise<SignOutPayload> {
    const { browser, gateway, index, token, viewer } = context;
    const ended = await signOut(gateway, viewer, token);
    browser?.keep(null);
    return { revision: index.revision, ended };
  }

  @Mutation(() => SignOutPayload, {
    nullable: true,
    description:
      'Ends all sessions of whoever asks, this one included, and clears the session cookie; or those of another user. That is for administrators, who touch nobody that holds more than they do.',
  })
  async signOutEverywhere(
    @Ctx() context: RequestContext,
    @Arg('user', () => String, {
      nullable: true,
      description: 'The name of the user; left out: whoever asks.',
    })
    user: string | null | undefined,
  ): Promise<SignOutPayload> {
    const { browser, gateway, viewer } = context;
    const { revision } = context.index;
    if (user !== null && user !== undefined) {
      return { revision, ended: await signOutUser(gateway, context.administrator(), user) };
    }
    const ended = await signOutEverywhere(gateway, viewer);
    browser?.keep(null);
    return { revision, ended };
  }
}
