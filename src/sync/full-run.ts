import { type Continuation, isGatehouseError, type RunPhase } from '../domain/index.js';
import { compareDirectory } from './compare.js';
import { departingFrom } from './departing-from.js';
import { withDeparted } from './departures.js';
import { eventSource } from './event-source.js';
import { type PictureRows, pictureRows, readRemote } from './read-remote.js';
import { requirePlausible } from './require-plausible.js';
import { changesAnything, runCounts } from './run-counts.js';
import type { RunScope } from './run-scope.js';
import { listsWithin, unlessAborted } from './until-deadline.js';
import {
  type Difference,
  isBulk,
  writeGeneration,
  writeInOneTransaction,
} from './write-difference.js';

/**
 * Reads, verifies and compares everything before anything is written. The place in the server's
 * events is asked for before the first page, so that the next run is told what changes meanwhile;
 * Atlassian's own client asks afterwards and loses it (`RemoteDirectoryCacheRefresher`).
 */
export async function runInFull(scope: RunScope): Promise<void> {
  const { lease, told } = scope;
  told.kind = 'FULL';
  const place = await eventPlace(scope);
  lease.signal.throwIfAborted();
  const { difference, remote, size } = await readAndCompare(scope, place);
  lease.signal.throwIfAborted();
  if (changesAnything(difference.counts) && isBulk(difference.delta, size)) {
    await writeGeneration(scope, { ...difference, remote });
  } else {
    await writeInOneTransaction(scope, difference);
  }
}

/** What a run has found, without what it took to find it: writing goes on for a while. */
interface Found {
  readonly difference: Difference;
  readonly remote: PictureRows;
  /** Rows of the directory before or after, whichever are more. */
  readonly size: number;
}

async function readAndCompare(scope: RunScope, place: Continuation): Promise<Found> {
  const { store, directory, lease, remote: server, tally } = scope;
  const before = (await store.reader.lastFullRun(directory.id))?.counts;
  const totals = {
    USERS: before?.usersRead ?? null,
    GROUPS: before?.groupsRead ?? null,
    MEMBERSHIPS: before?.membershipsRead ?? null,
  };
  let phase: RunPhase | null = null;
  const lists = listsWithin(server, scope.reading);
  const remote = await readRemote(lists, tally, (reading, rows) => {
    if (phase !== reading) lease.begin(reading, totals[reading]);
    phase = reading;
    lease.advance(rows);
  });
  lease.begin('COMPARING');
  requirePlausible(directory.connection.serverUrl, tally.usersRead, remote);
  const compared = await compareDirectory(
    (begin) => store.reader.visitContents(directory.id, begin),
    remote,
  );
  const { picture, delta, departures } = await withDeparted(
    store.reader,
    directory.id,
    { delta: compared.delta, picture: remote },
    await departingFrom(scope),
  );
  const counts = runCounts(tally, delta, departures);
  // By such names and ids nobody can tell whom an event is of.
  const next: Continuation = tally.ambiguous ? 'AMBIGUOUS_RECORDS' : place;
  const { users, groups, memberships, nestings } = picture;
  return {
    difference: { delta, departures, counts, next },
    remote: { users, groups, memberships, nestings },
    size: Math.max(compared.held.rows, pictureRows(picture)),
  };
}

async function eventPlace({ directory, remote, reading }: RunScope): Promise<Continuation> {
  const { connection } = directory;
  if (!connection.incremental) return 'SWITCHED_OFF';
  try {
    const token = await unlessAborted(remote.currentEventToken(), reading);
    return token === null ? 'NOT_SUPPORTED' : { token, source: eventSource(connection) };
  } catch (error) {
    // A server whose events are broken may still tell everything else.
    if (isGatehouseError(error, 'PROTOCOL')) return 'UNREADABLE_EVENTS';
    throw error;
  }
}
