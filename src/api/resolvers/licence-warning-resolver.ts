import { Arg, Resolver, Root, Subscription } from 'type-graphql';
import { type LoggedLicenceWarning, licenceWarnings } from '../../usecase/index.js';
import { abortable } from '../abortable.js';
import { decodeChangeCursor } from '../cursor.js';
import type { RequestContext } from '../request-context.js';
import { LicenceWarningObject } from '../types/licence.js';

/** What type-graphql hands to `subscribe`. */
interface Subscribing {
  readonly args: { readonly after?: string | null };
  readonly context: RequestContext;
}

@Resolver()
export class LicenceWarningResolver {
  @Subscription(() => LicenceWarningObject, {
    subscribe: ({ args, context }: Subscribing) => warnings(context, args.after ?? null),
    description:
      'A licence threshold (90 % reached, limit exceeded) was passed or is no longer passed, or the grace period of an exceeded licence has ended. Each of them comes at least once and in order: go on after the cursor of the last one you have seen, and none is lost by a cut or a restart; a cursor that is older than the log is kept is answered with `REVISION_NOT_REACHABLE`, one that the log does not come to with `REVISION_NOT_REACHED`. For administrators.',
  })
  licenceWarning(
    @Root() warning: LoggedLicenceWarning,
    @Arg('after', () => String, {
      nullable: true,
      description:
        'The `cursor` of the last warning seen, or `licence.warningCursor`. Without it: only what happens from now on.',
    })
    _after: string | null,
  ): LicenceWarningObject {
    return new LicenceWarningObject(warning);
  }
}

function warnings(context: RequestContext, after: string | null) {
  const viewer = context.administrator();
  const cursor = after === null ? null : decodeChangeCursor(after);
  return abortable((signal) => licenceWarnings(context.gateway, viewer, cursor, signal), context);
}
