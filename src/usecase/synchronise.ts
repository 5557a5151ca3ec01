import type { RemoteCaller } from '../connector/index.js';
import {
  type Change,
  type Directory,
  type DirectoryId,
  GatehouseError,
  type RunId,
  type SynchronisationRun,
} from '../domain/index.js';
import {
  type DirectoryTestStep,
  type PlannedSynchronisation,
  planSynchronisation,
  type SynchronisationServices,
  type SynchroniseOptions,
  synchroniseDirectory,
  testDirectory,
} from '../sync/index.js';
import { Forecast } from './forecast.js';
import type { Gateway, GatewayObserver } from './gateway.js';
import { SynchronisationJudge } from './judge-synchronisation.js';
import type { LiveIndex } from './live-index.js';
import { pinned } from './look-back.js';
import { type ConnectionInput, requireConnection, requireDirectory } from './manage-directories.js';
import { remoteDirectory } from './sign-in.js';
import type { SystemAdministrator } from './viewer.js';

/**
 * Runs a synchronisation, by events where it can unless `full`. A run that fails is no error here: the
 * record says so.
 * @returns its record at its end, or once it has begun unless `wait`.
 * @throws GatehouseError `NOT_FOUND`, `NOT_SYNCHRONISABLE`, `SYNCHRONISATION_RUNNING`.
 */
export function synchroniseNow(
  gateway: Gateway,
  _viewer: SystemAdministrator,
  id: DirectoryId,
  { full = false, wait = true } = {},
): Promise<SynchronisationRun> {
  const run = (onStarted?: (run: SynchronisationRun) => void) =>
    toItsEnd(gateway, 'insistent', id, { full, onStarted });
  if (wait) return run();
  return new Promise((resolve, reject) => {
    let begun = false;
    const onStarted = (started: SynchronisationRun) => {
      begun = true;
      resolve(started);
    };
    run(onStarted).catch((error: unknown) => {
      if (!begun) reject(error);
      // Nobody waits any more.
      else gateway.log.error({ err: error }, 'the end of a synchronisation could not be recorded');
    });
  });
}

/**
 * Ends a run that goes on, in whichever process: within a second it stops to read, and nothing it does
 * is accepted any more. @returns its record. @throws GatehouseError `NOT_FOUND`, `RUN_NOT_RUNNING`.
 */
export function cancelSynchronisation(
  gateway: Gateway,
  _viewer: SystemAdministrator,
  id: RunId,
): Promise<SynchronisationRun> {
  return gateway.store.runs.cancel(id);
}

/** The same without a viewer, for schedules; it fails at once while the server is left alone. */
export function runSynchronisation(gateway: Gateway, id: DirectoryId): Promise<SynchronisationRun> {
  return toItsEnd(gateway, 'ordinary', id);
}

async function toItsEnd(
  gateway: Gateway,
  caller: RemoteCaller,
  id: DirectoryId,
  options: SynchroniseOptions = {},
): Promise<SynchronisationRun> {
  let tellEnd: ReturnType<GatewayObserver['runBegan']> | undefined;
  const onStarted = (run: SynchronisationRun) => {
    tellEnd = gateway.observer?.runBegan(run);
    options.onStarted?.(run);
  };
  const readWithinMs = gateway.runLimitMinutes * 60_000;
  let ended: SynchronisationRun | null = null;
  try {
    ended = await judged(gateway, caller, (services) =>
      synchroniseDirectory(services, id, { ...options, readWithinMs, onStarted }),
    );
    return ended;
  } finally {
    tellEnd?.(ended);
  }
}

/** Does something that is judged by what it would do to the permissions. */
async function judged<Result>(
  gateway: Gateway,
  caller: RemoteCaller,
  work: (services: SynchronisationServices) => Promise<Result>,
): Promise<Result> {
  const judge = new SynchronisationJudge(gateway);
  try {
    return await work({
      ...gateway,
      connect: (connection, password) => gateway.connect(connection, password, caller),
      judge,
    });
  } finally {
    judge.end();
  }
}

/**
 * Has a run that is held done after all: the server is asked once more. If the run would by now remove
 * more users than the held one, or there is a graver reason, the new one is held in its turn.
 * @returns the new run.
 * @throws GatehouseError as `synchroniseNow`; `NOT_FOUND`, `RUN_NOT_HELD`.
 */
export async function releaseSynchronisation(
  gateway: Gateway,
  _viewer: SystemAdministrator,
  id: RunId,
): Promise<SynchronisationRun> {
  const held = await gateway.store.runs.byId(id);
  if (!held) throw new GatehouseError('NOT_FOUND', { kind: 'run', name: String(id) });
  return toItsEnd(gateway, 'insistent', held.directoryId, { release: id });
}

/**
 * Notes that a run which is held is not wanted. The next one asks the server anew.
 * @returns the run that was held. @throws GatehouseError `NOT_FOUND`, `RUN_NOT_HELD`.
 */
export function dropSynchronisation(
  gateway: Gateway,
  _viewer: SystemAdministrator,
  id: RunId,
): Promise<SynchronisationRun> {
  return gateway.store.runs.settle(id, 'DROPPED');
}

/** Plans that are being made; whoever asks for the same one meanwhile waits for it. */
const PLANNING = new WeakMap<LiveIndex, Map<DirectoryId, Promise<PlannedSynchronisation>>>();

/**
 * Asks a directory's server for everything and tells what a run would change now. Nothing is written.
 * @throws GatehouseError `NOT_FOUND`, `NOT_SYNCHRONISABLE`, `INPUT_INVALID` for a disabled directory,
 *   and what the run would fail with.
 */
export async function previewSynchronisation(
  gateway: Gateway,
  _viewer: SystemAdministrator,
  id: DirectoryId,
): Promise<Pick<PlannedSynchronisation, 'counts' | 'objection'> & { readonly forecast: Forecast }> {
  const { live } = gateway;
  const planning = PLANNING.get(live) ?? new Map<DirectoryId, Promise<PlannedSynchronisation>>();
  PLANNING.set(live, planning);
  const plan =
    planning.get(id) ??
    judged(gateway, 'insistent', (services) => planSynchronisation(services, id)).finally(() =>
      planning.delete(id),
    );
  planning.set(id, plan);
  const { counts, objection, snapshot, grantChanges } = await plan;
  const directory = requireDirectory(live.index.directories(), id);
  const change: Change = {
    kind: 'DirectoryReloaded',
    directoryId: id,
    generation: directory.generation,
  };
  const forecast = new Forecast(pinned(gateway, live.index.revision), {
    changes: [change, ...grantChanges],
    reloads: new Map([[id, { ...snapshot, directory }]]),
  });
  return { counts, objection, forecast };
}

/** Tries a stored directory's connection, step by step. Changes nothing. */
export async function testStoredDirectory(
  gateway: Gateway,
  _viewer: SystemAdministrator,
  id: DirectoryId,
): Promise<{ readonly directory: Directory; readonly steps: readonly DirectoryTestStep[] }> {
  const directory = requireDirectory(await gateway.store.reader.directories(), id);
  const remote = await remoteDirectory(gateway, directory, 'insistent');
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
  const remote = gateway.connect(connection, input.applicationPassword, 'insistent');
  return testDirectory(remote, connection, input.nestedGroups);
}
