import type { SelfAudit } from '../domain/index.js';
import type { Gateway } from './gateway.js';

/**
 * Sweeps what no directory needs any more and looks whether the rows agree with each other. What does
 * not is logged and kept for administrators; nothing is repaired, because nobody knows what was meant.
 */
export async function auditRows({ clock, live, log, store }: Gateway): Promise<SelfAudit> {
  const at = clock.now();
  const { revision } = live.index;
  const swept = await store.sweep();
  if (swept > 0) log.info({ rows: swept }, 'rows of old generations were swept');
  const differences = await store.upkeep.rowDifferences();
  const durationMs = clock.now().getTime() - at.getTime();
  const audit: SelfAudit = { subject: 'ROWS', at, revision, durationMs, differences };
  if (differences.length > 0) {
    const counts = Object.fromEntries(differences.map(({ kind, count }) => [kind, count]));
    log.error({ revision, differences: counts }, 'the rows of the database do not agree');
  }
  await store.upkeep.keepAudit(audit);
  return audit;
}
