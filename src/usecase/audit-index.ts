import {
  type AuditDifference,
  DifferenceTally,
  GatehouseError,
  isGatehouseError,
  type SelfAudit,
} from '../domain/index.js';
import { PermissionIndex } from '../engine/index.js';
import { compareIndexes } from './compare-indexes.js';
import type { Gateway } from './gateway.js';
import type { LiveIndex } from './live-index.js';
import { pinned } from './look-back.js';
import { withoutReloaded } from './reloads.js';
import { turn } from './turn.js';

/** How often an audit begins again that was overtaken by what cannot be taken back. */
const TRIES = 5;
/** How often it is tried to put the right index in place between two changes. */
const REPLACE_TRIES = 100;
/** How long a commit that the store shows may take to reach this process's index. */
const REACH_MS = 2_000;

/** Audits that go on; whoever asks for one meanwhile waits for it. */
const UNDER_WAY = new WeakMap<LiveIndex, Promise<SelfAudit>>();

/**
 * Compares this process's index with one built from the rows. On a difference the one from the rows
 * takes its place, and the difference is logged and kept for administrators. Each process does this
 * for itself: nobody else can look at its memory.
 * @throws GatehouseError `STORE_BUSY` when changes overtake it again and again.
 */
export function auditIndex(gateway: Gateway): Promise<SelfAudit> {
  const audit =
    UNDER_WAY.get(gateway.live) ?? makeAudit(gateway).finally(() => UNDER_WAY.delete(gateway.live));
  UNDER_WAY.set(gateway.live, audit);
  return audit;
}

async function makeAudit(gateway: Gateway): Promise<SelfAudit> {
  const { clock, log, store } = gateway;
  const at = clock.now();
  const { right, differences } = await compareWithRows(gateway);
  const { revision } = right;
  const repaired = differences.length === 0 || (await putInPlace(gateway, right));
  const durationMs = clock.now().getTime() - at.getTime();
  const audit: SelfAudit = { subject: 'INDEX', at, revision, durationMs, differences };
  if (differences.length > 0) {
    const counts = Object.fromEntries(differences.map(({ kind, count }) => [kind, count]));
    log.error(
      { revision, differences: counts, repaired },
      'the permission index differed from the rows',
    );
  }
  await store.upkeep.keepAudit(audit);
  return audit;
}

interface Compared {
  /** Built from the rows. */
  readonly right: PermissionIndex;
  readonly differences: readonly AuditDifference[];
}

async function compareWithRows(gateway: Gateway): Promise<Compared> {
  const started = Date.now();
  for (let tries = 0; tries < TRIES; tries++) {
    const snapshot = await gateway.store.reader.snapshot();
    await gateway.live.reach(snapshot.revision, REACH_MS);
    await turn();
    const right = new PermissionIndex(snapshot);
    const tally = new DifferenceTally();
    try {
      await compareIndexes(pinned(gateway, right.revision), right, tally);
      return { right, differences: tally.list() };
    } catch (error) {
      // A directory was loaded anew meanwhile, and what it held before is kept nowhere.
      if (!isGatehouseError(error, 'REVISION_NOT_REACHABLE')) throw error;
    }
  }
  throw new GatehouseError('STORE_BUSY', { waitedMs: Date.now() - started });
}

/** @returns false when changes never left a moment to do it; the next audit tries again. */
async function putInPlace({ live, store }: Gateway, right: PermissionIndex): Promise<boolean> {
  for (let tries = 0; tries < REPLACE_TRIES; tries++) {
    if (live.replace(right)) return true;
    await live.catchUp();
    const tail = await store.reader.tail(right.revision);
    if (tail === null) return false;
    const changes = tail.changes.map(({ change }) => change);
    right.apply(tail.revision, withoutReloaded(changes, tail.reloaded), tail.reloaded);
  }
  return false;
}
