import { GatehouseError } from '../domain/index.js';
import type { PermissionIndex } from '../engine/index.js';
import type { Consequence } from '../sync/index.js';

const ALL = { first: Number.MAX_SAFE_INTEGER, after: null };
/** Groups that are named. */
const NAMED = 5;

/**
 * Why a run is to be held that would have such a consequence: nobody would be left with system
 * administration, or in a group that has been granted something. `null`: nothing speaks against it.
 */
export function judgeSynchronisation(
  index: PermissionIndex,
  { directory: { id, name: directory }, changes, reloaded }: Consequence,
): GatehouseError | null {
  const preview = index.preview(changes, new Map(reloaded === null ? [] : [[id, reloaded]]));
  const { systemAdministration } = index.scheme.scheme;
  const hadAdministrators = preview.before.countHolders(systemAdministration) > 0;
  if (hadAdministrators && preview.after.countHolders(systemAdministration) === 0) {
    return new GatehouseError('ADMINISTRATORS_HELD', { directory });
  }
  const emptied = new Set(
    preview
      .grantsReachingNobody(ALL)
      .items.filter(({ subjectType }) => subjectType === 'GROUP')
      .map(({ subjectName }) => subjectName),
  );
  if (emptied.size === 0) return null;
  const groups = [...emptied].slice(0, NAMED);
  return new GatehouseError('EMPTIED_GROUPS_HELD', { directory, groups });
}
