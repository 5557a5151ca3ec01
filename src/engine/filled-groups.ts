import type { State } from './rights-delta.js';

/**
 * By group entry: 1 where somebody's entry counts in the group or below it, as membership counts,
 * active or not.
 * Entries of inactive directories are left at 0.
 */
export function filledGroups({ facts, rights }: State): Uint8Array {
  const { groups, groupUsers, groupParents, users, directorySlots, mode } = facts;
  const filled = new Uint8Array(groups.limit);
  const pending: number[] = [];
  const fill = (entry: number) => {
    if (filled[entry] === 1) return;
    filled[entry] = 1;
    pending.push(entry);
  };
  const counts = (user: number) => {
    const counted = rights.canonical(users.nameOf(user));
    return mode !== 'FIRST_DIRECTORY' || counted === user;
  };
  const isActive = (entry: number) =>
    groups.nameOf(entry) >= 0 && directorySlots.isActive(groups.slotOf(entry));

  for (let entry = 0; entry < groups.limit; entry++) {
    if (!isActive(entry)) continue;
    const pool = groupUsers.poolOf(entry);
    const start = groupUsers.startOf(entry);
    const end = start + groupUsers.lengthOf(entry);
    for (let i = start; i < end && filled[entry] === 0; i++) if (counts(pool[i])) fill(entry);
  }
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    if (directorySlots.honoursNesting(groups.slotOf(entry))) {
      for (const parent of groupParents.copyOf(entry)) fill(parent);
    }
    if (mode === 'FIRST_DIRECTORY') continue;
    for (let twin = groups.firstOf(groups.nameOf(entry)); twin >= 0; twin = groups.nextOf(twin)) {
      if (isActive(twin)) fill(twin);
    }
  }
  return filled;
}
