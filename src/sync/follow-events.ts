import type { RemoteEvent } from '../connector/index.js';
import { nameFault } from '../domain/index.js';
import type { DirectoryPart } from '../store/index.js';
import type { DirectoryDelta } from './compare.js';
import type { Departing, Departures } from './departures.js';
import { FollowedCopy, type FollowedGroup, type FollowedUser } from './followed-copy.js';
import { followedDelta } from './followed-delta.js';
import { detachDeparted, keepDeparted } from './followed-departures.js';
import { withKeepableFacts } from './keepable-facts.js';
import type { ReadTally } from './read-tally.js';

/**
 * Events that a copy cannot follow. INCONSISTENT_EVENT: they speak of what neither the copy nor an
 * earlier one of them knows, leave two users under one name, or leave open who is in which group.
 */
export class EventsNotFollowed extends Error {
  readonly fullCause: 'UNKNOWN_EVENT' | 'INCONSISTENT_EVENT';
  /** What was wrong with them. */
  readonly about: string;

  constructor(fullCause: EventsNotFollowed['fullCause'], about: string) {
    super(`${fullCause}: ${about}`);
    this.name = 'EventsNotFollowed';
    this.fullCause = fullCause;
    this.about = about;
  }
}

/**
 * What the events, oldest first, make of the copy. Every event tells a state, so that one which is
 * told again changes nothing: a server may repeat the last minutes at each call (Crowd 5's
 * `TimestampBasedEventStore`). A record that cannot be kept is set aside as in a full run.
 * @throws EventsNotFollowed
 */
export function followEvents(
  events: readonly RemoteEvent[],
  part: DirectoryPart,
  tally: ReadTally,
  departing: Departing,
): { readonly delta: DirectoryDelta; readonly departures: Departures } {
  const copy = new FollowedCopy(part);
  detachDeparted(copy, departing);
  const follower = new EventFollower(copy, tally);
  for (const event of events) follower.follow(event);
  const departures = keepDeparted(copy, departing);
  for (const { facts } of copy.displaced) {
    throw new EventsNotFollowed(
      'INCONSISTENT_EVENT',
      `another user was named \`${facts?.name}\`, and who had the name has no other`,
    );
  }
  requireKnownEdges('user', copy.users);
  requireKnownEdges('group', copy.groups);
  return { delta: followedDelta(copy, part.memberCounts), departures };
}

/**
 * Whoever changed without having been known was there before, with memberships that no event tells:
 * somebody set aside until now, or renamed at a server without keys. So it is with whoever came by a
 * name that another left groups under.
 */
function requireKnownEdges(
  kind: 'user' | 'group',
  all: Iterable<Pick<FollowedUser | FollowedGroup, 'facts' | 'edgesKnown'>>,
): void {
  for (const { facts, edgesKnown } of all) {
    if (facts === null || edgesKnown) continue;
    throw new EventsNotFollowed(
      'INCONSISTENT_EVENT',
      `nothing tells all memberships of the ${kind} \`${facts.name}\``,
    );
  }
}

class EventFollower {
  readonly #copy: FollowedCopy;
  readonly #tally: ReadTally;

  constructor(copy: FollowedCopy, tally: ReadTally) {
    this.#copy = copy;
    this.#tally = tally;
  }

  follow(event: RemoteEvent): void {
    switch (event.subject) {
      case 'USER':
        this.#followUser(event);
        break;
      case 'GROUP':
        this.#followGroup(event);
        break;
      case 'MEMBERSHIP':
        this.#followMembership(event);
        break;
      case 'NESTING':
        this.#followNesting(event);
        break;
      case 'OTHER':
        throw new EventsNotFollowed('UNKNOWN_EVENT', `an event is a \`${event.element}\``);
    }
  }

  #followUser({ operation, user }: RemoteEvent & { subject: 'USER' }): void {
    this.#tally.usersRead += 1;
    if (operation === 'DELETED') {
      this.#copy.removeUser(user);
      return;
    }
    const fault = nameFault(user.name);
    if (fault !== null) {
      this.#tally.setAside({ kind: 'user', name: user.name, reason: fault });
      // Whoever is renamed to what cannot be kept is known by no name any more.
      if (user.externalId !== null) this.#copy.removeUser(user);
      return;
    }
    this.#copy.putUser(operation, withKeepableFacts('user', user, this.#tally));
  }

  #followGroup({ operation, group }: RemoteEvent & { subject: 'GROUP' }): void {
    this.#tally.groupsRead += 1;
    if (operation === 'DELETED') {
      this.#copy.removeGroup(group.name);
      return;
    }
    const fault = nameFault(group.name);
    if (fault !== null) {
      this.#tally.setAside({ kind: 'group', name: group.name, reason: fault });
      return;
    }
    this.#copy.putGroup(operation, withKeepableFacts('group', group, this.#tally));
  }

  #followMembership(event: RemoteEvent & { subject: 'MEMBERSHIP' }): void {
    const { operation, parents } = event;
    this.#tally.membershipsRead += parents.length;
    if (operation === 'DELETED') {
      for (const group of this.#groups(parents, true)) this.#copy.leaveByName(group, event.user);
      return;
    }
    const user = this.#copy.user(event.user);
    if (user === null) {
      if (parents.length > 0) this.#requireFaulty('user', event.user, parents[0]);
      return;
    }
    const groups = this.#groups(parents, false);
    if (operation === 'UPDATED') {
      for (const group of user.parents) if (!groups.has(group)) this.#copy.leave(group, user);
      user.edgesKnown = true;
    }
    for (const group of groups) this.#copy.join(group, user);
  }

  #followNesting(event: RemoteEvent & { subject: 'NESTING' }): void {
    const { operation } = event;
    this.#tally.membershipsRead += event.parents.length + event.children.length;
    const group = this.#copy.group(event.group);
    if (group === null) {
      if (operation !== 'DELETED' && event.parents.length + event.children.length > 0) {
        this.#requireFaulty('group', event.group, event.group);
      }
      return;
    }
    const parents = this.#groups(event.parents, operation === 'DELETED');
    const children = this.#groups(event.children, operation === 'DELETED');
    if (operation === 'DELETED') {
      for (const parent of parents) this.#copy.unnest(parent, group);
      for (const child of children) this.#copy.unnest(group, child);
      return;
    }
    if (operation === 'UPDATED') {
      for (const parent of group.parents)
        if (!parents.has(parent)) this.#copy.unnest(parent, group);
      for (const child of group.children) if (!children.has(child)) this.#copy.unnest(group, child);
    }
    for (const parent of parents) this.#copy.nest(parent, group);
    for (const child of children) this.#copy.nest(group, child);
  }

  #groups(names: readonly string[], passOver: boolean): Set<FollowedGroup> {
    const groups = new Set<FollowedGroup>();
    for (const name of names) {
      const group = this.#copy.group(name);
      if (group) groups.add(group);
      else if (!passOver) this.#requireFaulty('group', name, name);
    }
    return groups;
  }

  /**
   * Passes over an edge to somebody who was set aside because of the name; any other unknown end
   * means that an event is missing.
   */
  #requireFaulty(kind: 'user' | 'group', name: string, group: string): void {
    if (nameFault(name) === null) {
      throw new EventsNotFollowed(
        'INCONSISTENT_EVENT',
        `a membership is of the ${kind} \`${name}\`, which is not known`,
      );
    }
    const reason = kind === 'user' ? 'UNKNOWN_USER' : 'UNKNOWN_GROUP';
    this.#tally.setAside({ kind: 'membership', name: group, member: name, reason });
  }
}
