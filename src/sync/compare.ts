import {
  type Group,
  type GroupFacts,
  type GroupId,
  sameGroupFacts,
  type User,
  type UserFacts,
  type UserId,
} from '../domain/index.js';
import type { ContentsVisitor, EdgeVisitor } from '../store/index.js';
import { EdgeComparison, type EdgeDifference } from './compare-edges.js';
import { UserMatching } from './match-users.js';
import type { RemotePicture } from './read-remote.js';
import { RowComparison, type RowDelta } from './row-comparison.js';
import type { SlotsById } from './slots-by-id.js';

/** What turns the copy of a directory into the picture read. Numbers are slots of the picture. */
export interface DirectoryDelta {
  readonly users: RowDelta<UserId, UserFacts, User>;
  readonly groups: RowDelta<GroupId, GroupFacts, Group>;
  /** Only edges between users and groups that stay or come. */
  readonly memberships: EdgeDifference;
  readonly nestings: EdgeDifference;
  /** Edges that go with a removed user or group, users in groups and groups in groups. */
  readonly edgesLost: number;
}

export interface Comparison {
  readonly delta: DirectoryDelta;
  /** How much the copy holds: users, and rows of all four kinds. */
  readonly held: { readonly users: number; readonly rows: number };
}

/**
 * Compares what is held, row by row as it is read, with the picture. Only what differs is kept.
 * @param read tells the visitor everything that is held; where it has to begin anew, it asks for another.
 */
export async function compareDirectory(
  read: (begin: () => ContentsVisitor) => Promise<void>,
  remote: RemotePicture,
): Promise<Comparison> {
  let comparison = new DirectoryComparison(remote);
  await read(() => {
    comparison = new DirectoryComparison(remote);
    return comparison;
  });
  return comparison.outcome();
}

/** Rows that are added, changed or removed, of all four kinds. */
export function changedRows(delta: DirectoryDelta): number {
  return (
    [delta.users, delta.groups].reduce(
      (sum, rows) => sum + rows.added.length + rows.changed.length + rows.removed.length,
      0,
    ) +
    delta.memberships.added.groups.length +
    delta.memberships.removed.groups.length +
    delta.nestings.added.groups.length +
    delta.nestings.removed.groups.length +
    delta.edgesLost
  );
}

class DirectoryComparison implements ContentsVisitor {
  #heldUsers = 0;
  #heldGroups = 0;
  readonly #remote: RemotePicture;
  readonly #users: UserMatching;
  readonly #groups: RowComparison<GroupId, GroupFacts, Group>;
  #named: Pick<DirectoryDelta, 'users' | 'groups'> | null = null;
  #edges: Promise<HeldEdges> | null = null;

  constructor(remote: RemotePicture) {
    this.#remote = remote;
    this.#users = new UserMatching(remote);
    this.#groups = new RowComparison(remote.groups, sameGroupFacts);
  }

  user(user: User): void {
    this.#heldUsers += 1;
    this.#users.see(user);
  }

  group(group: Group): void {
    this.#heldGroups += 1;
    const slot = this.#remote.groupSlots.findKey(group.nameKey);
    if (slot === null) this.#groups.remove(group);
    else this.#groups.match(slot, group, this.#remote.groups.at(slot));
  }

  edges(): Promise<HeldEdges> {
    this.#edges ??= this.#beginEdges();
    return this.#edges;
  }

  /** To be called once everything that is held has been told. */
  async outcome(): Promise<Comparison> {
    const { rows, lost, memberships, nestings } = await this.edges();
    return {
      delta: {
        ...this.#rows(),
        memberships: memberships.difference(),
        nestings: nestings.difference(),
        edgesLost: lost,
      },
      held: { users: this.#heldUsers, rows: this.#heldUsers + this.#heldGroups + rows },
    };
  }

  async #beginEdges(): Promise<HeldEdges> {
    const { users, groups, memberships, nestings } = this.#remote;
    // Whoever stays is known only after this.
    this.#rows();
    return new HeldEdges(
      await EdgeComparison.with(memberships, groups.length, users.length),
      await EdgeComparison.with(nestings, groups.length, groups.length),
      { users: this.#users.slots, groups: this.#groups.slots },
    );
  }

  #rows(): Pick<DirectoryDelta, 'users' | 'groups'> {
    this.#named ??= { users: this.#users.delta(), groups: this.#groups.delta() };
    return this.#named;
  }
}

/** The slots of those who stay. */
interface StayingSlots {
  readonly users: Pick<SlotsById<UserId>, 'get'>;
  readonly groups: Pick<SlotsById<GroupId>, 'get'>;
}

/** Held edges beside those of the remote side, once it is known who stays. */
class HeldEdges implements EdgeVisitor {
  readonly memberships: EdgeComparison;
  readonly nestings: EdgeComparison;
  rows = 0;
  /** Edges one end of which goes. */
  lost = 0;
  readonly #slots: StayingSlots;

  constructor(memberships: EdgeComparison, nestings: EdgeComparison, slots: StayingSlots) {
    this.memberships = memberships;
    this.nestings = nestings;
    this.#slots = slots;
  }

  membership(group: GroupId, user: UserId): void {
    this.#see(this.memberships, group, this.#slots.users.get(user));
  }

  nesting(parent: GroupId, child: GroupId): void {
    this.#see(this.nestings, parent, this.#slots.groups.get(child));
  }

  #see(comparison: EdgeComparison, group: GroupId, member: number | undefined): void {
    this.rows += 1;
    const slot = this.#slots.groups.get(group);
    if (slot === undefined || member === undefined) this.lost += 1;
    else comparison.see(slot, member);
  }
}
