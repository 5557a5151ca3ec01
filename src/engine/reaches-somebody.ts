import type { Grant } from '../domain/index.js';
import type { State } from './rights-delta.js';

interface Granted {
  readonly grants: readonly Grant[];
  readonly state: State;
}

/** Grants of `now` that reach no active user, and are new or did reach one before. */
export function emptiedGrants(before: Granted, now: Granted): Grant[] {
  const keyOf = ({ permission, subjectType, subjectKey }: Grant) =>
    `${permission} ${subjectType} ${subjectKey}`;
  const known = new Set(before.grants.map(keyOf));
  return now.grants.filter(
    (grant) =>
      !grantReaches(now.state, grant) &&
      (!known.has(keyOf(grant)) || grantReaches(before.state, grant)),
  );
}

/** Whether a grant gives an active user anything. */
export function grantReaches(state: State, { subjectType, subjectKey }: Grant): boolean {
  const { users, groups } = state.facts;
  if (subjectType === 'GROUP') return reachesSomebody(state, groups.names.find(subjectKey));
  const entry = state.rights.canonical(users.names.find(subjectKey));
  return entry >= 0 && users.isActive(entry);
}

/**
 * Whether a group name, in it or below, has an active user whose entry counts there: what
 * `filledGroups` tells of every group, for one. It ends at the first such user, so that of a group
 * which has any it looks at a few alone.
 */
function reachesSomebody({ facts, rights }: State, groupName: number): boolean {
  const { groups, groupUsers, groupChildren, users, directorySlots, mode } = facts;
  if (groupName < 0) return false;
  const seen = new Set<number>();
  const pending: number[] = [];
  const visit = (entry: number) => {
    if (!seen.has(entry) && directorySlots.isActive(groups.slotOf(entry))) {
      seen.add(entry);
      pending.push(entry);
    }
  };
  const visitName = (name: number) => {
    for (let entry = groups.firstOf(name); entry >= 0; entry = groups.nextOf(entry)) visit(entry);
  };
  const holdsSomebody = (entry: number) => {
    const pool = groupUsers.poolOf(entry);
    const start = groupUsers.startOf(entry);
    const end = start + groupUsers.lengthOf(entry);
    for (let i = start; i < end; i++) {
      const counted = rights.canonical(users.nameOf(pool[i]));
      if (mode === 'FIRST_DIRECTORY' && counted !== pool[i]) continue;
      if (users.isActive(counted)) return true;
    }
    return false;
  };

  visitName(groupName);
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    if (holdsSomebody(entry)) return true;
    if (!directorySlots.honoursNesting(groups.slotOf(entry))) continue;
    for (const child of groupChildren.copyOf(entry)) {
      if (mode === 'FIRST_DIRECTORY') visit(child);
      else visitName(groups.nameOf(child));
    }
  }
  return false;
}
