import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import {
  compareNameKeys,
  type DirectoryId,
  type Grant,
  type PermissionKey,
  type Revision,
} from '../../domain/index.js';
import { askAboutAll, askAboutUser, checkMany } from '../../usecase/index.js';
import { effectivePermissionsOf, explanationOf, requireListed } from '../answers.js';
import { AS_OF } from '../as-of.js';
import {
  decodeCursor,
  decodeNameCursor,
  encodeCursor,
  invalidCursor,
  nameCursor,
} from '../cursor.js';
import { requireRow } from '../global-id.js';
import { type Connection, pageOf, pageRequest, toConnection } from '../paging.js';
import type { RequestContext } from '../request-context.js';
import { DateTimeScalar, PermissionKeyScalar, RevisionScalar } from '../scalars.js';
import { GrantConnection, UserConnection } from '../types/connections.js';
import {
  CheckResult,
  EffectivePermissionObject,
  EffectivePermissionsObject,
} from '../types/effective-permissions.js';
import { DerivationObject } from '../types/explanation.js';
import { DerivationArguments, HolderPageArguments, PageArguments } from '../types/page.js';
import { GrantObject, PermissionSchemeObject } from '../types/permission.js';
import { CheckInput } from '../types/permission-inputs.js';
import { toUser, type UserObject } from '../types/user.js';

const USER_NAME = 'The name of the user; compared without regard to case.';

@Resolver()
export class PermissionResolver {
  @Query(() => RevisionScalar, { description: 'The revision that answers are of now.' })
  revision(@Ctx() context: RequestContext): number {
    context.licensed();
    return context.index.revision;
  }

  @Query(() => PermissionSchemeObject, { description: 'The permissions there are.' })
  permissionScheme(@Ctx() context: RequestContext): PermissionSchemeObject {
    context.licensed();
    return context.index.scheme.scheme;
  }

  @Query(() => EffectivePermissionsObject, {
    description: 'Everything a user may do. For the user and for administrators.',
  })
  async effectivePermissions(
    @Ctx() context: RequestContext,
    @Arg('user', () => String, { description: USER_NAME }) user: string,
    @Arg('asOf', () => RevisionScalar, AS_OF) asOf: Revision | null,
  ): Promise<EffectivePermissionsObject> {
    context.licensed();
    return effectivePermissionsOf(context, user, await context.at(asOf));
  }

  @Query(() => Boolean, {
    description: 'Whether a user holds a permission. For the user and for administrators.',
  })
  async check(
    @Ctx() context: RequestContext,
    @Arg('user', () => String, { description: USER_NAME }) user: string,
    @Arg('permission', () => PermissionKeyScalar, { description: 'Which permission.' })
    permission: PermissionKey,
    @Arg('asOf', () => RevisionScalar, AS_OF) asOf: Revision | null,
  ): Promise<boolean> {
    const viewer = context.licensed();
    const at = await context.at(asOf);
    return askAboutUser(context.gateway, viewer, user, at, (answers) => answers.check(permission));
  }

  @Query(() => [CheckResult], {
    description:
      'The answers to many questions of one revision, in the order of the questions. For the users and for administrators.',
  })
  async checkMany(
    @Ctx() context: RequestContext,
    @Arg('checks', () => [CheckInput], { description: 'At most 1000 questions.' })
    checks: CheckInput[],
    @Arg('asOf', () => RevisionScalar, AS_OF) asOf: Revision | null,
  ): Promise<CheckResult[]> {
    const viewer = context.licensed();
    const questions = requireListed('checks', checks);
    const at = await context.at(asOf);
    const answers = await checkMany(context.gateway, viewer, questions, at);
    return questions.map(({ user, permission }, i) => ({ user, permission, allowed: answers[i] }));
  }

  @Query(() => UserConnection, {
    description: 'Everybody who holds a permission, by name. For administrators.',
  })
  async holders(
    @Ctx() context: RequestContext,
    @Arg('permission', () => PermissionKeyScalar, { description: 'Which permission.' })
    permission: PermissionKey,
    @Args(() => HolderPageArguments) page: HolderPageArguments,
    @Arg('asOf', () => RevisionScalar, AS_OF) asOf: Revision | null,
  ): Promise<Connection<UserObject>> {
    const viewer = context.administrator();
    const request = pageRequest(page, decodeNameCursor);
    const filter = {
      directoryId: page.directory
        ? requireRow<DirectoryId>('Directory', page.directory)
        : undefined,
      onlyThroughNesting: page.onlyThroughNesting ?? false,
    };
    const at = await context.at(asOf);
    return askAboutAll(viewer, at, (index) => {
      const found = index.holdersOf(permission, request, filter);
      return toConnection(found, request, nameCursor, (entry) => toUser(entry, at));
    });
  }

  @Query(() => GrantConnection, {
    description:
      'All grants: those to users first, each kind by name and then from the weakest permission to the strongest. For administrators.',
  })
  async grants(
    @Ctx() context: RequestContext,
    @Args(() => PageArguments) page: PageArguments,
    @Arg('asOf', () => RevisionScalar, AS_OF) asOf: Revision | null,
  ): Promise<Connection<GrantObject>> {
    const viewer = context.administrator();
    const request = pageRequest(page, decodeGrantCursor);
    const at = await context.at(asOf);
    return askAboutAll(viewer, at, (index) => {
      const rank = (permission: PermissionKey) =>
        index.scheme.scheme.permissions.findIndex(({ key }) => key === permission);
      const found = pageOf(index.grants(), request, (grant, [type, key, permission]) => {
        if (grant.subjectType !== type) return type === 'USER';
        const order = compareNameKeys(grant.subjectKey, key);
        return order > 0 || (order === 0 && rank(grant.permission) > rank(permission));
      });
      return toConnection(found, request, grantCursor, (grant) => new GrantObject(grant, at));
    });
  }
}

@Resolver(() => EffectivePermissionObject)
export class EffectivePermissionResolver {
  @FieldResolver(() => [DerivationObject], {
    description: 'Why: the shortest ways to the permission.',
  })
  async derivations(
    @Root() { userName, permission, at }: EffectivePermissionObject,
    @Ctx() context: RequestContext,
    @Args(() => DerivationArguments) page: DerivationArguments,
  ): Promise<DerivationObject[]> {
    return (await explanationOf(context, userName, permission, page, at)).derivations;
  }
}

@Resolver(() => EffectivePermissionsObject)
export class EffectivePermissionsResolver {
  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description:
      'How old the answer may be: when the oldest copy that has a say was last brought up to date. Null when no copy has a say.',
  })
  async dataAsOf(
    @Root() { rests }: EffectivePermissionsObject,
    @Ctx() context: RequestContext,
  ): Promise<Date | null> {
    const freshness = await Promise.all(rests.map(({ id }) => context.loaders.freshness.load(id)));
    return earliest(freshness.map((directory) => directory?.lastSucceededAt ?? null));
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description: 'Since when a copy that has a say is known to be behind; null when none is.',
  })
  async staleSince(
    @Root() { rests }: EffectivePermissionsObject,
    @Ctx() context: RequestContext,
  ): Promise<Date | null> {
    const freshness = await Promise.all(rests.map(({ id }) => context.loaders.freshness.load(id)));
    return earliest(freshness.map((directory) => directory?.staleSince ?? null));
  }
}

function grantCursor({ subjectType, subjectKey, permission }: Grant): string {
  return encodeCursor('grant', subjectType, subjectKey, permission);
}

function decodeGrantCursor(cursor: string): [type: string, key: string, permission: string] {
  const [type, key, permission] = decodeCursor('grant', cursor);
  if (typeof type === 'string' && typeof key === 'string' && typeof permission === 'string') {
    return [type, key, permission];
  }
  throw invalidCursor();
}

function earliest(dates: readonly (Date | null)[]): Date | null {
  return dates.reduce((first, date) => (first && (!date || first <= date) ? first : date), null);
}
