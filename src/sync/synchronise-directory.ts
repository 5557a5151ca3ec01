import { hostname } from 'node:os';
import type { ConnectDirectory } from '../connector/index.js';
import {
  type Directory,
  type DirectoryId,
  EMPTY_REPORT,
  type FullRunCause,
  GatehouseError,
  isGatehouseError,
  NO_COUNTS,
  type Origin,
  type RunId,
  type SynchronisationRun,
} from '../domain/index.js';
import type { GatehouseStore } from '../store/index.js';
import { filterRemote } from './filter-remote.js';
import { runInFull } from './full-run.js';
import { runIncrementally } from './incremental-run.js';
import type { Judge } from './objection.js';
import { ReadTally } from './read-tally.js';
import { ReadingTime } from './reading-time.js';
import { RunLease } from './run-lease.js';
import { type RemoteCopy, type RunScope, RunTold } from './run-scope.js';
import { RunHeld } from './write-difference.js';

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
  /** Milliseconds for which the lease is had unless it is renewed; 15,000 unless told. */
  readonly leaseMs?: number;
  /** Everything is read, whatever the server's events say. */
  readonly full?: boolean;
  /** Told the record of the run once it has begun. */
  readonly onStarted?: (run: SynchronisationRun) => void;
  /** Milliseconds the server may take to tell everything; two hours unless told. */
  readonly readWithinMs?: number;
  /** A run of the directory that is held and that an administrator lets go by this one. */
  readonly release?: RunId;
}

const LEASE_MS = 15_000;
/** Many times what a million memberships take; another directory may wait for the place of this one. */
const READ_WITHIN_MS = 2 * 60 * 60_000;
/** Full runs that nobody needs to be told of. */
const EXPECTED: ReadonlySet<FullRunCause> = new Set(['FIRST_RUN', 'SELF_AUDIT']);

/** Tells the processes apart, on one machine and on several. */
const OWNER = `${hostname()} ${process.pid}`;

/**
 * Makes the copy of a remote directory equal to what its server says: by the server's events since
 * the last run where there are any, else by reading everything. What is read is verified and compared
 * before anything is written, so a run that fails, is cancelled or taken over leaves the copy as it
 * was; so does one that is HELD because of what it would take away. Groups in groups are kept whether
 * or not the directory honours them.
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
  const { store, connect, log, judge } = services;
  const directory = await requireSynchronisable(store, directoryId);
  const { release } = options;
  const released = release === undefined ? null : await store.runs.settle(release, 'RELEASED');
  const lifeMs = options.leaseMs ?? LEASE_MS;
  const run = await store.runs.start(directoryId, { owner: OWNER, lifeMs });
  options.onStarted?.(run);
  const subject = { directory: directory.name, run: run.id };
  const tally = new ReadTally();
  const lease = new RunLease(store, { directoryId, run: run.id, lifeMs }, directory.name, (error) =>
    log.warn({ ...subject, err: error }, 'a run could not renew its lease'),
  );
  const reading = new ReadingTime(
    directory.name,
    options.readWithinMs ?? READ_WITHIN_MS,
    lease.signal,
  );
  let told: RunTold | null = null;
  try {
    const password = await store.reader.directoryPassword(directoryId);
    const { connection } = directory;
    const remote = filterRemote(connect(connection, password), connection);
    told = new RunTold(remote, tally);
    const scope: RunScope = {
      store,
      judge,
      directory,
      run,
      lease,
      reading: reading.signal,
      remote,
      tally,
      released,
      told,
    };
    await carryOut(scope, options, log);
  } catch (error) {
    await endUnchanged(services, { directory, run, tally, told }, error);
  } finally {
    reading.end();
    await lease.stop();
  }
  // The old generation after a success, the new one after a failure; either only once the run has ended.
  if (told?.reloading) {
    await store.sweep().catch((error: unknown) => {
      log.error({ ...subject, err: error }, 'rows that are not in force could not be deleted yet');
    });
  }
  return endedRun(services, directory, run);
}

async function carryOut(
  scope: RunScope,
  { full, release }: SynchroniseOptions,
  log: SynchronisationLog,
): Promise<void> {
  const { directory, run, told } = scope;
  // What was let go was seen as the whole of what the server says.
  if (full || release !== undefined) told.fullCause = 'REQUESTED';
  else if (!directory.connection.incremental) told.fullCause = 'SWITCHED_OFF';
  else {
    const fallBack = await runIncrementally(scope);
    if (fallBack === null) return;
    const { fullCause, about } = fallBack;
    told.fullCause = fullCause;
    if (about !== null) told.message = `the events could not be followed: ${about}`;
    scope.tally.begin();
    if (!EXPECTED.has(fullCause)) {
      const fields = { directory: directory.name, run: run.id, ...fallBack };
      log.warn(fields, 'everything is read, because the events of the server cannot be followed');
    }
  }
  await runInFull(scope);
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

/** Notes that a run is HELD, or why it FAILED. */
async function endUnchanged(
  { store, log }: SynchronisationServices,
  {
    directory,
    run,
    tally,
    told,
  }: Pick<RunScope, 'directory' | 'run' | 'tally'> & { readonly told: RunTold | null },
  error: unknown,
): Promise<void> {
  const subject = { directory: directory.name, run: run.id };
  if (error instanceof RunHeld && told !== null) {
    const { code, message } = error.objection;
    log.warn({ ...subject, counts: error.counts }, 'a synchronisation is held');
    const end = { ...told.report(error.counts), reason: code, message };
    const origin: Origin = { type: 'RUN', runId: run.id, directoryName: directory.name };
    await store.transact(origin, (transaction) => transaction.holdRun(run.id, end));
    return;
  }
  const failure = asFailure(error);
  const fields = { ...subject, code: failure.code, details: failure.details, err: error };
  if (failure === error) log.warn(fields, 'a synchronisation failed');
  else log.error(fields, 'a synchronisation failed unexpectedly');
  const counts = { ...NO_COUNTS, ...tally.counts() };
  const report = told?.report(counts) ?? { ...EMPTY_REPORT, counts };
  await store.runs.fail(run.id, { ...report, reason: failure.code, message: failure.message });
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
  const { outcome, kind, fullCause, reason, counts, requests, bytes, revision } = record;
  log.info(
    {
      directory: directory.name,
      run: run.id,
      outcome,
      kind,
      fullCause,
      reason,
      counts,
      requests,
      bytes,
      revision,
    },
    'a synchronisation ended',
  );
  return record;
}

function notFound(id: DirectoryId): GatehouseError {
  return new GatehouseError('NOT_FOUND', { kind: 'directory', name: String(id) });
}
