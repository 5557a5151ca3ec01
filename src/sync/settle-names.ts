import type { Directory, DirectoryConnection } from '../domain/index.js';
import type { StoreTransaction } from '../store/index.js';
import type { DirectoryDelta } from './compare.js';
import type { Departures } from './departures.js';
import { planSettlement } from './plan-settlement.js';
import type { Settlement } from './settlement.js';

const DAY_MS = 24 * 60 * 60_000;

/** What of a transaction is needed here. */
export type SettlingTransaction = Pick<
  StoreTransaction,
  'tombstones' | 'directories' | 'addGrant' | 'removeGrant'
>;

/**
 * Writes a difference together with what follows from it for users who are gone, renamed or back:
 * their tombstones, and the grants to their names.
 */
export async function settleNames(
  transaction: SettlingTransaction,
  directory: Directory & { readonly connection: DirectoryConnection },
  { delta, departures }: { readonly delta: DirectoryDelta; readonly departures: Departures },
  write: () => Promise<void>,
): Promise<void> {
  const { tombstones } = transaction;
  const { tombstoneDays } = directory.connection;
  const { users } = delta;
  const deletedAt = tombstones.now();
  // While the rows still are what they were.
  if (departures.over.length > 0) await tombstones.forget(departures.over);
  if (departures.kept.length > 0) {
    await tombstones.remember(departures.kept, { rowStays: true, deletedAt, purgeAt: null });
  }
  if (tombstoneDays === 0) await tombstones.forget(departures.letGo);
  else if (users.removed.length > 0) {
    const purgeAt = new Date(deletedAt.getTime() + tombstoneDays * DAY_MS);
    await tombstones.remember(users.removed, { rowStays: false, deletedAt, purgeAt });
  }
  const directories = await transaction.directories();
  const settlement = await planSettlement(tombstones, { directories, directory, users });
  await write();
  await settleGrants(transaction, directory, settlement, deletedAt);
}

async function settleGrants(
  transaction: SettlingTransaction,
  { id: directoryId }: Directory,
  { removed, added, setAside, forgotten }: Settlement,
  setAsideAt: Date,
): Promise<void> {
  for (const { id } of removed) await transaction.removeGrant(id);
  for (const { grant, previousExternalId, newExternalId } of setAside) {
    const why = { directoryId, previousExternalId, newExternalId, setAsideAt };
    await transaction.tombstones.setAside(grant, why);
  }
  for (const { permission, subjectName } of added) {
    await transaction.addGrant({ permission, subjectType: 'USER', subjectName });
  }
  if (forgotten.length > 0) await transaction.tombstones.forget(forgotten);
}
