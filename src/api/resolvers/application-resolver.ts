import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import {
  type ApplicationDirectory,
  type ApplicationId,
  compareNameKeys,
  type DirectoryId,
  MOST_REFUSED_CALLS,
  type RefusedCalls,
  requirePageSize,
} from '../../domain/index.js';
import {
  addApplication,
  admitRefused,
  callCounts,
  changeApplication,
  listApplications,
  refusedCalls,
  removeApplication,
  wouldAdmit,
} from '../../usecase/index.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { requireRow } from '../global-id.js';
import { ConfirmArguments, given, mannerOf } from '../mutation-arguments.js';
import { type Connection, pageOf, pageRequest, toConnection } from '../paging.js';
import type { RequestContext } from '../request-context.js';
import { AdmissionObject } from '../types/admission.js';
import { ApplicationDirectoryObject, ApplicationObject } from '../types/application.js';
import {
  AddApplicationInput,
  type ApplicationDirectoryInput,
  ChangeApplicationInput,
} from '../types/application-inputs.js';
import { ApplicationUseObject, RefusedCallsObject } from '../types/application-use.js';
import { ApplicationConnection } from '../types/connections.js';
import { DirectoryObject } from '../types/directory.js';
import { PageArguments } from '../types/page.js';
import { ApplicationPayload, RemovalPayload } from '../types/payloads.js';

const DEFAULT_REFUSED_CALLS = 20;
const ID_ARGUMENT = { description: 'The id of the application.' };

/** All of these are for system administrators. */
@Resolver(() => ApplicationObject)
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
    const { value, revision } = await addApplication(
      context.gateway,
      viewer,
      { ...fieldsOf(input), name: input.name, remoteAddresses: input.remoteAddresses },
      mannerOf(manner).confirm,
    );
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
      { id: requireRow<ApplicationId>('Application', id), ...fieldsOf(input) },
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

  @Mutation(() => ApplicationPayload, {
    nullable: true,
    description:
      'Admits addresses from which calls of the application were refused of late. For system administrators.',
  })
  async admitRefusedAddresses(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, ID_ARGUMENT) id: string,
    @Arg('addresses', () => [String], {
      nullable: true,
      description: 'As `Application.refusedCalls` shows them. Default: all of them.',
    })
    addresses: string[] | null,
  ): Promise<ApplicationPayload> {
    const viewer = context.systemAdministrator();
    const row = requireRow<ApplicationId>('Application', id);
    const done = await admitRefused(context.gateway, viewer, row, addresses);
    return { revision: done.revision, application: new ApplicationObject(done.value) };
  }

  @FieldResolver(() => ApplicationUseObject, { description: 'How often it called, and when last.' })
  async use(
    @Root() { application }: ApplicationObject,
    @Ctx() context: RequestContext,
  ): Promise<ApplicationUseObject> {
    const viewer = context.systemAdministrator();
    return new ApplicationUseObject(await callCounts(context.gateway, viewer, application.id));
  }

  @FieldResolver(() => [RefusedCallsObject], {
    description: `The latest calls in its name that were refused, latest first; each address and reason once. The latest ${MOST_REFUSED_CALLS} are kept.`,
  })
  async refusedCalls(
    @Root() { application }: ApplicationObject,
    @Ctx() context: RequestContext,
    @Arg('first', () => Int, {
      defaultValue: DEFAULT_REFUSED_CALLS,
      description: 'How many at most.',
    })
    first: number,
  ): Promise<readonly RefusedCalls[]> {
    requirePageSize(first);
    const viewer = context.systemAdministrator();
    return refusedCalls(context.gateway, viewer, application.id, first);
  }

  @FieldResolver(() => [ApplicationDirectoryObject], {
    description: 'The directories it sees, in its order, with what it may change in each.',
  })
  directories(
    @Root() { application }: ApplicationObject,
    @Ctx() { index, now }: RequestContext,
  ): ApplicationDirectoryObject[] {
    const { directories, permissions } = application;
    const present = index.directories();
    if (directories === null) {
      return present.map((each) => ({ directory: new DirectoryObject(each, now), permissions }));
    }
    return directories.flatMap(({ directoryId, permissions }) => {
      const directory = present.find(({ id }) => id === directoryId);
      return directory ? [{ directory: new DirectoryObject(directory, now), permissions }] : [];
    });
  }
}

/** The fields that were given, with rows for ids. */
function fieldsOf<Input extends AddApplicationInput | ChangeApplicationInput>(input: Input) {
  const { directories, ...rest } = given(input);
  return {
    ...rest,
    ...(directories && { directories: directories.map(toApplicationDirectory) }),
  };
}

function toApplicationDirectory(input: ApplicationDirectoryInput): ApplicationDirectory {
  return {
    directoryId: requireRow<DirectoryId>('Directory', input.directory),
    permissions: input.permissions ?? [],
  };
}
