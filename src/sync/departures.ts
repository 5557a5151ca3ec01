import {
  type DirectoryId,
  type RemovalPolicy,
  sameUserFacts,
  type TombstoneId,
  type UserFacts,
  type UserId,
} from '../domain/index.js';
import type { KeptRow, StoreReader } from '../store/index.js';
import type { DirectoryDelta } from './compare.js';
import { EdgeColumns, type EdgeSlots } from './edges.js';
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
  /** Tombstones of rows that have stayed so far and whose user the server has again. */
  readonly over: readonly TombstoneId[];
  /** Tombstones of rows that have stayed so far and go, because another one has taken the name. */
  readonly letGo: readonly TombstoneId[];
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

/** What a full run has found out. */
export interface Compared {
  readonly picture: RemotePicture;
  readonly delta: DirectoryDelta;
}

/**
 * The same together with the users who stay although the server does not have them, in the groups
 * they are held in. Whose name another one has taken goes all the same, because a name is one user's.
 */
export async function withDeparted(
  reader: Pick<StoreReader, 'usersByIds' | 'part'>,
  directoryId: DirectoryId,
  { picture, delta }: Compared,
  departing: Departing,
): Promise<Compared & { readonly departures: Departures }> {
  const { policy, keptRows } = departing;
  if (removesAll(departing)) {
    return { picture, delta, departures: { kept: [], over: [], letGo: [], keptBefore: 0 } };
  }
  const keptBefore = new Set(keptRows.map(({ userId }) => userId));
  const gone = await reader.usersByIds(delta.users.removed);
  const staying = gone.filter(
    ({ id, nameKey }) =>
      (policy !== 'DELETE' || keptBefore.has(id)) && picture.userSlots.findKey(nameKey) === null,
  );
  const ids = new Set(staying.map(({ id }) => id));
  const removed = new Set(delta.users.removed.filter((id) => !ids.has(id)));
  const tombstonesOf = (isOf: (id: UserId) => boolean) =>
    keptRows.filter(({ userId }) => isOf(userId)).map(({ tombstone }) => tombstone);
  const departures: Departures = {
    kept: [...ids].filter((id) => !keptBefore.has(id)),
    over: tombstonesOf((id) => !ids.has(id) && !removed.has(id)),
    letGo: tombstonesOf((id) => removed.has(id)),
    keptBefore: keptRows.length,
  };
  if (staying.length === 0) return { picture, delta, departures };

  const { memberships } = await reader.part(directoryId, {
    userKeys: staying.map(({ nameKey }) => nameKey),
    externalIds: [],
    groupKeys: [],
    nestedGroupKeys: new Set(),
    countedGroupKeys: new Set(),
    needsAllMemberships: () => true,
  });
  const slots = new Map<UserId, number>();
  const changed = [...delta.users.changed];
  for (const user of staying) {
    const { id, directoryId: _, nameKey, ...held } = user;
    const facts = keptBefore.has(id) ? held : factsOnDeparture(held, policy);
    slots.set(id, picture.users.length);
    picture.users.add(facts);
    if (!sameUserFacts(held, facts)) changed.push({ before: user, facts });
  }
  const groupSlots = new Map(delta.groups.ids.map((id, slot) => [id, slot]));
  const edges = new EdgeColumns();
  for (const { groupId, userId } of memberships) {
    const group = groupSlots.get(groupId);
    const user = slots.get(userId);
    if (group !== undefined && user !== undefined) edges.push(group, user);
  }
  const held = edges.columns();
  return {
    picture: { ...picture, memberships: sideBySide(picture, held) },
    delta: {
      ...delta,
      users: {
        ...delta.users,
        ids: [...delta.users.ids, ...slots.keys()],
        changed,
        removed: [...removed],
      },
      edgesLost: delta.edgesLost - held.groups.length,
    },
    departures,
  };
}

/** The edges of a picture with further ones, those of a group side by side. */
function sideBySide({ groups, memberships }: RemotePicture, further: EdgeSlots): EdgeSlots {
  const columns = [memberships, further];
  const starts = new Uint32Array(groups.length + 1);
  for (const { groups: above } of columns) for (const group of above) starts[group + 1] += 1;
  for (let group = 0; group < groups.length; group++) starts[group + 1] += starts[group];
  const sorted = {
    groups: new Uint32Array(starts[groups.length]),
    members: new Uint32Array(starts[groups.length]),
  };
  for (const { groups: above, members } of columns) {
    above.forEach((group, i) => {
      sorted.groups[starts[group]] = group;
      sorted.members[starts[group]] = members[i];
      starts[group] += 1;
    });
  }
  return sorted;
}
