import { Arg, Args, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { Grant, GrantId, PermissionKey } from '../../domain/index.js';
import { type Done, grantPermission, revokeGrant, revokePermission } from '../../usecase/index.js';
import { requireRow } from '../global-id.js';
import {
  DryRunArguments,
  MannerArguments,
  mannerOf,
  momentAfter,
  told,
} from '../mutation-arguments.js';
import type { RequestContext } from '../request-context.js';
import { PermissionKeyScalar } from '../scalars.js';
import { GrantPayload } from '../types/payloads.js';
import { GrantObject } from '../types/permission.js';
import { SubjectInput } from '../types/permission-inputs.js';

/** All of these are for administrators, who move nothing that they do not hold themselves. */
@Resolver()
export class GrantMutations {
  @Mutation(() => GrantPayload, {
    nullable: true,
    description:
      'Grants a global permission to a name, which need not exist yet. For administrators, up to what they hold themselves.',
  })
  async grantPermission(
    @Ctx() context: RequestContext,
    @Arg('permission', () => PermissionKeyScalar, { description: 'What to grant.' })
    permission: PermissionKey,
    @Arg('subject', () => SubjectInput, { description: 'The user or group to grant it to.' })
    subject: SubjectInput,
    @Args(() => DryRunArguments) manner: DryRunArguments,
  ): Promise<GrantPayload> {
    const done = await grantPermission(
      context.gateway,
      context.administrator(),
      { permission, subjectType: subject.type, subjectName: subject.name },
      mannerOf(manner),
    );
    return payload(context, done);
  }

  @Mutation(() => GrantPayload, {
    nullable: true,
    description:
      'Takes back the grant of a permission to a name. For administrators, up to what they hold themselves.',
  })
  async revokePermission(
    @Ctx() context: RequestContext,
    @Arg('permission', () => PermissionKeyScalar, { description: 'What was granted.' })
    permission: PermissionKey,
    @Arg('subject', () => SubjectInput, { description: 'The user or group it was granted to.' })
    subject: SubjectInput,
    @Args(() => MannerArguments) manner: MannerArguments,
  ): Promise<GrantPayload> {
    const done = await revokePermission(
      context.gateway,
      context.administrator(),
      { permission, subjectType: subject.type, subjectName: subject.name },
      mannerOf(manner),
    );
    return payload(context, done);
  }

  @Mutation(() => GrantPayload, {
    nullable: true,
    description:
      'Takes back one grant by its id. For administrators, up to what they hold themselves.',
  })
  async revokeGrant(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: 'The id of the grant.' }) id: string,
    @Args(() => MannerArguments) manner: MannerArguments,
  ): Promise<GrantPayload> {
    const viewer = context.administrator();
    const row = requireRow<GrantId>('Grant', id);
    const done = await revokeGrant(context.gateway, viewer, row, mannerOf(manner));
    return payload(context, done);
  }
}

function payload(context: RequestContext, done: Done<Grant>): GrantPayload {
  return { ...told(done), grant: new GrantObject(done.value, momentAfter(context, done)) };
}
