import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { type ApplicationId, compareNameKeys } from '../../domain/index.js';
import {
  addApplication,
  changeApplication,
  listApplications,
  removeApplication,
  wouldAdmit,
} from '../../usecase/index.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { requireRow } from '../global-id.js';
import { ConfirmArguments, given, mannerOf } from '../mutation-arguments.js';
import { type Connection, pageOf, pageRequest, toConnection } from '../paging.js';
import type { RequestContext } from '../request-context.js';
import { AdmissionObject } from '../types/admission.js';
import { ApplicationObject } from '../types/application.js';
import { AddApplicationInput, ChangeApplicationInput } from '../types/application-inputs.js';
import { ApplicationConnection } from '../types/connections.js';
import { PageArguments } from '../types/page.js';
import { ApplicationPayload, RemovalPayload } from '../types/payloads.js';

const ID_ARGUMENT = { description: 'The id of the application.' };

/** All of these are for system administrators. */
@Resolver()
export class ApplicationResolver {
  @Query(() => ApplicationConnection, {
    description: 'Downstream callers of the user server, by name. For system administrators.',
  })
  async applications(
    @Ctx() context: RequestContext,
    @Args(() => PageArguments) page: PageArguments,
  ): Promise<Connection<ApplicationObject>> {
    const viewer = context.systemAdministrator();
    const request = pageRequest(page, (cursor) => String(decodeCursor('application', cursor)[0]));
    const applications = await listApplications(context.gateway, viewer);
    return toConnection(
      pageOf(applications, request, ({ name }, seen) => compareNameKeys(name, seen) > 0),
      request,
      ({ name }) => encodeCursor('application', name),
      (application) => new ApplicationObject(application),
    );
  }

  @Query(() => AdmissionObject, {
    description:
      'Whether an application would be let in from an address, and by which of its rules. For system administrators.',
  })
  async wouldAdmit(
    @Ctx() context: RequestContext,
    @Arg('application', () => ID, ID_ARGUMENT) id: string,
    @Arg('address', () => String, {
      description: 'An IPv4 or IPv6 address, such as the page of a refusal (403) tells.',
    })
    address: string,
  ): Promise<AdmissionObject> {
    const viewer = context.systemAdministrator();
    const row = requireRow<ApplicationId>('Application', id);
    return wouldAdmit(context.gateway, viewer, row, address);
  }

  @Mutation(() => ApplicationPayload, {
    nullable: true,
    description: 'Lets a further application call the user server. For system administrators.',
  })
  async addApplication(
    @Ctx() context: RequestContext,
    @Arg('input', () => AddApplicationInput, { description: 'The new application.' })
    input: AddApplicationInput,
    @Args(() => ConfirmArguments) manner: ConfirmArguments,
  ): Promise<ApplicationPayload> {
    const viewer = context.systemAdministrator();
    const { confirm } = mannerOf(manner);
    const { value, revision } = await addApplication(context.gateway, viewer, input, confirm);
    return { revision, application: new ApplicationObject(value) };
  }

  @Mutation(() => ApplicationPayload, {
    nullable: true,
    description: 'Changes an application. For system administrators.',
  })
  async changeApplication(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Arg('input', () => ChangeApplicationInput, { description: 'What is to be different.' })
    input: ChangeApplicationInput,
    @Args(() => ConfirmArguments) manner: ConfirmArguments,
  ): Promise<ApplicationPayload> {
    const viewer = context.systemAdministrator();
    const { value, revision } = await changeApplication(
      context.gateway,
      viewer,
      { id: requireRow<ApplicationId>('Application', id), ...given(input) },
      mannerOf(manner).confirm,
    );
    return { revision, application: new ApplicationObject(value) };
  }

  @Mutation(() => RemovalPayload, {
    nullable: true,
    description: 'Removes an application; it is no longer let in. For system administrators.',
  })
  async removeApplication(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
  ): Promise<RemovalPayload> {
    const viewer = context.systemAdministrator();
    const row = requireRow<ApplicationId>('Application', id);
    const { revision } = await removeApplication(context.gateway, viewer, row);
    return { revision, removedId: id, preview: null };
  }
}
