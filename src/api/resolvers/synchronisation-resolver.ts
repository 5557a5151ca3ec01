import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import type { DirectoryId, SynchronisationRun } from '../../domain/index.js';
import {
  heldSynchronisations,
  type LoggedHold,
  watchSynchronisation,
} from '../../usecase/index.js';
import { abortable } from '../abortable.js';
import { decodeChangeCursor } from '../cursor.js';
import { requireRow } from '../global-id.js';
import type { RequestContext } from '../request-context.js';
import { RunObject, SynchronisationHeldObject } from '../types/run.js';

/** What type-graphql hands to `subscribe`. */
interface Subscribing<Arguments> {
  readonly args: Arguments;
  readonly context: RequestContext;
}

/** What is told of synchronisations as it happens. */
@Resolver()
export class SynchronisationResolver {
  @Subscription(() => RunObject, {
    subscribe: ({ args, context }: Subscribing<{ readonly directory: string }>) => {
      const viewer = context.administrator();
      const row = requireRow<DirectoryId>('Directory', args.directory);
      return abortable(
        (signal) => watchSynchronisation(context.gateway, viewer, row, signal),
        context,
      );
    },
    description:
      'The latest run of a directory: as it is, and whenever it has come further, has ended or another one has begun, in whichever process. Steps within half a second may come as one. It is complete when the directory is removed; a directory that is kept here is answered with `NOT_SYNCHRONISABLE`. For administrators.',
  })
  synchronisation(
    @Root() run: SynchronisationRun,
    @Arg('directory', () => ID, { description: 'The id of the directory.' }) _directory: string,
  ): RunObject {
    return new RunObject(run);
  }

  @Subscription(() => SynchronisationHeldObject, {
    subscribe: ({ args, context }: Subscribing<{ readonly after?: string | null }>) => {
      const viewer = context.administrator();
      const cursor = args.after ? decodeChangeCursor(args.after) : null;
      return abortable(
        (signal) => heldSynchronisations(context.gateway, viewer, cursor, signal),
        context,
      );
    },
    description:
      'A run of any directory waits for an administrator. Each of them comes at least once and in order: go on after the cursor of the last one you have seen, and none is lost by a cut or a restart. For administrators.',
  })
  synchronisationHeld(
    @Root() held: LoggedHold,
    @Arg('after', () => String, {
      nullable: true,
      description: 'The `cursor` of the last one seen. Without it: only what happens from now on.',
    })
    _after: string | null,
  ): SynchronisationHeldObject {
    return new SynchronisationHeldObject(held);
  }
}
