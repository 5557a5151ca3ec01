import { Arg, Args, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { GatehouseError, type MembershipMode, type Revision } from '../../domain/index.js';
import {
  askAboutAll,
  licenceWithGrace,
  type Moment,
  setLicenceLimit,
  setMembershipMode,
} from '../../usecase/index.js';
import { AS_OF } from '../as-of.js';
import { MembershipModeEnum } from '../enums.js';
import {
  DryRunArguments,
  MannerArguments,
  mannerOf,
  momentAfter,
  told,
} from '../mutation-arguments.js';
import type { RequestContext } from '../request-context.js';
import { RevisionScalar } from '../scalars.js';
import { LicenceObject } from '../types/licence.js';
import { LicencePayload, MembershipModePayload } from '../types/payloads.js';

@Resolver()
export class SettingsResolver {
  @Query(() => LicenceObject, { description: 'Seats taken and allowed. For administrators.' })
  async licence(
    @Ctx() context: RequestContext,
    @Arg('asOf', () => RevisionScalar, AS_OF) asOf: Revision | null,
  ): Promise<LicenceObject> {
    context.administrator();
    return licenceAt(context, await context.at(asOf));
  }

  @Query(() => MembershipModeEnum, {
    description:
      'Which memberships count for a name that several directories know. For administrators.',
  })
  async membershipMode(
    @Ctx() context: RequestContext,
    @Arg('asOf', () => RevisionScalar, AS_OF) asOf: Revision | null,
  ): Promise<MembershipMode> {
    const viewer = context.administrator();
    return askAboutAll(viewer, await context.at(asOf), (index) => index.membershipMode);
  }

  @Mutation(() => MembershipModePayload, {
    nullable: true,
    description:
      'Chooses which memberships count for a name that several directories know. For system administrators.',
  })
  async setMembershipMode(
    @Ctx() context: RequestContext,
    @Arg('mode', () => MembershipModeEnum, { description: 'The mode to put in force.' })
    mode: MembershipMode,
    @Args(() => MannerArguments) manner: MannerArguments,
  ): Promise<MembershipModePayload> {
    const done = await setMembershipMode(
      context.gateway,
      context.systemAdministrator(),
      mode,
      mannerOf(manner),
    );
    return { ...told(done), membershipMode: done.value };
  }

  @Mutation(() => LicencePayload, {
    nullable: true,
    description:
      'Sets how many seats the licence allows. Crossing a threshold by it is a `licenceWarning` as any other. For system administrators.',
  })
  async setLicenceLimit(
    @Ctx() context: RequestContext,
    @Arg('limit', () => Int, {
      nullable: true,
      description: 'Seats allowed, or null for no limit. May not be left out.',
    })
    limit: number | null | undefined,
    @Args(() => DryRunArguments) manner: DryRunArguments,
  ): Promise<LicencePayload> {
    const viewer = context.systemAdministrator();
    if (limit === undefined) {
      throw new GatehouseError('INPUT_INVALID', {
        field: 'limit',
        reason: 'must be given: a whole number from 0 on, or null for no limit',
      });
    }
    const done = await setLicenceLimit(context.gateway, viewer, limit, mannerOf(manner));
    const licence = await licenceAt(context, momentAfter(context, done));
    return { ...told(done), licence };
  }
}

async function licenceAt(context: RequestContext, at: Moment): Promise<LicenceObject> {
  const viewer = context.administrator();
  const { licence, exceededSince } = await licenceWithGrace(context.gateway, viewer, at);
  return new LicenceObject(licence, context.gateway.live.end(), exceededSince);
}
