import type { DirectoryId, NameKey, Page, PageRequest } from '../domain/index.js';
import type { ExpansionNode, ExpansionPath, UserEntry } from './answers.js';
import { groupEntry, userEntry } from './entry-answers.js';
import type { Facts } from './facts.js';
import type { NameTable } from './name-table.js';
import type { Rights } from './rights.js';
import type { Walk } from './walk.js';

/**
 * The roots of the tree below a group: one for each active directory that holds it, in order, and in
 * ALL_DIRECTORIES one for all of them. Together the leaves of a tree, that is the users of all its
 * groups, are exactly the names that hold through the root what is granted to it.
 * @returns none for a group that no active directory holds.
 */
export function expand(facts: Facts, rights: Rights, walk: Walk, group: string): ExpansionNode[] {
  const name = facts.groups.names.findName(group);
  if (name < 0) return [];
  const tree = new Expander(facts, rights, walk);
  return walk.nodesOfName(name).map((node) => tree.root(node));
}

/**
 * The groups one step below the end of a path, by key.
 * @returns an empty page below a cycle, and for a path that does not exist (any more).
 */
export function expandGroups(
  facts: Facts,
  rights: Rights,
  walk: Walk,
  path: ExpansionPath,
  page: PageRequest<NameKey>,
): Page<ExpansionNode> {
  return new Expander(facts, rights, walk).groups(path, page);
}

/**
 * The users that are directly in the group at the end of a path, by key: those whose entry counts
 * there and is active, since nobody else holds anything through it.
 * @returns an empty page for a path that does not exist (any more).
 */
export function expandUsers(
  facts: Facts,
  rights: Rights,
  walk: Walk,
  path: ExpansionPath,
  page: PageRequest<NameKey>,
): Page<UserEntry> {
  return new Expander(facts, rights, walk).users(path, page);
}

/** The end of a path. */
interface Place {
  readonly node: number;
  readonly cycle: boolean;
}

class Expander {
  private readonly facts: Facts;
  private readonly rights: Rights;
  private readonly walk: Walk;

  constructor(facts: Facts, rights: Rights, walk: Walk) {
    this.facts = facts;
    this.rights = rights;
    this.walk = walk;
  }

  root(node: number): ExpansionNode {
    const { id: directoryId } = groupEntry(this.facts, node).directory;
    return this.nodeAt({ directoryId, groups: [this.facts.groups.keyOf(node)] }, node);
  }

  groups(path: ExpansionPath, page: PageRequest<NameKey>): Page<ExpansionNode> {
    const { groups } = this.facts;
    const place = this.placeOf(path);
    const below = place === null || place.cycle ? [] : this.walk.children(place.node);
    const nodes = new Map(below.map((node) => [groups.nameOf(node), node]));
    return pageOfNames(groups.names, [...nodes.keys()], page, (name) => {
      const { directoryId } = path;
      const longer = { directoryId, groups: [...path.groups, groups.names.keyOf(name)] };
      return this.nodeAt(longer, nodes.get(name)!);
    });
  }

  users(path: ExpansionPath, page: PageRequest<NameKey>): Page<UserEntry> {
    const place = this.placeOf(path);
    const names: number[] = [];
    if (place) this.eachHolder(place.node, (name) => names.push(name));
    return pageOfNames(this.facts.users.names, names, page, (name) =>
      userEntry(this.facts, this.rights, this.rights.canonical(name)),
    );
  }

  private nodeAt(path: ExpansionPath, node: number): ExpansionNode {
    const cycle = path.groups.indexOf(path.groups[path.groups.length - 1]) < path.groups.length - 1;
    let userCount = 0;
    this.eachHolder(node, () => userCount++);
    const groupCount = cycle ? 0 : this.walk.children(node).length;
    return { path, group: groupEntry(this.facts, node), cycle, userCount, groupCount };
  }

  /** Goes down a path edge by edge; `null` where one of them does not count. */
  private placeOf({ directoryId, groups }: ExpansionPath): Place | null {
    const above = new Set<number>();
    let node = -1;
    let cycle = false;
    for (const key of groups) {
      const below = this.nodeIn(directoryId, key, node < 0);
      if (below < 0 || cycle || (node >= 0 && !this.isNested(node, below))) return null;
      cycle = above.has(below);
      above.add(below);
      node = below;
    }
    return node < 0 ? null : { node, cycle };
  }

  /** The node of a group key in the view of a directory, -1 if there is none. */
  private nodeIn(directoryId: DirectoryId, key: NameKey, isRoot: boolean): number {
    const { groups, mode } = this.facts;
    const home = this.facts.slotOf(directoryId);
    const name = groups.names.find(key);
    if (name < 0 || !home?.directory.active) return -1;
    if (mode === 'FIRST_DIRECTORY') return groups.entryIn(name, home.slot);
    const node = this.rights.canonicalGroup(name);
    return node >= 0 && isRoot && groups.slotOf(node) !== home.slot ? -1 : node;
  }

  private isNested(parent: number, child: number): boolean {
    const { groups, groupParents, directories, mode } = this.facts;
    return directories.some(({ slot, directory }) => {
      if (!directory.active || !directory.nestedGroups) return false;
      if (mode === 'FIRST_DIRECTORY') {
        return groups.slotOf(parent) === slot && groupParents.has(child, parent);
      }
      const below = groups.entryIn(groups.nameOf(child), slot);
      const above = groups.entryIn(groups.nameOf(parent), slot);
      return below >= 0 && above >= 0 && groupParents.has(below, above);
    });
  }

  /** Visits each name once that holds what the group gives as a direct member of it. */
  private eachHolder(node: number, visit: (name: number) => void): void {
    const { users, groups, mode } = this.facts;
    if (mode === 'FIRST_DIRECTORY') {
      this.eachUser(node, (user) => {
        const name = users.nameOf(user);
        if (users.isActive(user) && this.rights.canonical(name) === user) visit(name);
      });
      return;
    }
    const names = new Set<number>();
    const { directorySlots } = this.facts;
    for (
      let entry = groups.firstOf(groups.nameOf(node));
      entry >= 0;
      entry = groups.nextOf(entry)
    ) {
      if (!directorySlots.isActive(groups.slotOf(entry))) continue;
      this.eachUser(entry, (user) => names.add(users.nameOf(user)));
    }
    for (const name of names) if (users.isActive(this.rights.canonical(name))) visit(name);
  }

  private eachUser(groupEntryNumber: number, visit: (user: number) => void): void {
    const { groupUsers } = this.facts;
    const pool = groupUsers.poolOf(groupEntryNumber);
    const start = groupUsers.startOf(groupEntryNumber);
    const end = start + groupUsers.lengthOf(groupEntryNumber);
    for (let i = start; i < end; i++) visit(pool[i]);
  }
}

/** A page of some names, which come in no order and each once. */
function pageOfNames<Item>(
  table: NameTable,
  names: readonly number[],
  { first, after }: PageRequest<NameKey>,
  toItem: (name: number) => Item,
): Page<Item> {
  const order = table.inOrder();
  const rank = table.rank();
  const ranks = new Int32Array(names.length);
  for (let i = 0; i < names.length; i++) ranks[i] = rank[names[i]];
  ranks.sort();
  const from = after === null ? 0 : firstFrom(ranks, table.positionAfter(after));
  return {
    items: Array.from(ranks.subarray(from, from + first), (at) => toItem(order[at])),
    hasMore: from + first < ranks.length,
    total: names.length,
  };
}

function firstFrom(sorted: Int32Array, least: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
