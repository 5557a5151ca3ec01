import type { RemoteEvent } from '../connector/index.js';
import { type NameKey, nameKey, type User, type UserFacts } from '../domain/index.js';
import type { NamesOfPart } from '../store/index.js';
import type { Departing } from './departures.js';

/**
 * Whom and what the events speak of. Whoever keeps name and id, joins groups and leaves groups is concerned
 * in those groups alone: what else such users are in stays and need not be known. All of it has to be
 * where an event tells all groups, somebody comes, goes or is renamed, or is known although the server
 * did not have them. Likewise a group's edges to groups are concerned only where an event tells of
 * them, or the group is removed.
 */
export function namesInEvents(
  events: readonly RemoteEvent[],
  { keptRows }: Pick<Departing, 'keptRows'>,
): NamesOfPart {
  const users = new Set<string>();
  const externalIds = new Set<string>();
  const groups = new Set<string>();
  const nestedGroups = new Set<string>();
  const removedGroups = new Set<string>();
  const identities = new ToldIdentities();
  for (const event of events) {
    if (event.subject === 'USER') {
      users.add(event.user.name);
      if (event.user.externalId !== null) externalIds.add(event.user.externalId);
      if (event.operation === 'UPDATED') identities.tell(event.user);
      else identities.unsettle(event.user);
    }
    if (event.subject === 'GROUP') {
      groups.add(event.group.name);
      if (event.operation === 'DELETED') removedGroups.add(event.group.name);
    }
    if (event.subject === 'MEMBERSHIP') {
      users.add(event.user);
      if (event.operation === 'UPDATED') {
        identities.unsettle({ name: event.user, externalId: null });
      }
    }
    if (event.subject === 'NESTING') {
      groups.add(event.group);
      nestedGroups.add(event.group);
    }
    if ('parents' in event) for (const parent of event.parents) groups.add(parent);
    if ('children' in event) for (const child of event.children) groups.add(child);
  }
  const kept = new Set(keptRows.map(({ userId }) => userId));
  const keys = (names: Set<string>) => [...new Set([...names].map(nameKey))];
  return {
    userKeys: keys(users),
    externalIds: [...externalIds],
    groupKeys: keys(groups),
    nestedGroupKeys: new Set([...keys(nestedGroups), ...keys(removedGroups)]),
    countedGroupKeys: new Set(keys(removedGroups)),
    needsAllMemberships: (user) => kept.has(user.id) || !identities.staysAs(user),
  };
}

type Identity = Pick<UserFacts, 'name' | 'externalId'>;

/** The names and ids that events tell of users. */
class ToldIdentities {
  /** Who was told with either, `null` once somebody came, went or was renamed. */
  readonly #byKey = new Map<NameKey, Identity | null>();
  readonly #byId = new Map<string, Identity | null>();

  tell(identity: Identity): void {
    const before = this.#byKey.get(nameKey(identity.name));
    const isSettled = before === undefined || (before !== null && isOne(before, identity));
    if (isSettled) this.#put(identity, identity);
    else this.unsettle(identity);
  }

  unsettle(identity: Identity): void {
    this.#put(identity, null);
  }

  /** Whether nothing was told of a held user's name and id but that they belong together. */
  staysAs({ nameKey: key, externalId }: User): boolean {
    const named = this.#byKey.get(key);
    if (named !== undefined && named?.externalId !== externalId) return false;
    const identified = externalId === null ? undefined : this.#byId.get(externalId);
    return identified === undefined || (identified !== null && nameKey(identified.name) === key);
  }

  #put({ name, externalId }: Identity, value: Identity | null): void {
    this.#byKey.set(nameKey(name), value);
    if (externalId === null) return;
    const before = this.#byId.get(externalId);
    const isAnother = before === null || (before && value && !isOne(before, value));
    this.#byId.set(externalId, isAnother ? null : value);
  }
}

function isOne(a: Identity, b: Identity): boolean {
  return nameKey(a.name) === nameKey(b.name) && a.externalId === b.externalId;
}
