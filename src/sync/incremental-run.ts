import { type FullRunCause, isGatehouseError, type RunCounts } from '../domain/index.js';
import { changedRows } from './compare.js';
import { departingFrom } from './departing-from.js';
import { eventSource } from './event-source.js';
import { EventsNotFollowed, followEvents } from './follow-events.js';
import { namesInEvents } from './names-in-events.js';
import { runCounts } from './run-counts.js';
import type { RunScope } from './run-scope.js';
import { mayBeTorn } from './torn-reading.js';
import { unlessAborted } from './until-deadline.js';
import { ONE_TRANSACTION_ROWS, writeInOneTransaction } from './write-difference.js';

/** Why everything has to be read after all. */
export interface FallBack {
  readonly fullCause: FullRunCause;
  /** What was wrong with the events, where that can be told. */
  readonly about: string | null;
}

/**
 * Follows the server's events since the last run. The new token is committed with what they change.
 * @returns why they cannot be followed, or `null` when the run is over. Nothing was changed then.
 * @throws as `synchroniseDirectory`'s parts do.
 */
export async function runIncrementally(scope: RunScope): Promise<FallBack | null> {
  const { store, directory, lease, remote, tally, told } = scope;
  const next = await store.reader.continuation(directory.id);
  if (typeof next === 'string') return { fullCause: next, about: null };
  const source = eventSource(directory.connection);
  if (next.source !== source) return { fullCause: 'SETTINGS_CHANGED', about: null };
  if (await isAuditDue(scope)) return { fullCause: 'SELF_AUDIT', about: null };
  lease.begin('EVENTS');
  const read = await unlessUnreadable(unlessAborted(remote.readEvents(next.token), scope.reading));
  if ('fullCause' in read) return read;
  if (read.outcome !== 'READ') {
    const expired = read.outcome === 'EXPIRED';
    return {
      fullCause: expired ? await whyExpired(scope, next.token) : 'NOT_SUPPORTED',
      about: null,
    };
  }
  lease.signal.throwIfAborted();
  lease.begin('COMPARING', read.events.length);
  told.kind = 'INCREMENTAL';
  const departing = await departingFrom(scope);
  const part = await store.reader.part(directory.id, namesInEvents(read.events, departing));
  if (await mayBeTorn(scope, read.events, part)) {
    return {
      fullCause: 'INCONSISTENT_EVENT',
      about: 'names changed, perhaps while everything was read, and so may have the members',
    };
  }
  try {
    const { delta, departures } = followEvents(read.events, part, tally, departing);
    if (changedRows(delta) > ONE_TRANSACTION_ROWS) {
      return { fullCause: 'TOO_MANY_EVENTS', about: `${changedRows(delta)} rows would change` };
    }
    const counts: RunCounts = runCounts(tally, delta, departures);
    const continuation = { token: read.token, source };
    await writeInOneTransaction(scope, { delta, departures, counts, next: continuation });
    return null;
  } catch (error) {
    if (!(error instanceof EventsNotFollowed)) throw error;
    return { fullCause: error.fullCause, about: error.about };
  }
}

/** Whatever events have not told for whatever reason is put right within this time. */
const AUDIT_AFTER_MS = 24 * 60 * 60_000;

async function isAuditDue({ store, directory, run }: RunScope): Promise<boolean> {
  const full = await store.reader.lastFullRun(directory.id);
  if (full === null) return false;
  // A clock that was ahead once must not put it off until it is right.
  return Math.abs(run.startedAt.getTime() - full.startedAt.getTime()) >= AUDIT_AFTER_MS;
}

/** Events that make no sense are no reason to give up: everything can still be read. */
async function unlessUnreadable<Value>(reading: Promise<Value>): Promise<Value | FallBack> {
  try {
    return await reading;
  } catch (error) {
    if (!isGatehouseError(error, 'PROTOCOL')) throw error;
    return { fullCause: 'UNREADABLE_EVENTS', about: error.message };
  }
}

/** A token of Crowd's event store in memory begins with what it was given at the start of the process. */
const INSTANCE = /^([^:]+):\d+$/;

async function whyExpired({ remote, reading }: RunScope, token: string): Promise<FullRunCause> {
  const now = await unlessUnreadable(unlessAborted(remote.currentEventToken(), reading));
  if (typeof now !== 'string') return 'TOKEN_EXPIRED';
  const [before, after] = [token, now].map((text) => INSTANCE.exec(text)?.[1]);
  const restarted = before !== undefined && after !== undefined && before !== after;
  return restarted ? 'UPSTREAM_RESTARTED' : 'TOKEN_EXPIRED';
}
