import {
  type NameKey,
  nameKey,
  type RemovalPolicy,
  type TombstoneId,
  type User,
  type UserFacts,
  type UserId,
} from '../domain/index.js';
import type { DirectoryContents, KeptRow } from '../store/index.js';
import { EdgeColumns, type EdgeSlots } from './edges.js';
import { matchUsers } from './match-users.js';
import type { RemotePicture } from './read-remote.js';

/** How a directory treats users whom its server has no more. */
export interface Departing {
  readonly policy: RemovalPolicy;
  /** Rows that have stayed so far although the server did not have the user. */
  readonly keptRows: readonly KeptRow[];
}

/** What a run finds out about users whom the server has no more and whose row stays. */
export interface Departures {
  /** Rows that stay from now on. */
  readonly kept: readonly UserId[];
  /** Tombstones of rows that have stayed so far: the server has the user again, or the row goes. */
  readonly over: readonly TombstoneId[];
  /** Rows that had stayed before; they are not among the users the server is expected to have. */
  readonly keptBefore: number;
}

/** Whether every user whom the server has no more is removed. */
export function removesAll({ policy, keptRows }: Departing): boolean {
  return policy === 'DELETE' && keptRows.length === 0;
}

/** A row as it stays when its user is first found to be gone. */
export function factsOnDeparture(facts: UserFacts, policy: RemovalPolicy): UserFacts {
  return policy === 'DEACTIVATE' ? { ...facts, active: false } : facts;
}

/**
 * The picture together with the users who stay although the server does not have them, in the groups
 * they are held in. Whose name another one has taken goes all the same, because a name is one user's.
 */
export function withDeparted(
  held: DirectoryContents,
  remote: RemotePicture,
  departing: Departing,
): { readonly picture: RemotePicture; readonly departures: Departures } {
  const { policy, keptRows } = departing;
  if (removesAll(departing)) {
    return { picture: remote, departures: { kept: [], over: [], keptBefore: 0 } };
  }
  const keptBefore = new Map(keptRows.map(({ userId, tombstone }) => [userId, tombstone]));
  const staying = new Map<NameKey, User>();
  for (const user of matchUsers(held.users, remote.users).gone) {
    if (policy !== 'DELETE' || keptBefore.has(user.id)) staying.set(user.nameKey, user);
  }
  for (const { name } of remote.users) staying.delete(nameKey(name));
  const slots = new Map<UserId, number>();
  const users = [...remote.users];
  for (const { id, directoryId, nameKey, ...facts } of staying.values()) {
    slots.set(id, users.length);
    users.push(keptBefore.has(id) ? facts : factsOnDeparture(facts, policy));
  }
  return {
    picture: {
      ...remote,
      users,
      memberships: joined(remote.memberships, heldEdges(held, remote, slots)),
    },
    departures: {
      kept: [...slots.keys()].filter((id) => !keptBefore.has(id)),
      over: keptRows.flatMap(({ userId, tombstone }) => (slots.has(userId) ? [] : [tombstone])),
      keptBefore: keptRows.length,
    },
  };
}

/** The edges of these users to groups that the server still has. */
function heldEdges(
  held: DirectoryContents,
  remote: RemotePicture,
  users: ReadonlyMap<UserId, number>,
): EdgeSlots {
  const byKey = new Map(remote.groups.map(({ name }, slot) => [nameKey(name), slot]));
  const groups = new Map(held.groups.map(({ id, nameKey }) => [id, byKey.get(nameKey)]));
  const edges = new EdgeColumns();
  for (let i = 0; i < held.memberships.users.length; i++) {
    const user = users.get(held.memberships.users[i]);
    if (user === undefined) continue;
    const group = groups.get(held.memberships.groups[i]);
    if (group !== undefined) edges.push(group, user);
  }
  return edges.columns();
}

function joined(one: EdgeSlots, other: EdgeSlots): EdgeSlots {
  const column = (name: keyof EdgeSlots) => {
    const both = new Uint32Array(one[name].length + other[name].length);
    both.set(one[name]);
    both.set(other[name], one[name].length);
    return both;
  };
  return { groups: column('groups'), members: column('members') };
}
