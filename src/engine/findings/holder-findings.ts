import type { UserId } from '../../domain/index.js';
import type { Finding } from '../answers.js';
import { userEntry } from '../entry-answers.js';
import type { FindingGround, FindingOf, Work } from './finding-ground.js';

/** NO_HOLDER or LAST_HOLDER: how close system administration is to nobody. */
export function* lastHolder({ facts, rights, slice }: FindingGround): Work<Finding[]> {
  const { scheme, users } = facts;
  const permission = scheme.scheme.systemAdministration;
  const bit = scheme.bitOf(permission);
  const count = rights.count(bit);
  if (count === 0) return [{ code: 'NO_HOLDER', permission }];
  if (count > 1) return [];
  for (let name = 0; name < users.names.size; name++) {
    if (slice.spend()) yield;
    if ((rights.maskOf(name) & (1 << bit)) === 0) continue;
    const user = userEntry(facts, rights, rights.canonical(name));
    return [{ code: 'LAST_HOLDER', permission, user }];
  }
  return [];
}

/** By key. */
export function* neverSeen(ground: FindingGround): Work<FindingOf<'SEAT_NEVER_SEEN'>[]> {
  const { facts, rights, known, slice } = ground;
  const { scheme, users } = facts;
  const found: FindingOf<'SEAT_NEVER_SEEN'>[] = [];
  if (known.neverSeen === undefined) return found;
  const bit = scheme.bitOf(scheme.scheme.seat);
  for (const name of users.names.inOrder()) {
    if (slice.spend()) yield;
    if ((rights.maskOf(name) & (1 << bit)) === 0) continue;
    const entry = rights.canonical(name);
    if (!known.neverSeen(users.idOf(entry) as UserId)) continue;
    if (slice.spend(COST_OF_A_FINDING)) yield;
    found.push({ code: 'SEAT_NEVER_SEEN', user: userEntry(facts, rights, entry) });
  }
  return found;
}

const COST_OF_A_FINDING = 10;

/** Of active directories, in order. */
export function nestingOnlyHere({ facts, known }: FindingGround): FindingOf<'NESTING_ONLY_HERE'>[] {
  return facts.directories
    .map(({ directory }) => directory)
    .filter(({ id, active, nestedGroups }) => {
      return active && nestedGroups && known.remoteNesting?.get(id) === false;
    })
    .map((directory) => ({ code: 'NESTING_ONLY_HERE', directory }));
}
