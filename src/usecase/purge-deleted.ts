import type { NameKey, Tombstone } from '../domain/index.js';
import type { StoreTransaction } from '../store/index.js';
import type { Gateway } from './gateway.js';

/** Tombstones that one transaction purges. */
const PURGED_AT_ONCE = 100;

/** Purges the deleted users whose time is over. Done twice, it finds nothing left to do. */
export async function purgeDue({ clock, log, store }: Pick<Gateway, 'clock' | 'log' | 'store'>) {
  let purged = 0;
  for (;;) {
    const now = clock.now();
    const ids = await store.tombstones.due(now, PURGED_AT_ONCE);
    if (ids.length === 0) break;
    const { value } = await store.transact({ type: 'GATEWAY' }, async (transaction) => {
      const found = await Promise.all(ids.map((id) => transaction.tombstones.byId(id)));
      // Whoever has come back or was restored meanwhile is left alone.
      const due = found
        .filter((tombstone) => tombstone !== null)
        .filter(({ purgeAt }) => purgeAt !== null && purgeAt <= now);
      await purge(transaction, due);
      return due.length;
    });
    purged += value;
  }
  if (purged > 0) log.info({ users: purged }, 'deleted users were purged');
}

/**
 * Deletes tombstones, the rows that stayed for them, and the grants to names that nobody bears in any
 * directory and nobody may come back to.
 */
export async function purge(
  transaction: StoreTransaction,
  tombstones: readonly Tombstone[],
): Promise<void> {
  await transaction.tombstones.forget(tombstones.map(({ id }) => id));
  await transaction.removeUsers(tombstones.flatMap(({ userId }) => userId ?? []));
  const keys = [...new Set(tombstones.map(({ nameKey }) => nameKey))];
  const meant = new Set<NameKey>();
  for (const { nameKey } of await transaction.tombstones.bearers(keys)) meant.add(nameKey);
  for (const { nameKey } of await transaction.tombstones.tombstonesNamed(keys)) meant.add(nameKey);
  const left = new Set(keys.filter((key) => !meant.has(key)));
  for (const { id, subjectKey } of await transaction.tombstones.userGrants()) {
    if (left.has(subjectKey)) await transaction.removeGrant(id);
  }
}
