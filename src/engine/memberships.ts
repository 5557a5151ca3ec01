import type { Facts } from './facts.js';
import { inKeyOrder } from './key-order.js';
import { Marks } from './marks.js';
import type { Walk } from './walk.js';

/** A name number, and whether an edge leads to it directly. */
export interface Reached {
  readonly name: number;
  readonly direct: boolean;
}

const DIRECT = 2;

/** Lists of groups and members as they count, in the order of their keys. */
export class Memberships {
  private readonly facts: Facts;
  private readonly walk: Walk;
  private readonly seen = new Marks();

  constructor(facts: Facts, walk: Walk) {
    this.facts = facts;
    this.walk = walk;
  }

  /** Groups of the user a name means. */
  groupsOf(user: number, nested: boolean): Reached[] {
    const { groups } = this.facts;
    const direct = new Set(this.walk.directGroups(user).map((node) => groups.nameOf(node)));
    return Array.from(this.groupNamesOf(user, nested), (name) => {
      return { name, direct: direct.has(name) };
    });
  }

  /** Their name numbers. */
  groupNamesOf(user: number, nested: boolean): Int32Array {
    const { groups } = this.facts;
    const nodes = this.walk.directGroups(user);
    if (nested) this.reach(nodes, 'parents');
    for (let i = 0; i < nodes.length; i++) nodes[i] = groups.nameOf(nodes[i]);
    return inKeyOrder(nodes, groups.names);
  }

  /** Groups above (`parents`) or below (`children`) a group; direct ones, or all. */
  relatives(group: number, which: 'parents' | 'children', nested: boolean): Reached[] {
    const { groups } = this.facts;
    const direct = new Set<number>();
    const all = new Set<number>();
    for (const start of this.walk.nodesOfName(group)) {
      const nodes = this.walk[which](start);
      for (const node of nodes) direct.add(groups.nameOf(node));
      if (nested) this.reach(nodes, which);
      for (const node of nodes) all.add(groups.nameOf(node));
    }
    return Array.from(inKeyOrder([...all], groups.names), (name) => {
      return { name, direct: direct.has(name) };
    });
  }

  /** Users of a group. In FIRST_DIRECTORY mode only where their entry is the one the name means. */
  membersOf(group: number, nested: boolean): Reached[] {
    const { users } = this.facts;
    const reached = new Uint8Array(users.names.size);
    const names: number[] = [];
    for (const start of this.walk.nodesOfName(group)) {
      const nodes = [start];
      if (nested) this.reach(nodes, 'children');
      for (const node of nodes) {
        const mark = node === start ? DIRECT : 1;
        for (const name of this.walk.members(node)) {
          if (reached[name] === 0) names.push(name);
          reached[name] |= mark;
        }
      }
    }
    return Array.from(inKeyOrder(names, users.names), (name) => {
      return { name, direct: (reached[name] & DIRECT) !== 0 };
    });
  }

  /** Adds all nodes that steps lead to; a cycle ends where it was entered. */
  private reach(nodes: number[], which: 'parents' | 'children'): void {
    const { groups, mode, directorySlots } = this.facts;
    const lists = which === 'parents' ? this.facts.groupParents : this.facts.groupChildren;
    this.seen.clear(groups.limit);
    for (const node of nodes) this.seen.add(node);
    for (let at = 0; at < nodes.length; at++) {
      if (mode === 'ALL_DIRECTORIES') {
        for (const next of this.walk[which](nodes[at])) if (this.seen.add(next)) nodes.push(next);
        continue;
      }
      if (!directorySlots.honoursNesting(groups.slotOf(nodes[at]))) continue;
      const pool = lists.poolOf(nodes[at]);
      const start = lists.startOf(nodes[at]);
      const end = start + lists.lengthOf(nodes[at]);
      for (let i = start; i < end; i++) if (this.seen.add(pool[i])) nodes.push(pool[i]);
    }
  }
}
