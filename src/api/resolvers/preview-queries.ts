import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { DirectoryId } from '../../domain/index.js';
import {
  MAX_PLANNED_CHANGES,
  previewChanges,
  previewSynchronisation,
} from '../../usecase/index.js';
import { requireRow } from '../global-id.js';
import { HEAVIEST, HEAVY } from '../limits.js';
import { plannedChange } from '../planned-changes.js';
import type { RequestContext } from '../request-context.js';
import { PlannedChangeInput } from '../types/planned-change-inputs.js';
import { PreviewObject, SynchronisationPreviewObject } from '../types/preview.js';

@Resolver()
export class PreviewQueries {
  @Query(() => PreviewObject, {
    complexity: HEAVY,
    description:
      'What changes would do, without making them and without waiting for anybody who does. Refused as the mutations would be when they cannot be made at all (`NOT_FOUND`, `NAME_TAKEN`, `GRANT_EXISTS`, …). For administrators; what it would take to make them is in `refusals`, and `dryRun` on a mutation asks for every rule that it obeys.',
  })
  preview(
    @Ctx() context: RequestContext,
    @Arg('changes', () => [PlannedChangeInput], {
      description: `From 1 to ${MAX_PLANNED_CHANGES} changes, made one after the other; only what comes out in the end counts.`,
    })
    changes: PlannedChangeInput[],
  ): PreviewObject {
    const viewer = context.administrator();
    return new PreviewObject(previewChanges(context.gateway, viewer, changes.map(plannedChange)));
  }

  @Query(() => SynchronisationPreviewObject, {
    complexity: HEAVIEST,
    description:
      'Asks the server of a remote directory for everything, as a synchronisation does, and tells what one would change now. Nothing is written. Ends with `UNREACHABLE` when the server has not told everything within two minutes. For system administrators.',
  })
  async previewSynchronisation(
    @Ctx() context: RequestContext,
    @Arg('directory', () => ID, { description: 'The id of the directory.' }) directory: string,
  ): Promise<SynchronisationPreviewObject> {
    const viewer = context.systemAdministrator();
    const row = requireRow<DirectoryId>('Directory', directory);
    const { counts, objection, forecast } = await previewSynchronisation(
      context.gateway,
      viewer,
      row,
    );
    return { counts, held: objection?.message ?? null, preview: new PreviewObject(forecast) };
  }
}
