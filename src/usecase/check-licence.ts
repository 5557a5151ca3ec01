import { untold } from '../domain/index.js';
import type { Gateway } from './gateway.js';

/**
 * Tells what no change tells: that a grace period has ended, and crossings that nobody noticed when
 * they happened. Of several processes that do this at once, one tells. @returns how many things.
 */
export async function checkLicence({
  clock,
  live,
  store,
}: Pick<Gateway, 'clock' | 'live' | 'store'>): Promise<number> {
  await live.catchUp();
  // Mostly there is nothing to tell, and then nobody is kept from writing.
  const watch = await store.reader.licenceWatch();
  if (untold(watch, live.index.licence(), clock.now()).length === 0) return 0;
  const { changes } = await store.transact({ type: 'GATEWAY' }, async (transaction) => {
    const latest = await transaction.licenceWatch();
    for (const change of untold(latest, live.index.licence(), clock.now())) {
      transaction.tellOfLicence(change);
    }
  });
  return changes.length;
}
