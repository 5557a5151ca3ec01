import { setTimeout as delay } from 'node:timers/promises';
import {
  type ChangeCursor,
  type Directory,
  type DirectoryId,
  GatehouseError,
  type SynchronisationRun,
} from '../domain/index.js';
import { followLog, type LoggedOf } from './follow-log.js';
import type { Gateway } from './gateway.js';
import { type Administrator, holds } from './viewer.js';

/** Records are in the database, whichever process carries a run out. */
const LOOK_EVERY_MS = 500;

export type LoggedHold = LoggedOf<'SynchronisationHeld'>;

/** Runs that wait for an administrator, as `followLog` promises and with its errors. */
export function heldSynchronisations(
  gateway: Gateway,
  viewer: Administrator,
  after: ChangeCursor | null,
  signal: AbortSignal,
): AsyncGenerator<LoggedHold> {
  return followLog(gateway, viewer, { kinds: ['SynchronisationHeld'], after, signal });
}

/**
 * The latest run of a directory: as it is now, and whenever it has come further, has ended or another
 * one has begun. Steps that follow one another within half a second may be told as one. Ends when the
 * signal is given, when the viewer is no administrator any more or when the directory is removed.
 * @throws GatehouseError `NOT_FOUND`; `NOT_SYNCHRONISABLE` for a directory that is kept here.
 */
export async function* watchSynchronisation(
  gateway: Gateway,
  viewer: Administrator,
  directoryId: DirectoryId,
  signal: AbortSignal,
): AsyncGenerator<SynchronisationRun> {
  const { live } = gateway;
  // Another process may have made the directory a moment ago.
  if (!directoryOf(gateway, directoryId)) await live.catchUp();
  const directory = directoryOf(gateway, directoryId);
  if (!directory) {
    throw new GatehouseError('NOT_FOUND', { kind: 'directory', name: String(directoryId) });
  }
  if (directory.connection === null) {
    throw new GatehouseError('NOT_SYNCHRONISABLE', { directory: directory.name });
  }
  let told = '';
  while (!signal.aborted && directoryOf(gateway, directoryId)) {
    const run = await latestRun(gateway, directoryId);
    if (signal.aborted || !holds(live.index, viewer, live.index.scheme.scheme.administration))
      return;
    const now = JSON.stringify(run);
    if (run !== null && now !== told) yield run;
    told = now;
    await delay(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

function directoryOf({ live }: Gateway, directoryId: DirectoryId): Directory | undefined {
  return live.index.directories().find(({ id }) => id === directoryId);
}

/** Looks under way, so that many who watch one directory ask once. */
const LOOKING = new WeakMap<Gateway, Map<DirectoryId, Promise<SynchronisationRun | null>>>();

function latestRun(gateway: Gateway, id: DirectoryId): Promise<SynchronisationRun | null> {
  const looking =
    LOOKING.get(gateway) ?? new Map<DirectoryId, Promise<SynchronisationRun | null>>();
  LOOKING.set(gateway, looking);
  const look =
    looking.get(id) ??
    gateway.store.runs
      .latest([id])
      .then(([run]) => run ?? null)
      .finally(() => looking.delete(id));
  looking.set(id, look);
  return look;
}
