import type { RemoteEvent } from '../connector/index.js';
import { nameFault, nameKey, type SynchronisationRun } from '../domain/index.js';
import type { DirectoryPart } from '../store/index.js';
import type { RunScope } from './run-scope.js';

/** Runs that are looked through for the last one that succeeded; were all in vain, it may be any. */
const RUNS_LOOKED_THROUGH = 20;

/**
 * Whether the copy may lack something that these events do not tell. Nobody stops for a reader: who is
 * renamed while everything is read was read under the old name, and the memberships under the new one
 * were set aside as a stranger's; and a reader of very small pages may pass somebody over while others
 * go (`entity-pages.ts`). Both leave strangers in the record of the run, and are told in the first events after it.
 */
export async function mayBeTorn(
  { store, directory }: Pick<RunScope, 'store' | 'directory'>,
  events: readonly RemoteEvent[],
  part: DirectoryPart,
): Promise<boolean> {
  if (!events.some((event) => givesUpAName(event, part))) return false;
  const page = { first: RUNS_LOOKED_THROUGH, after: null };
  const { items, hasMore } = await store.runs.page(directory.id, page);
  const last = items.find(({ outcome }) => outcome === 'SUCCEEDED');
  if (!last) return hasMore;
  return last.kind === 'FULL' && hasStrangers(last);
}

function givesUpAName(event: RemoteEvent, { users }: DirectoryPart): boolean {
  if (event.subject !== 'USER' && event.subject !== 'GROUP') return false;
  if (event.operation === 'DELETED') return true;
  if (event.subject === 'GROUP') return false;
  const { name, externalId } = event.user;
  return (
    externalId !== null &&
    users.some((user) => user.externalId === externalId && user.nameKey !== nameKey(name))
  );
}

/** Whether members were set aside whose names are good. */
function hasStrangers({ setAside, counts }: SynchronisationRun): boolean {
  const told = setAside.reduce((sum, { rows = 1 }) => sum + rows, 0);
  // The record has only the first of them.
  if (counts.setAside > told) return true;
  return setAside.some(
    ({ kind, reason, name, member }) =>
      kind === 'membership' &&
      (reason === 'UNKNOWN_USER' || reason === 'UNKNOWN_GROUP') &&
      nameFault(member ?? name) === null,
  );
}
