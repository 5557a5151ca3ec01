import {
  asId,
  type DirectoryId,
  type Group,
  type GroupFacts,
  type GroupId,
  type NameKey,
  nameKey,
  sameGroupFacts,
  sameUserFacts,
  type User,
  type UserFacts,
  type UserId,
} from '../../src/domain/index.js';
import type {
  ContentsVisitor,
  DirectoryContents,
  MembershipRow,
  NestingRow,
} from '../../src/store/index.js';
import type { DeltaTransaction } from '../../src/sync/apply-delta.js';

export const DIRECTORY = asId<DirectoryId>(1);

/**
 * A directory in memory that is stricter than a store: after every call names are unique, edges
 * have both ends, a write that changes nothing is an error, and so is another
 * change after a rename in the same call.
 */
export class DirectoryModel implements DeltaTransaction {
  readonly users = new Map<UserId, User>();
  readonly groups = new Map<GroupId, Group>();
  readonly #memberships = new Set<string>();
  readonly #nestings = new Set<string>();
  #lastId = 0;
  /** Rows written so far, those that went with a user or a group included. */
  rowsWritten = 0;

  contents(): DirectoryContents {
    const memberships = [...this.#memberships].map(ends);
    const nestings = [...this.#nestings].map(ends);
    return {
      users: [...this.users.values()],
      groups: [...this.groups.values()],
      memberships: {
        groups: memberships.map(([group]) => asId<GroupId>(group)),
        users: memberships.map(([, user]) => asId<UserId>(user)),
      },
      nestings: {
        parents: nestings.map(([parent]) => asId<GroupId>(parent)),
        children: nestings.map(([, child]) => asId<GroupId>(child)),
      },
    };
  }

  /** As a store tells it: edges of a group side by side. */
  async visit(begin: () => ContentsVisitor): Promise<void> {
    const visitor = begin();
    for (const user of this.users.values()) visitor.user(user);
    for (const group of this.groups.values()) visitor.group(group);
    const edges = await visitor.edges();
    for (const [group, user] of [...this.#memberships].map(ends).sort(byGroup)) {
      edges.membership(asId(group), asId(user));
    }
    for (const [parent, child] of [...this.#nestings].map(ends).sort(byGroup)) {
      edges.nesting(asId(parent), asId(child));
    }
  }

  async addUsers(directoryId: DirectoryId, users: readonly UserFacts[]): Promise<User[]> {
    return users.map((facts) => {
      const id = asId<UserId>(++this.#lastId);
      const externalId = facts.externalId ?? `made-here-${id}`;
      const user = { ...facts, externalId, id, directoryId, nameKey: nameKey(facts.name) };
      this.#put(this.users, user);
      return user;
    });
  }

  async changeUsers(
    users: readonly { readonly id: UserId; readonly facts: UserFacts }[],
  ): Promise<User[]> {
    let renamed = false;
    const changed = users.map(({ id, facts }) => {
      const before = required(this.users.get(id), 'user');
      if (sameUserFacts(before, facts)) throw new Error(`user ${facts.name} does not differ`);
      const user = { ...before, ...facts, nameKey: nameKey(facts.name) };
      const isRename = user.nameKey !== before.nameKey;
      if (renamed && !isRename) throw new Error('another change stands between renames');
      renamed ||= isRename;
      return user;
    });
    for (const { id } of changed) this.users.delete(id);
    for (const user of changed) this.#put(this.users, user);
    return changed;
  }

  async removeUsers(ids: readonly UserId[]): Promise<void> {
    for (const id of ids) {
      required(this.users.get(id), 'user');
      this.users.delete(id);
      this.#dropEdges(this.#memberships, ([, user]) => user === id);
      this.rowsWritten += 1;
    }
  }

  async addGroups(directoryId: DirectoryId, groups: readonly GroupFacts[]): Promise<Group[]> {
    return groups.map((facts) => {
      const id = asId<GroupId>(++this.#lastId);
      const group = { ...facts, id, directoryId, nameKey: nameKey(facts.name) };
      this.#put(this.groups, group);
      return group;
    });
  }

  async changeGroups(
    groups: readonly { readonly id: GroupId; readonly facts: GroupFacts }[],
  ): Promise<Group[]> {
    return groups.map(({ id, facts }) => {
      const before = required(this.groups.get(id), 'group');
      if (sameGroupFacts(before, facts)) throw new Error(`group ${facts.name} does not differ`);
      const group = { ...before, ...facts, nameKey: nameKey(facts.name) };
      this.#put(this.groups, group);
      return group;
    });
  }

  async removeGroups(ids: readonly GroupId[]): Promise<void> {
    for (const id of ids) {
      required(this.groups.get(id), 'group');
      this.groups.delete(id);
      this.#dropEdges(this.#memberships, ([group]) => group === id);
      this.#dropEdges(this.#nestings, (pair) => pair.includes(id));
      this.rowsWritten += 1;
    }
  }

  async addMemberships(_: DirectoryId, rows: readonly MembershipRow[]): Promise<void> {
    for (const { groupId, userId } of rows) {
      required(this.groups.get(groupId), 'group');
      required(this.users.get(userId), 'user');
      this.#addEdge(this.#memberships, groupId, userId);
    }
  }

  async removeMemberships(_: DirectoryId, rows: readonly MembershipRow[]): Promise<void> {
    for (const { groupId, userId } of rows) this.#removeEdge(this.#memberships, groupId, userId);
  }

  async addNestings(_: DirectoryId, rows: readonly NestingRow[]): Promise<void> {
    for (const { parentId, childId } of rows) {
      required(this.groups.get(parentId), 'group');
      required(this.groups.get(childId), 'group');
      this.#addEdge(this.#nestings, parentId, childId);
    }
  }

  async removeNestings(_: DirectoryId, rows: readonly NestingRow[]): Promise<void> {
    for (const { parentId, childId } of rows) this.#removeEdge(this.#nestings, parentId, childId);
  }

  #put<Id, Row extends { readonly id: Id; readonly nameKey: NameKey }>(
    rows: Map<Id, Row>,
    row: Row,
  ): void {
    for (const other of rows.values()) {
      if (other.id !== row.id && other.nameKey === row.nameKey) {
        throw new Error(`the name ${row.nameKey} is taken`);
      }
    }
    rows.set(row.id, row);
    this.rowsWritten += 1;
  }

  #addEdge(edges: Set<string>, group: number, member: number): void {
    if (edges.has(`${group}>${member}`)) throw new Error('the edge is there already');
    edges.add(`${group}>${member}`);
    this.rowsWritten += 1;
  }

  #removeEdge(edges: Set<string>, group: number, member: number): void {
    if (!edges.delete(`${group}>${member}`)) throw new Error('the edge is not there');
    this.rowsWritten += 1;
  }

  #dropEdges(edges: Set<string>, goes: (pair: readonly number[]) => boolean): void {
    for (const edge of edges) {
      if (goes(ends(edge))) {
        edges.delete(edge);
        this.rowsWritten += 1;
      }
    }
  }
}

function ends(edge: string): [number, number] {
  const [group, member] = edge.split('>').map(Number);
  return [group, member];
}

function byGroup([one]: readonly number[], [other]: readonly number[]): number {
  return one - other;
}

function required<Row>(row: Row | undefined, kind: string): Row {
  if (row === undefined) throw new Error(`there is no such ${kind}`);
  return row;
}
