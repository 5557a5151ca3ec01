import type { Departing } from './departures.js';
import type { RunScope } from './run-scope.js';

/** How the directory of a run treats users whom its server has no more. */
export async function departingFrom({
  store,
  directory,
}: Pick<RunScope, 'store' | 'directory'>): Promise<Departing> {
  return {
    policy: directory.connection.onUserRemoved,
    keptRows: await store.tombstones.keptRows(directory.id),
  };
}
