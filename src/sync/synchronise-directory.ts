import type { ConnectDirectory } from '../connector/index.js';
import {
  type Directory,
  type DirectoryConnection,
  type DirectoryId,
  GatehouseError,
  isGatehouseError,
  NO_COUNTS,
  type RunId,
  type SynchronisationRun,
} from '../domain/index.js';
import type { GatehouseStore } from '../store/index.js';
import { compareDirectory } from './compare.js';
import { startHeartbeat } from './heartbeat.js';
import { isReleased, type Judge, objectionTo, type Release } from './objection.js';
import { readRemote } from './read-remote.js';
import { ReadTally } from './read-tally.js';
import { requirePlausible } from './require-plausible.js';
import { runCounts } from './run-counts.js';
import { isBulk, writeDifference } from './write-difference.js';

/** What a run logs through; pino's shape. */
export interface SynchronisationLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface SynchronisationServices {
  readonly store: GatehouseStore;
  readonly connect: ConnectDirectory;
  readonly log: SynchronisationLog;
  /** Whoever knows what the memberships give; without one only numbers hold a run. */
  readonly judge?: Judge;
}

export interface SynchroniseOptions {
  /** Milliseconds between two signs of life; 5,000 unless told. */
  readonly heartbeatMs?: number;
  /** A run of the directory that is held and that an administrator lets go by this one. */
  readonly release?: RunId;
}

/** A directory that can be synchronised. */
type RemoteCopy = Directory & { readonly connection: DirectoryConnection };

/** Three missed heartbeats: a run that is silent for so long may be taken over. */
const ALIVE_FOR_MS = 15_000;
const HEARTBEAT_MS = 5_000;

/**
 * Makes the copy of a remote directory equal to what its server says, in a full run. Everything is
 * read, verified and compared before anything is written, so a run that fails or is taken over
 * leaves the copy as it was; so does one that is HELD because of what it would take away. Groups in
 * groups are kept whether or not the directory honours them.
 * @returns the run's record once it has ended, also when it failed or was superseded.
 * @throws GatehouseError `NOT_FOUND`; `NOT_SYNCHRONISABLE` for an internal directory;
 *   `INPUT_INVALID` (`directory`) for a disabled one; `SYNCHRONISATION_RUNNING`; `RUN_NOT_HELD`
 *   for what is to be released; `STORE_BUSY`, when not even the record could be written.
 */
export async function synchroniseDirectory(
  services: SynchronisationServices,
  directoryId: DirectoryId,
  options: SynchroniseOptions = {},
): Promise<SynchronisationRun> {
  const { store, log } = services;
  const directory = await requireSynchronisable(store, directoryId);
  const { release } = options;
  const released = release === undefined ? null : await store.runs.settle(release, 'RELEASED');
  const run = await store.runs.start(directoryId, ALIVE_FOR_MS);
  const subject = { directory: directory.name, run: run.id };
  const tally = new ReadTally((record) =>
    log.warn({ ...subject, record }, 'a record of the remote directory was set aside'),
  );
  const heartbeat = startHeartbeat(
    options.heartbeatMs ?? HEARTBEAT_MS,
    () => store.runs.heartbeat(run.id),
    (error) => log.warn({ ...subject, err: error }, 'a run could not give a sign of life'),
  );
  const progress = { reloading: false };
  try {
    await carryOut(services, directory, run, tally, progress, released);
  } catch (error) {
    const failure = asFailure(error);
    const fields = { ...subject, code: failure.code, details: failure.details, err: error };
    if (failure === error) log.warn(fields, 'a synchronisation failed');
    else log.error(fields, 'a synchronisation failed unexpectedly');
    await store.runs.fail(run.id, {
      reason: failure.code,
      message: failure.message,
      counts: { ...NO_COUNTS, ...tally.counts() },
    });
  } finally {
    await heartbeat.stop();
  }
  // The old generation after a success, the new one after a failure; either only once the run has ended.
  if (progress.reloading) {
    await store.sweep().catch((error: unknown) => {
      log.error({ ...subject, err: error }, 'rows that are not in force could not be deleted yet');
    });
  }
  return endedRun(services, directory, run);
}

async function carryOut(
  { store, connect, log, judge }: SynchronisationServices,
  directory: RemoteCopy,
  run: SynchronisationRun,
  tally: ReadTally,
  progress: { reloading: boolean },
  released: Release | null,
): Promise<void> {
  const password = await store.reader.directoryPassword(directory.id);
  const remote = await readRemote(connect(directory.connection, password), tally);
  const held = await store.reader.contents(directory.id);
  requirePlausible(directory.connection.serverUrl, tally.usersRead, remote);
  const delta = compareDirectory(held, remote);
  const counts = runCounts(tally, delta);
  const objection = objectionTo({ directory, held, remote, delta, counts }, judge);
  if (objection !== null && !isReleased(objection, counts, released)) {
    const { code, message } = objection;
    log.warn({ directory: directory.name, run: run.id, counts }, 'a synchronisation is held');
    await store.runs.hold(run.id, { reason: code, message, counts });
    return;
  }
  progress.reloading = isBulk(delta, held, remote);
  await writeDifference(store, run, directory, {
    delta,
    remote,
    bulk: progress.reloading,
    counts,
  });
}

/** @throws GatehouseError `NOT_FOUND`, `NOT_SYNCHRONISABLE`, `INPUT_INVALID` (`directory`) when it is disabled. */
export async function requireSynchronisable(
  store: GatehouseStore,
  directoryId: DirectoryId,
): Promise<RemoteCopy> {
  const directory = (await store.reader.directories()).find(({ id }) => id === directoryId);
  if (!directory) throw notFound(directoryId);
  const { connection, name } = directory;
  if (connection === null) throw new GatehouseError('NOT_SYNCHRONISABLE', { directory: name });
  if (!directory.active) {
    // An admin who disables a directory does so to keep its server out of it.
    throw new GatehouseError('INPUT_INVALID', {
      field: 'directory',
      reason: `\`${name}\` is disabled; enable it before you synchronise it`,
    });
  }
  return { ...directory, connection };
}

function asFailure(error: unknown): GatehouseError {
  if (isGatehouseError(error)) return error;
  return new GatehouseError('INTERNAL', { incident: crypto.randomUUID() }, { cause: error });
}

async function endedRun(
  { store, log }: SynchronisationServices,
  directory: Directory,
  run: SynchronisationRun,
): Promise<SynchronisationRun> {
  const record = await store.runs.byId(run.id);
  // The directory was removed in the meantime, and its runs with it.
  if (!record) throw notFound(directory.id);
  const { outcome, reason, counts, revision } = record;
  log.info(
    { directory: directory.name, run: run.id, outcome, reason, counts, revision },
    'a synchronisation ended',
  );
  return record;
}

function notFound(id: DirectoryId): GatehouseError {
  return new GatehouseError('NOT_FOUND', { kind: 'directory', name: String(id) });
}
