import { GatehouseError, type Revision } from '../domain/index.js';
import { Forecast } from './forecast.js';
import type { Gateway } from './gateway.js';
import type { LiveIndex } from './live-index.js';
import type { Moment } from './moment.js';
import { PastIndex } from './past-index.js';
import { MAX_TAKEN_BACK } from './read-back.js';
import type { Administrator } from './viewer.js';

/** Past states that are kept for the next question, and changes that they may hold together. */
const MAX_KEPT = 16;
const MAX_CHANGES_KEPT = 2 * MAX_TAKEN_BACK;

const KEPT = new WeakMap<LiveIndex, Map<Revision, PastIndex>>();

/**
 * The state at a revision. What it is asked is refused with `REVISION_NOT_REACHABLE` when the way
 * back is barred.
 * @throws GatehouseError `INPUT_INVALID` for a revision that there is not yet.
 */
export async function momentAt(gateway: Gateway, revision: Revision): Promise<Moment> {
  const { live } = gateway;
  // Another process may have made it a moment ago.
  if (revision > live.index.revision) await live.catchUp();
  if (revision > live.index.revision) {
    throw new GatehouseError('INPUT_INVALID', {
      field: 'asOf',
      reason: `must be a revision that there is; the latest is ${live.index.revision}`,
    });
  }
  return pinned(gateway, revision);
}

/** The state at a revision that the live index has reached. */
export function pinned(
  { live, store }: Pick<Gateway, 'live' | 'store'>,
  revision: Revision,
): PastIndex {
  const kept = KEPT.get(live) ?? new Map<Revision, PastIndex>();
  KEPT.set(live, kept);
  const past = kept.get(revision) ?? new PastIndex(live, store.reader, revision);
  kept.delete(revision);
  kept.set(revision, past);
  let [states, changes] = [0, 0];
  for (const [each, { size }] of [...kept].reverse()) {
    states += 1;
    changes += size;
    if (each !== revision && (states > MAX_KEPT || changes > MAX_CHANGES_KEPT)) kept.delete(each);
  }
  return past;
}

/**
 * What happened to everybody's permissions from one revision to another, as a forecast that has come true.
 * @throws GatehouseError `INPUT_INVALID` unless `from` ≤ `to` ≤ now; `REVISION_NOT_REACHABLE`.
 */
export async function compareRevisions(
  gateway: Gateway,
  _viewer: Administrator,
  from: Revision,
  to: Revision | null,
): Promise<Forecast> {
  const end = to ?? gateway.live.index.revision;
  if (from > end) {
    throw new GatehouseError('INPUT_INVALID', {
      field: 'from',
      reason: `must be no later than the other revision, ${end}`,
    });
  }
  await momentAt(gateway, end);
  const past = pinned(gateway, from);
  return new Forecast(past, { changes: await past.changesUntil(end) });
}
