import type { DirectoryId, SynchronisationRun } from '../../src/domain/index.js';
import type { DirectoryReload, GatehouseStore, Lease } from '../../src/store/index.js';

/** A lease that has run out at once, so that whoever comes next takes over. */
export const RUN_OUT = { owner: 'a test', lifeMs: 0 };

/** A lease that nobody takes over while a test runs. */
export const HELD = { owner: 'a test', lifeMs: 600_000 };

export function leaseOf({ directoryId, id }: SynchronisationRun, { lifeMs } = HELD): Lease {
  return { directoryId, run: id, lifeMs };
}

/** A bulk load by a run of its own. */
export async function reloadOf(
  store: GatehouseStore,
  directoryId: DirectoryId,
): Promise<DirectoryReload & { readonly run: SynchronisationRun }> {
  const run = await store.runs.start(directoryId, RUN_OUT);
  return { ...(await store.beginReload(leaseOf(run, RUN_OUT))), run };
}
