import type { RunCounts } from '../domain/index.js';
import type { DirectoryDelta } from './compare.js';
import type { Departures } from './departures.js';
import type { ReadTally } from './read-tally.js';

/**
 * What a run has done. Users whom the server has no more count as removed, once, whatever becomes of
 * their rows: so many are missing. Groups in groups count as memberships, and so do edges lost with one of
 * their ends.
 */
export function runCounts(
  tally: ReadTally,
  delta: DirectoryDelta,
  { kept, letGo }: Departures,
): RunCounts {
  const { users, groups, memberships, nestings } = delta;
  return {
    ...tally.counts(),
    usersAdded: users.added.length,
    usersChanged: users.changed.length,
    usersRemoved: users.removed.length + kept.length - letGo.length,
    groupsAdded: groups.added.length,
    groupsChanged: groups.changed.length,
    groupsRemoved: groups.removed.length,
    membershipsAdded: memberships.added.groups.length + nestings.added.groups.length,
    membershipsRemoved:
      memberships.removed.groups.length + nestings.removed.groups.length + delta.edgesLost,
  };
}

/** Whether the copy is not already what it should be. Even a newcomer takes something away: a name. */
export function changesAnything(counts: RunCounts): boolean {
  const { usersRead, groupsRead, membershipsRead, setAside, ...changes } = counts;
  return Object.values(changes).some((count) => count > 0);
}
