import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { Revision } from '../../domain/index.js';
import { compareRevisions } from '../../usecase/index.js';
import { HEAVY } from '../limits.js';
import type { RequestContext } from '../request-context.js';
import { RevisionScalar } from '../scalars.js';
import { PreviewObject } from '../types/preview.js';

@Resolver()
export class HistoryResolver {
  @Query(() => PreviewObject, {
    complexity: HEAVY,
    description:
      "What has become of everybody's permissions from one revision to another: who gained and who lost what, and why. `REVISION_NOT_REACHABLE` when a directory was loaded anew or removed since `from`. For administrators.",
  })
  async diff(
    @Ctx() context: RequestContext,
    @Arg('from', () => RevisionScalar, { description: 'The earlier revision.' }) from: Revision,
    @Arg('to', () => RevisionScalar, {
      nullable: true,
      description: 'The later revision; now when left out.',
    })
    to: Revision | null,
  ): Promise<PreviewObject> {
    const viewer = context.administrator();
    return new PreviewObject(await compareRevisions(context.gateway, viewer, from, to));
  }
}
