import {
  isLicenceChange,
  type LicenceWatch,
  type LoggedChange,
  watchAfter,
} from '../../domain/index.js';
import type { Session } from './session.js';

export async function readLicenceWatch(session: Session): Promise<LicenceWatch> {
  const { id: _, ...watch } = await session.rows('licence_watch').findOneByOrFail({ id: 1 });
  return watch;
}

/** Notes what the log has just been given to tell about the licence, if anything. */
export async function noteTold(session: Session, logged: readonly LoggedChange[]): Promise<void> {
  const told = logged.filter(({ change }) => isLicenceChange(change));
  if (told.length === 0) return;
  let watch = await readLicenceWatch(session);
  for (const entry of told) {
    if (isLicenceChange(entry.change)) watch = watchAfter(watch, entry.change, entry);
  }
  await session.rows('licence_watch').update({ id: 1 }, watch);
}
