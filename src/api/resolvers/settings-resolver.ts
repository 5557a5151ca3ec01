import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { GatehouseError, type MembershipMode } from '../../domain/index.js';
import {
  askAboutAll,
  type Confirmation,
  setLicenceLimit,
  setMembershipMode,
} from '../../usecase/index.js';
import { ConfirmationEnum, MembershipModeEnum } from '../enums.js';
import { CONFIRM, confirmed } from '../mutation-arguments.js';
import type { RequestContext } from '../request-context.js';
import { LicenceObject } from '../types/licence.js';
import { LicencePayload, MembershipModePayload } from '../types/payloads.js';

@Resolver()
export class SettingsResolver {
  @Query(() => LicenceObject, { description: 'Seats taken and allowed. For administrators.' })
  licence(@Ctx() context: RequestContext): LicenceObject {
    askAboutAll(context.gateway, context.administrator());
    return licenceOf(context);
  }

  @Query(() => MembershipModeEnum, {
    description:
      'Which memberships count for a name that several directories know. For administrators.',
  })
  membershipMode(@Ctx() context: RequestContext): MembershipMode {
    return askAboutAll(context.gateway, context.administrator()).membershipMode;
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
    @Arg('confirm', () => [ConfirmationEnum], CONFIRM) confirm: Confirmation[] | null,
  ): Promise<MembershipModePayload> {
    const { value, revision } = await setMembershipMode(
      context.gateway,
      context.systemAdministrator(),
      mode,
      confirmed(confirm),
    );
    return { revision, membershipMode: value };
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
  ): Promise<LicencePayload> {
    const viewer = context.systemAdministrator();
    if (limit === undefined) {
      throw new GatehouseError('INPUT_INVALID', {
        field: 'limit',
        reason: 'must be given: a whole number from 0 on, or null for no limit',
      });
    }
    const { revision } = await setLicenceLimit(context.gateway, viewer, limit);
    return { revision, licence: licenceOf(context) };
  }
}

function licenceOf({ gateway, index }: RequestContext): LicenceObject {
  return new LicenceObject(index.licence(), gateway.live.end());
}
