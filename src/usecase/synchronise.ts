import type { Directory, DirectoryId, SynchronisationRun } from '../domain/index.js';
import { type DirectoryTestStep, synchroniseDirectory, testDirectory } from '../sync/index.js';
import type { Gateway } from './gateway.js';
import { type ConnectionInput, requireConnection, requireDirectory } from './manage-directories.js';
import { remoteDirectory } from './sign-in.js';
import type { SystemAdministrator } from './viewer.js';

/**
 * Runs a full synchronisation to its end. A run that fails is no error here: the record says so.
 * @throws GatehouseError `NOT_FOUND`, `NOT_SYNCHRONISABLE`, `SYNCHRONISATION_RUNNING`.
 */
export async function synchroniseNow(
  gateway: Gateway,
  _viewer: SystemAdministrator,
  id: DirectoryId,
): Promise<SynchronisationRun> {
  return runSynchronisation(gateway, id);
}

/** The same without a viewer, for schedules. */
export function runSynchronisation(gateway: Gateway, id: DirectoryId): Promise<SynchronisationRun> {
  return synchroniseDirectory(gateway, id);
}

/** Tries a stored directory's connection, step by step. Changes nothing. */
export async function testStoredDirectory(
  gateway: Gateway,
  _viewer: SystemAdministrator,
  id: DirectoryId,
): Promise<{ readonly directory: Directory; readonly steps: readonly DirectoryTestStep[] }> {
  const directory = requireDirectory(await gateway.store.reader.directories(), id);
  const remote = await remoteDirectory(gateway, directory);
  const steps = await testDirectory(remote, directory.connection!, directory.nestedGroups);
  return { directory, steps };
}

/** Tries settings before they are saved. */
export async function testConnection(
  gateway: Gateway,
  _viewer: SystemAdministrator,
  input: ConnectionInput & { readonly applicationPassword: string; readonly nestedGroups: boolean },
): Promise<readonly DirectoryTestStep[]> {
  const connection = requireConnection(input);
  const remote = gateway.connect(connection, input.applicationPassword);
  return testDirectory(remote, connection, input.nestedGroups);
}
