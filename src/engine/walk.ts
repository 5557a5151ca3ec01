import type { EdgeLists } from './edge-lists.js';
import type { Facts } from './facts.js';
import type { Rights } from './rights.js';

/**
 * Memberships as they count: order, nesting switch and membership mode applied. A *node* stands for
 * a group in a view. In FIRST_DIRECTORY mode each active directory is a view, and a node is a group
 * entry; in ALL_DIRECTORIES mode the active directories are one view, and a node is the entry of the
 * first of them that holds the name. User to group and group to user can so never disagree.
 */
export class Walk {
  private readonly facts: Facts;
  private readonly rights: Rights;

  constructor(facts: Facts, rights: Rights) {
    this.facts = facts;
    this.rights = rights;
  }

  /** The node of an entry of an active directory. */
  nodeOf(groupEntry: number): number {
    const { groups, mode } = this.facts;
    if (mode === 'FIRST_DIRECTORY') return groupEntry;
    return this.rights.canonicalGroup(groups.nameOf(groupEntry));
  }

  /** The nodes of a group name, in directory order; in ALL_DIRECTORIES mode at most one. */
  nodesOfName(groupName: number): number[] {
    if (this.facts.mode === 'ALL_DIRECTORIES') {
      const node = this.rights.canonicalGroup(groupName);
      return node < 0 ? [] : [node];
    }
    return this.activeEntries(this.facts.groups, groupName);
  }

  /** The nodes that the user a name means is a direct member of, each once. */
  directGroups(userName: number): number[] {
    const user = this.rights.canonical(userName);
    if (user < 0) return [];
    const { users, userGroups } = this.facts;
    if (this.facts.mode === 'FIRST_DIRECTORY') return listOf(userGroups, user);
    return this.joined(this.activeEntries(users, userName), userGroups, true);
  }

  /** The nodes a node is nested in directly, each once. */
  parents(node: number): number[] {
    return this.neighbours(node, this.facts.groupParents);
  }

  /** The nodes nested in a node directly, each once. */
  children(node: number): number[] {
    return this.neighbours(node, this.facts.groupChildren);
  }

  /** The user names that are directly in a node and whose entry counts there, each once; inactive ones, too. */
  members(node: number): number[] {
    const { users, groups, groupUsers, mode } = this.facts;
    if (mode === 'FIRST_DIRECTORY') {
      const names: number[] = [];
      const pool = groupUsers.poolOf(node);
      const start = groupUsers.startOf(node);
      const end = start + groupUsers.lengthOf(node);
      for (let i = start; i < end; i++) {
        const name = users.nameOf(pool[i]);
        if (users.isUnique(name) || this.rights.canonical(name) === pool[i]) names.push(name);
      }
      return names;
    }
    const names = new Set<number>();
    for (const entry of this.activeEntries(groups, groups.nameOf(node))) {
      const pool = groupUsers.poolOf(entry);
      const start = groupUsers.startOf(entry);
      const end = start + groupUsers.lengthOf(entry);
      for (let i = start; i < end; i++) names.add(users.nameOf(pool[i]));
    }
    return [...names];
  }

  private neighbours(node: number, lists: EdgeLists): number[] {
    const { groups, directorySlots, mode } = this.facts;
    if (mode === 'FIRST_DIRECTORY') {
      return directorySlots.honoursNesting(groups.slotOf(node)) ? listOf(lists, node) : [];
    }
    return this.joined(this.activeEntries(groups, groups.nameOf(node)), lists, false);
  }

  /** The nodes that the lists of several entries lead to, each once. */
  private joined(entries: readonly number[], lists: EdgeLists, memberships: boolean): number[] {
    const { groups, directorySlots } = this.facts;
    const nodes = new Set<number>();
    for (const entry of entries) {
      if (!memberships && !directorySlots.honoursNesting(groups.slotOf(entry))) continue;
      const pool = lists.poolOf(entry);
      const start = lists.startOf(entry);
      const end = start + lists.lengthOf(entry);
      for (let i = start; i < end; i++) nodes.add(this.nodeOf(pool[i]));
    }
    return [...nodes];
  }

  private activeEntries(table: Facts['users'], name: number): number[] {
    const { directorySlots } = this.facts;
    const entries: number[] = [];
    for (let entry = table.firstOf(name); entry >= 0; entry = table.nextOf(entry)) {
      if (directorySlots.isActive(table.slotOf(entry))) entries.push(entry);
    }
    if (entries.length > 1) {
      const position = (entry: number) => directorySlots.positionOf(table.slotOf(entry));
      entries.sort((a, b) => position(a) - position(b));
    }
    return entries;
  }
}

function listOf(lists: EdgeLists, node: number): number[] {
  const pool = lists.poolOf(node);
  const start = lists.startOf(node);
  const end = start + lists.lengthOf(node);
  const list: number[] = [];
  for (let i = start; i < end; i++) list.push(pool[i]);
  return list;
}
