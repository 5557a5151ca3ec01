import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { DirectoryId, RunId, SynchronisationRun } from '../../domain/index.js';
import type { DirectoryTestStep } from '../../sync/index.js';
import {
  cancelSynchronisation,
  dropSynchronisation,
  releaseSynchronisation,
  synchroniseNow,
  testConnection,
  testStoredDirectory,
} from '../../usecase/index.js';
import { requireRow } from '../global-id.js';
import type { RequestContext } from '../request-context.js';
import { DirectoryObject } from '../types/directory.js';
import { TestConnectionInput } from '../types/directory-inputs.js';
import { DirectoryTestPayload, SynchronisationPayload } from '../types/payloads.js';
import { RunObject } from '../types/run.js';
import { wholeConnection } from '../whole-connection.js';

const ID_ARGUMENT = { description: 'The id of the directory.' };
const RUN_ARGUMENT = { description: 'The id of the run that is held.' };

/** What goes to a directory's server. All of these are for system administrators. */
@Resolver()
export class DirectoryServerMutations {
  @Mutation(() => DirectoryTestPayload, {
    nullable: true,
    description:
      "Tries a directory's stored settings, step by step, and changes nothing. For system administrators.",
  })
  async testDirectory(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
  ): Promise<DirectoryTestPayload> {
    const viewer = context.systemAdministrator();
    const row = requireRow<DirectoryId>('Directory', id);
    const { directory, steps } = await testStoredDirectory(context.gateway, viewer, row);
    return testPayload(context, new DirectoryObject(directory, context.now), steps);
  }

  @Mutation(() => DirectoryTestPayload, {
    nullable: true,
    description:
      'Tries settings before they are saved, step by step, and changes nothing. For system administrators.',
  })
  async testDirectoryConnection(
    @Ctx() context: RequestContext,
    @Arg('input', () => TestConnectionInput, { description: 'The settings to try.' })
    input: TestConnectionInput,
  ): Promise<DirectoryTestPayload> {
    const steps = await testConnection(context.gateway, context.systemAdministrator(), {
      ...wholeConnection(input.connection),
      applicationPassword: input.applicationPassword,
      nestedGroups: input.nestedGroups ?? false,
    });
    return testPayload(context, null, steps);
  }

  @Mutation(() => SynchronisationPayload, {
    nullable: true,
    description:
      'Synchronises a remote directory now. A run that would take away more than it may by itself is `HELD`. For system administrators.',
  })
  async synchroniseDirectory(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Arg('full', () => Boolean, {
      nullable: true,
      description: 'Whether to read everything, whatever the events of the server tell.',
    })
    full: boolean | null = false,
    @Arg('wait', () => Boolean, {
      nullable: true,
      description: 'Whether to answer when the run has ended; otherwise once it has begun.',
    })
    wait: boolean | null = true,
  ): Promise<SynchronisationPayload> {
    const viewer = context.systemAdministrator();
    const row = requireRow<DirectoryId>('Directory', id);
    const how = { full: full ?? false, wait: wait ?? true };
    return runPayload(context, await synchroniseNow(context.gateway, viewer, row, how));
  }

  @Mutation(() => SynchronisationPayload, {
    nullable: true,
    description:
      'Ends a run that goes on, in whichever process. It changes nothing; the next run begins anew. For system administrators.',
  })
  async cancelSynchronisation(
    @Ctx() context: RequestContext,
    @Arg('run', () => ID, { description: 'The id of the run.' }) run: string,
  ): Promise<SynchronisationPayload> {
    const viewer = context.systemAdministrator();
    const row = requireRow<RunId>('SynchronisationRun', run);
    return runPayload(context, await cancelSynchronisation(context.gateway, viewer, row));
  }

  @Mutation(() => SynchronisationPayload, {
    nullable: true,
    description:
      'Has a run that is held done after all: the server is asked once more. If by then more users would go, or there is a graver reason, the new run is held in its turn. Answers when the new run has ended. For system administrators.',
  })
  async releaseSynchronisation(
    @Ctx() context: RequestContext,
    @Arg('run', () => ID, RUN_ARGUMENT) run: string,
  ): Promise<SynchronisationPayload> {
    const viewer = context.systemAdministrator();
    const row = requireRow<RunId>('SynchronisationRun', run);
    return runPayload(context, await releaseSynchronisation(context.gateway, viewer, row));
  }

  @Mutation(() => SynchronisationPayload, {
    nullable: true,
    description:
      'Decides against a run that is held. The copy stays as it is, and the next run asks the server anew. For system administrators.',
  })
  async dropSynchronisation(
    @Ctx() context: RequestContext,
    @Arg('run', () => ID, RUN_ARGUMENT) run: string,
  ): Promise<SynchronisationPayload> {
    const viewer = context.systemAdministrator();
    const row = requireRow<RunId>('SynchronisationRun', run);
    return runPayload(context, await dropSynchronisation(context.gateway, viewer, row));
  }
}

function runPayload(context: RequestContext, run: SynchronisationRun): SynchronisationPayload {
  return { revision: run.revision ?? context.index.revision, run: new RunObject(run) };
}

function testPayload(
  context: RequestContext,
  directory: DirectoryObject | null,
  steps: readonly DirectoryTestStep[],
): DirectoryTestPayload {
  const passed = steps.every(({ outcome }) => outcome === 'OK' || outcome === 'WARNING');
  return { revision: context.index.revision, directory, passed, steps };
}
