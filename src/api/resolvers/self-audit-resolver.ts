import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { requirePageSize, type SelfAudit } from '../../domain/index.js';
import { auditNow, selfAudits } from '../../usecase/index.js';
import { HEAVIEST } from '../limits.js';
import type { RequestContext } from '../request-context.js';
import { SelfAuditPayload } from '../types/payloads.js';
import { SelfAuditObject } from '../types/self-audit.js';

const DEFAULT_AUDITS = 20;

@Resolver()
export class SelfAuditResolver {
  @Query(() => [SelfAuditObject], {
    description:
      'What the daily audits found, newest first: each process compares its permission index with the rows, and one of them the rows among themselves. The newest hundred are kept. For administrators.',
  })
  async selfAudits(
    @Ctx() context: RequestContext,
    @Arg('first', () => Int, {
      defaultValue: DEFAULT_AUDITS,
      description: 'How many at most.',
    })
    first: number,
  ): Promise<SelfAudit[]> {
    const viewer = context.administrator();
    requirePageSize(first);
    return selfAudits(context.gateway, viewer, first);
  }

  @Mutation(() => SelfAuditPayload, {
    nullable: true,
    complexity: HEAVIEST,
    description:
      'Audits the rows of the database and the index of the process that answers, now. For system administrators.',
  })
  async runSelfAudit(@Ctx() context: RequestContext): Promise<SelfAuditPayload> {
    const audits = await auditNow(context.gateway, context.systemAdministrator());
    return { revision: context.index.revision, audits };
  }
}
