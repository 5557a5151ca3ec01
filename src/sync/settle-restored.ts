import { mayBeOnePerson, serversId, type Tombstone } from '../domain/index.js';
import { NamesBefore } from './names-before.js';
import type { SettlingTransaction } from './settle-names.js';

/**
 * Sets aside the grants to the name of somebody who is about to be restored, if somebody else, as their
 * two ids tell, has borne it since: they were left to the other. So it is when they come back by
 * themselves (`planSettlement`). To be called while nobody of the directory bears the name.
 */
export async function settleRestored(
  transaction: Pick<SettlingTransaction, 'tombstones' | 'directories'>,
  { directoryId, nameKey, facts }: Tombstone,
): Promise<void> {
  const { tombstones } = transaction;
  const sought = { nameKeys: [nameKey], externalIds: [] };
  // Those are among them whose time is over and whose grants have not been purged.
  const borne = await tombstones.tombstonesOf(directoryId, sought);
  const last = borne.findLast(({ userId }) => userId === null);
  if (last === undefined || mayBeOnePerson(last.facts, facts)) return;
  const directories = await transaction.directories();
  const names = await NamesBefore.read(tombstones, directories, directoryId, [nameKey]);
  if (names.meansOneAbove(nameKey)) return;
  const why = {
    directoryId,
    previousExternalId: String(serversId(last.facts)),
    newExternalId: serversId(facts),
    setAsideAt: tombstones.now(),
  };
  for (const grant of await tombstones.userGrants()) {
    if (grant.subjectKey === nameKey) await tombstones.setAside(grant, why);
  }
}
