import type { Directory, PermissionKey } from '../domain/index.js';
import type { Derivation, Explanation, Missing, UserEntry } from './answers.js';
import { grantsIncluding, shortestDerivations } from './derivations.js';
import type { DirectoryIndex } from './directory-index.js';
import type { IndexState } from './index-state.js';
import type { Rights } from './rights.js';

/** Says why a user holds a permission, or everything that stands in the way. */
export function explain(
  state: IndexState,
  rights: Rights,
  user: number | undefined,
  entry: UserEntry | null,
  permission: PermissionKey,
  atMost: number,
): Explanation {
  const bit = state.scheme.bitOf(permission);
  const canonical = user === undefined ? undefined : rights.canonical(user);
  if (user !== undefined && canonical && rights.maskOf(user) & (1 << bit)) {
    const { count, list } = shortestDerivations(state, rights.viewOf(canonical), user, bit);
    return {
      permission,
      allowed: true,
      user: entry,
      derivations: firstOf(list, atMost),
      derivationCount: count,
      missing: [],
    };
  }
  return {
    permission,
    allowed: false,
    user: entry,
    derivations: [],
    derivationCount: 0,
    missing: whatIsMissing(state, rights, user, canonical, permission, atMost),
  };
}

function whatIsMissing(
  state: IndexState,
  rights: Rights,
  user: number | undefined,
  canonical: DirectoryIndex | undefined,
  permission: PermissionKey,
  atMost: number,
): Missing[] {
  const bit = state.scheme.bitOf(permission);
  const missing: Missing[] = [];
  const grants = grantsIncluding(state, bit);
  // Whether a grant would reach the name if nothing else stood in the way.
  let leads =
    user !== undefined && grants.some((grant) => state.grants.ofUsers.get(user)?.includes(grant));
  const holders =
    user === undefined ? [] : state.directories.filter((index) => index.users.has(user));

  if (user === undefined || holders.length === 0) missing.push({ reason: 'NO_SUCH_USER' });
  else if (!canonical) {
    missing.push({ reason: 'DIRECTORY_INACTIVE', directories: holders.map((i) => i.directory) });
  } else {
    const lower = holders.filter((index) => index !== canonical && index.directory.active);
    if (!canonical.isActiveUser(user)) {
      missing.push({
        reason: 'USER_INACTIVE',
        directory: canonical.directory,
        hides: lower.filter((i) => i.isActiveUser(user)).map((i) => i.directory),
      });
    }
    for (const index of lower) {
      if (rights.maskIn(index, user) & (1 << bit)) {
        const { directory } = index;
        missing.push({ reason: 'MASKED', directory, maskedBy: canonical.directory });
      }
    }
    const view = rights.viewOf(canonical);
    const honoured = shortestDerivations(state, view, user, bit).count > 0;
    const blocked = firstOf(shortestDerivations(state, view, user, bit, true).list, 1)[0];
    const directory = !honoured && blocked && switchedOff(blocked);
    if (directory) missing.push({ reason: 'NESTING_OFF', directory, derivation: blocked });
    leads = blocked !== undefined;
  }

  const { seat } = state.scheme.scheme;
  if (permission !== seat && !(rights.maskOf(user ?? -1) & (1 << state.scheme.bitOf(seat)))) {
    missing.push({ reason: 'NO_SEAT', needs: seat });
  }
  if (grants.length === 0) missing.push({ reason: 'NOBODY_GRANTED' });
  else if (!leads) {
    missing.push({ reason: 'NOT_IN_GRANTED_GROUP', grants: grants.slice(0, atMost) });
  }
  return missing;
}

/** The first directory on the way whose switch is off; a chain of one group needs no switch. */
function switchedOff(way: Derivation): Directory | undefined {
  for (const step of way.steps.slice(1)) {
    if (!step.directory.nestedGroups) return step.directory;
  }
  return undefined;
}

function firstOf<Item>(items: Iterable<Item>, count: number): Item[] {
  const found: Item[] = [];
  if (count <= 0) return found;
  for (const item of items) {
    found.push(item);
    if (found.length >= count) break;
  }
  return found;
}
