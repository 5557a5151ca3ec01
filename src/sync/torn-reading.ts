import type { RemoteEvent } from '../connector/index.js';
import { nameFault, nameKey, type SynchronisationRun, serversId } from '../domain/index.js';
import type { DirectoryPart } from '../store/index.js';
import type { RunScope } from './run-scope.js';

/** Runs that are looked through for the last one that succeeded; were all in vain, it may be any. */
const RUNS_LOOKED_THROUGH = 20;

/**
 * Whether the copy may lack something that these events do not tell, or hold what is not so. Nobody stops
 * for a reader: who is renamed while everything is read was read under the old name, and the memberships
 * under the new one were set aside as a stranger's; and a reader of very small pages may pass somebody over
 * while others go (`entity-pages.ts`). Both leave strangers in the record of the run. Where somebody else
 * took the old name up, memberships that were read after that went to whoever had it before, and nothing
 * was strange. All of it is told in the first events after the run.
 */
export async function mayBeTorn(
  { store, directory }: Pick<RunScope, 'store' | 'directory'>,
  events: readonly RemoteEvent[],
  part: DirectoryPart,
): Promise<boolean> {
  const handedOn = isNameHandedOn(events, part);
  if (!handedOn && !events.some((event) => givesUpAName(event, part))) return false;
  const page = { first: RUNS_LOOKED_THROUGH, after: null };
  const { items, hasMore } = await store.runs.page(directory.id, page);
  const last = items.find(({ outcome }) => outcome === 'SUCCEEDED');
  if (!last) return hasMore;
  return last.kind === 'FULL' && (handedOn || hasStrangers(last));
}

/**
 * Whether the name of somebody in the copy was another's meanwhile, who may have been read by it: it is told
 * of the other, or was given up more than once. Whoever was deleted took along what was not theirs,
 * and of whoever was created after that everything is told.
 */
function isNameHandedOn(events: readonly RemoteEvent[], { users }: DirectoryPart): boolean {
  const told = events.flatMap((event) => (event.subject === 'USER' ? [event] : []));
  return users.some((held) => {
    if (serversId(held) === null) return false;
    const named = told.filter(({ user }) => nameKey(user.name) === held.nameKey);
    if (named.filter(({ operation }) => operation === 'DELETED').length > 1) return true;
    const stays = told.some(
      ({ operation, user }) => operation !== 'DELETED' && user.externalId === held.externalId,
    );
    return named.some(
      ({ operation, user: { externalId } }) =>
        externalId !== null &&
        externalId !== held.externalId &&
        (operation === 'UPDATED' || (operation === 'CREATED' && stays)),
    );
  });
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
