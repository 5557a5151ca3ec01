import type { TombstoneId, User, UserFacts, UserId } from '../domain/index.js';
import { type Departing, type Departures, factsOnDeparture } from './departures.js';
import type { FollowedCopy, FollowedUser } from './followed-copy.js';

/**
 * Takes the users whom the server did not have out of their groups. Who is named again begins without
 * any, because a server tells all that a new user is in.
 */
export function detachDeparted(copy: FollowedCopy, { keptRows }: Departing): void {
  const ids = new Set(keptRows.map(({ userId }) => userId));
  for (const user of copy.users) {
    if (user.held === null || !ids.has(user.held.id)) continue;
    detach(user);
    // Only who comes as a new one is told with all groups.
    user.edgesKnown = false;
  }
}

/**
 * Lets users stay whom the events removed, or did not name again, where the directory keeps them; in
 * the groups they are held in, as a full run does (`withDeparted`). Called once all events are followed.
 */
export function keepDeparted(copy: FollowedCopy, { policy, keptRows }: Departing): Departures {
  const keptBefore = new Map(keptRows.map(({ userId, tombstone }) => [userId, tombstone]));
  const kept: UserId[] = [];
  const over: TombstoneId[] = [];
  const letGo: TombstoneId[] = [];
  for (const user of copy.users) {
    const { held } = user;
    if (held === null) continue;
    const tombstone = keptBefore.get(held.id);
    if (tombstone === undefined && (user.facts !== null || policy === 'DELETE')) continue;
    const isBack = user.facts !== null && user.told;
    const bearer = copy.user(held.name);
    const isTaken = bearer !== null && bearer !== user;
    if (!isBack && isTaken) copy.dismiss(user);
    if (!isBack && !isTaken) {
      stay(user, tombstone === undefined ? factsOnDeparture(factsOf(held), policy) : factsOf(held));
      if (tombstone === undefined) kept.push(held.id);
    } else if (tombstone !== undefined) {
      (isBack ? over : letGo).push(tombstone);
    }
  }
  return { kept, over, letGo, keptBefore: keptRows.length };
}

function stay(user: FollowedUser, facts: UserFacts): void {
  user.facts = facts;
  user.edgesKnown = true;
  detach(user);
  for (const group of user.heldParents) {
    if (group.facts === null) continue;
    user.parents.add(group);
    group.members.add(user);
  }
}

function detach(user: FollowedUser): void {
  for (const group of user.parents) group.members.delete(user);
  user.parents.clear();
}

function factsOf({ id, directoryId, nameKey, ...facts }: User): UserFacts {
  return facts;
}
