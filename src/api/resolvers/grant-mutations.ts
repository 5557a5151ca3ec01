import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { GrantId, PermissionKey } from '../../domain/index.js';
import {
  type Confirmation,
  grantPermission,
  revokeGrant,
  revokePermission,
} from '../../usecase/index.js';
import { ConfirmationEnum } from '../enums.js';
import { requireRow } from '../global-id.js';
import { CONFIRM, confirmed } from '../mutation-arguments.js';
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
  ): Promise<GrantPayload> {
    const { value, revision } = await grantPermission(context.gateway, context.administrator(), {
      permission,
      subjectType: subject.type,
      subjectName: subject.name,
    });
    return { revision, grant: new GrantObject(value) };
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
    @Arg('confirm', () => [ConfirmationEnum], CONFIRM) confirm: Confirmation[] | null,
  ): Promise<GrantPayload> {
    const { value, revision } = await revokePermission(
      context.gateway,
      context.administrator(),
      { permission, subjectType: subject.type, subjectName: subject.name },
      confirmed(confirm),
    );
    return { revision, grant: new GrantObject(value) };
  }

  @Mutation(() => GrantPayload, {
    nullable: true,
    description:
      'Takes back one grant by its id. For administrators, up to what they hold themselves.',
  })
  async revokeGrant(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: 'The id of the grant.' }) id: string,
    @Arg('confirm', () => [ConfirmationEnum], CONFIRM) confirm: Confirmation[] | null,
  ): Promise<GrantPayload> {
    const viewer = context.administrator();
    const row = requireRow<GrantId>('Grant', id);
    const { value, revision } = await revokeGrant(context.gateway, viewer, row, confirmed(confirm));
    return { revision, grant: new GrantObject(value) };
  }
}
