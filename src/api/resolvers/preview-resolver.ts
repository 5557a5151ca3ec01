import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { PermissionKey, Revision } from '../../domain/index.js';
import type { MaskMove, Preview } from '../../engine/index.js';
import type { Forecast, Moment } from '../../usecase/index.js';
import { explanationOf, type Soon } from '../answers.js';
import { decodeNameCursor, decodePositionCursor, nameCursor, positionCursor } from '../cursor.js';
import { type Connection, pageRequest, toConnection } from '../paging.js';
import type { RequestContext } from '../request-context.js';
import { PermissionKeyScalar, RevisionScalar } from '../scalars.js';
import {
  GrantConnection,
  GroupConnection,
  MaskMoveConnection,
  PermissionMoveConnection,
} from '../types/connections.js';
import { ExplanationObject } from '../types/explanation.js';
import { type GroupObject, toGroup } from '../types/group.js';
import { DerivationArguments, PageArguments } from '../types/page.js';
import { GrantObject } from '../types/permission.js';
import {
  LicenceCrossingObject,
  MaskMoveObject,
  PermissionMoveObject,
  PermissionPreviewObject,
  PreviewObject,
  RefusalObject,
  SeatsObject,
} from '../types/preview.js';
import { toUser, UserObject } from '../types/user.js';

/** Previews are given to administrators only; whoever reaches one has passed that gate. */
@Resolver(() => PreviewObject)
export class PreviewResolver {
  @FieldResolver(() => RevisionScalar, {
    description: 'The revision of the state that the changes are made to.',
  })
  revision(@Root() { forecast }: PreviewObject): Soon<Revision> {
    return forecast.before.ask((index) => index.revision);
  }

  @FieldResolver(() => [RefusalObject], {
    description:
      'What would refuse the changes as they are: in a dry run what has to be confirmed, confirmed or not. Empty for what has been done already.',
  })
  async refusals(@Root() { forecast }: PreviewObject): Promise<RefusalObject[]> {
    return (await forecast.refusals()).map((refusal) => new RefusalObject(refusal));
  }

  @FieldResolver(() => [PermissionPreviewObject], {
    description: 'Who gains and who loses each permission, from the weakest to the strongest.',
  })
  permissions(@Root() { forecast }: PreviewObject): Soon<PermissionPreviewObject[]> {
    return forecast.ask((preview) =>
      preview.before.scheme.scheme.permissions.map(({ key }) => moved(forecast, preview, key)),
    );
  }

  @FieldResolver(() => PermissionPreviewObject, {
    description: 'Who gains and who loses one permission.',
  })
  permission(
    @Root() { forecast }: PreviewObject,
    @Arg('key', () => PermissionKeyScalar, { description: 'Which permission.' })
    key: PermissionKey,
  ): Soon<PermissionPreviewObject> {
    return forecast.ask((preview) => moved(forecast, preview, key));
  }

  @FieldResolver(() => SeatsObject, { description: 'Seats before.' })
  seatsBefore(@Root() { forecast }: PreviewObject): Soon<SeatsObject> {
    return forecast.ask(({ licenceBefore }) => new SeatsObject(licenceBefore));
  }

  @FieldResolver(() => SeatsObject, { description: 'Seats after.' })
  seatsAfter(@Root() { forecast }: PreviewObject): Soon<SeatsObject> {
    return forecast.ask(({ licenceAfter }) => new SeatsObject(licenceAfter));
  }

  @FieldResolver(() => [LicenceCrossingObject], {
    description:
      'The licence thresholds that are crossed, as `licenceWarning` would tell them, in order.',
  })
  crossings(@Root() { forecast }: PreviewObject): Soon<readonly LicenceCrossingObject[]> {
    return forecast.ask(({ crossings }) => crossings);
  }

  @FieldResolver(() => MaskMoveConnection, {
    description:
      'Names that come to mean another entry although the old one is still there: an earlier directory knows the name now.',
  })
  masked(
    @Root() { forecast }: PreviewObject,
    @Args(() => PageArguments) page: PageArguments,
  ): Soon<Connection<MaskMoveObject>> {
    const request = pageRequest(page, decodeNameCursor);
    return forecast.ask((preview) => {
      const found = preview.masked(request);
      return toConnection(found, request, keyOfMove, (move) => new MaskMoveObject(forecast, move));
    });
  }

  @FieldResolver(() => MaskMoveConnection, {
    description:
      'Names that come to mean another entry because the old one is gone or its directory no longer counts: one further down shines through.',
  })
  unmasked(
    @Root() { forecast }: PreviewObject,
    @Args(() => PageArguments) page: PageArguments,
  ): Soon<Connection<MaskMoveObject>> {
    const request = pageRequest(page, decodeNameCursor);
    return forecast.ask((preview) => {
      const found = preview.unmasked(request);
      return toConnection(found, request, keyOfMove, (move) => new MaskMoveObject(forecast, move));
    });
  }

  @FieldResolver(() => GrantConnection, {
    description:
      'Grants that reach nobody after the changes and did before, or did not exist: in the order of `grants`.',
  })
  grantsReachingNobody(
    @Root() { forecast }: PreviewObject,
    @Args(() => PageArguments) page: PageArguments,
  ): Soon<Connection<GrantObject>> {
    const request = pageRequest(page, decodePositionCursor);
    return forecast.ask((preview) => {
      const found = preview.grantsReachingNobody(request);
      const start = request.after === null ? 0 : request.after + 1;
      const ranked = found.items.map((grant, i) => ({ grant, rank: start + i }));
      return toConnection(
        { ...found, items: ranked },
        request,
        ({ rank }) => positionCursor(rank),
        ({ grant }) => new GrantObject(grant, forecast.after),
      );
    });
  }

  @FieldResolver(() => GroupConnection, {
    description:
      'Groups without any member after the changes, nested ones included, that had one before or did not exist; by name.',
  })
  emptyGroups(
    @Root() { forecast }: PreviewObject,
    @Args(() => PageArguments) page: PageArguments,
  ): Soon<Connection<GroupObject>> {
    const request = pageRequest(page, decodeNameCursor);
    return forecast.ask((preview) => {
      const found = preview.emptyGroups(request);
      return toConnection(found, request, nameCursor, (group) => toGroup(group, forecast.after));
    });
  }
}

@Resolver(() => PermissionPreviewObject)
export class PermissionPreviewResolver {
  @FieldResolver(() => PermissionMoveConnection, { description: 'Who gains it, by name.' })
  gained(
    @Root() { forecast, permission }: PermissionPreviewObject,
    @Args(() => PageArguments) page: PageArguments,
  ): Soon<Connection<PermissionMoveObject>> {
    const request = pageRequest(page, decodeNameCursor);
    return forecast.ask((preview) =>
      toConnection(
        preview.gained(permission, request),
        request,
        nameCursor,
        ({ name }) => new PermissionMoveObject(forecast, permission, name),
      ),
    );
  }

  @FieldResolver(() => PermissionMoveConnection, { description: 'Who loses it, by name.' })
  lost(
    @Root() { forecast, permission }: PermissionPreviewObject,
    @Args(() => PageArguments) page: PageArguments,
  ): Soon<Connection<PermissionMoveObject>> {
    const request = pageRequest(page, decodeNameCursor);
    return forecast.ask((preview) =>
      toConnection(
        preview.lost(permission, request),
        request,
        ({ before }) => nameCursor(before),
        ({ before }) => new PermissionMoveObject(forecast, permission, before.name),
      ),
    );
  }
}

@Resolver(() => PermissionMoveObject)
export class PermissionMoveResolver {
  @FieldResolver(() => UserObject, {
    nullable: true,
    description: 'The entry that the name means before; null when there is none.',
  })
  before(@Root() { forecast, userName }: PermissionMoveObject): Soon<UserObject | null> {
    return entryAt(forecast.before, userName);
  }

  @FieldResolver(() => UserObject, {
    nullable: true,
    description: 'The entry that the name means after; null when there is none.',
  })
  after(@Root() { forecast, userName }: PermissionMoveObject): Soon<UserObject | null> {
    return entryAt(forecast.after, userName);
  }

  @FieldResolver(() => ExplanationObject, {
    description: 'Why the name holds the permission before, or why not.',
  })
  reasonBefore(
    @Root() { forecast, permission, userName }: PermissionMoveObject,
    @Ctx() context: RequestContext,
    @Args(() => DerivationArguments) page: DerivationArguments,
  ): Soon<ExplanationObject> {
    return explanationOf(context, userName, permission, page, forecast.before);
  }

  @FieldResolver(() => ExplanationObject, {
    description: 'Why the name holds the permission after, or why not.',
  })
  reasonAfter(
    @Root() { forecast, permission, userName }: PermissionMoveObject,
    @Ctx() context: RequestContext,
    @Args(() => DerivationArguments) page: DerivationArguments,
  ): Soon<ExplanationObject> {
    return explanationOf(context, userName, permission, page, forecast.after);
  }
}

function moved(
  forecast: Forecast,
  preview: Preview,
  permission: PermissionKey,
): PermissionPreviewObject {
  return new PermissionPreviewObject(forecast, permission, {
    holdersBefore: preview.before.countHolders(permission),
    holdersAfter: preview.after.countHolders(permission),
    gainedCount: preview.countGained(permission),
    lostCount: preview.countLost(permission),
  });
}

function entryAt(at: Moment, name: string): Soon<UserObject | null> {
  return at.ask((index) => {
    const entry = index.user(name);
    return entry && toUser(entry, at);
  });
}

function keyOfMove({ after }: MaskMove): string {
  return nameCursor(after);
}
