import type { RemoteEvent } from '../connector/index.js';
import { type NameKey, nameKey, type User, type UserFacts } from '../domain/index.js';
import type { NamesOfPart } from '../store/index.js';
import type { Departing } from './departures.js';

/**
 * Whom and what the events speak of. Of whoever was only changed, under the name and id that are held,
 * no event says anything about groups: their memberships stay and need not be known, unless the server
 * did not have the user before.
 */
export function namesInEvents(
  events: readonly RemoteEvent[],
  { keptRows }: Pick<Departing, 'keptRows'>,
): NamesOfPart {
  const users = new Set<string>();
  const externalIds = new Set<string>();
  const groups = new Set<string>();
  const removedGroups = new Set<string>();
  const identities = new ChangedIdentities();
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
      identities.unsettle({ name: event.user, externalId: null });
    }
    if (event.subject === 'NESTING') groups.add(event.group);
    if ('parents' in event) for (const parent of event.parents) groups.add(parent);
    if ('children' in event) for (const child of event.children) groups.add(child);
  }
  const kept = new Set(keptRows.map(({ userId }) => userId));
  const keys = (names: Set<string>) => [...new Set([...names].map(nameKey))];
  return {
    userKeys: keys(users),
    externalIds: [...externalIds],
    groupKeys: keys(groups),
    countedGroupKeys: new Set(keys(removedGroups)),
    needsMemberships: (user) => kept.has(user.id) || !identities.isOnlyChanged(user),
  };
}

type Identity = Pick<UserFacts, 'name' | 'externalId'>;

/** Under which names and ids users were told to have changed. */
class ChangedIdentities {
  /** Those told with either, `null` once more was told than a change of other facts. */
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

  /** Whether a held user was told of with these very name and id alone. */
  isOnlyChanged({ nameKey: key, externalId }: User): boolean {
    const named = this.#byKey.get(key);
    if (!named || externalId === null) return false;
    const identified = this.#byId.get(externalId);
    return named.externalId === externalId && !!identified && nameKey(identified.name) === key;
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
