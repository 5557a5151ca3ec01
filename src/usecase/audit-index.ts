import { DifferenceTally, GatehouseError, type SelfAudit } from '../domain/index.js';
import { compareIndexes } from './compare-indexes.js';
import type { Gateway } from './gateway.js';
import { IndexBeside, Overtaken } from './index-beside.js';
import type { LiveIndex } from './live-index.js';

/** How often an audit begins again that was overtaken by a bulk load. */
const TRIES = 5;

/** Audits that go on; whoever asks for one meanwhile waits for it. */
const UNDER_WAY = new WeakMap<LiveIndex, Promise<SelfAudit>>();

/**
 * Compares this process's index with one built from the rows. On a difference the one from the rows
 * takes its place, and the difference is logged and kept for administrators. Each process does this
 * for itself: nobody else can look at its memory.
 * @throws GatehouseError `STORE_BUSY` when bulk loads overtake it again and again.
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
  const { revision, differences } = await compareWithRows(gateway);
  const durationMs = clock.now().getTime() - at.getTime();
  const audit: SelfAudit = { subject: 'INDEX', at, revision, durationMs, differences };
  if (differences.length > 0) {
    const counts = Object.fromEntries(differences.map(({ kind, count }) => [kind, count]));
    log.error(
      { revision, differences: counts },
      'the permission index differed from the rows and was replaced by one that is built from them',
    );
  }
  await store.upkeep.keepAudit(audit);
  return audit;
}

async function compareWithRows(
  gateway: Gateway,
): Promise<Pick<SelfAudit, 'revision' | 'differences'>> {
  const started = Date.now();
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      // It can be overtaken while it is built, too.
      return await compareOnce(gateway, await IndexBeside.build(gateway));
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
    }
  }
  throw new GatehouseError('STORE_BUSY', { waitedMs: Date.now() - started });
}

/** @throws Overtaken. */
async function compareOnce(
  gateway: Gateway,
  beside: IndexBeside,
): Promise<Pick<SelfAudit, 'revision' | 'differences'>> {
  const tally = new DifferenceTally();
  try {
    await compareIndexes(() => beside.both(), tally);
    const { right } = beside.both();
    const differences = tally.list();
    if (differences.length > 0) gateway.live.replace(right);
    return { revision: right.revision, differences };
  } finally {
    beside.stop();
  }
}
