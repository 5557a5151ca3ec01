import type { Facts } from './facts.js';
import { inKeyOrder } from './key-order.js';
import { Marks } from './marks.js';
import type { Rights } from './rights.js';
import type { Walk } from './walk.js';

/** A name number, and whether an edge leads to it directly. */
export interface Reached {
  readonly name: number;
  readonly direct: boolean;
}

const DIRECT = 2;

/** Where a search goes on to from a group; `null`: nowhere. */
type Step = 'parents' | 'children' | null;

/** Lists of groups and members as they count; in the order of their keys unless another is told. */
export class Memberships {
  private readonly facts: Facts;
  private readonly rights: Rights;
  private readonly walk: Walk;
  private readonly seen = new Marks();
  /** Nodes that were reached; how many of them is told where it is filled. */
  private reached = new Int32Array(0);

  constructor(facts: Facts, rights: Rights, walk: Walk) {
    this.facts = facts;
    this.rights = rights;
    this.walk = walk;
  }

  /** Groups of the user a name means. */
  groupsOf(user: number, nested: boolean): Reached[] {
    const { groups } = this.facts;
    const direct = new Set(this.walk.directGroups(user).map((node) => groups.nameOf(node)));
    const count = this.reachGroupsOf(user, nested);
    return Array.from(this.namesReached(count), (name) => ({ name, direct: direct.has(name) }));
  }

  /** Their names, the nearest first. */
  groupNamesOf(user: number, nested: boolean): string[] {
    const spelled = this.facts.groups.allSpelled();
    const count = this.reachGroupsOf(user, nested);
    const { reached } = this;
    const names: string[] = new Array(count);
    for (let i = 0; i < count; i++) names[i] = spelled[reached[i]];
    return names;
  }

  /** Whether the user a name means is in a group; `nested`: or in one below it. */
  isMember(group: number, user: number, nested: boolean): boolean {
    const entry = this.rights.canonical(user);
    if (entry < 0) return false;
    const { users, groups, mode } = this.facts;
    const wanted =
      mode === 'ALL_DIRECTORIES'
        ? this.rights.canonicalGroup(group)
        : groups.entryIn(group, users.slotOf(entry));
    if (wanted < 0) return false;
    const direct = this.reachGroupsOf(user, false);
    if (this.seen.has(wanted)) return true;
    // A user has many groups above, and most groups have none below: then nobody need climb.
    if (!nested || this.walk.children(wanted).length === 0) return false;
    return this.spread('parents', direct, wanted) < 0;
  }

  /** Groups above (`parents`) or below (`children`) a group; direct ones, or all. */
  relatives(group: number, which: NonNullable<Step>, nested: boolean): Reached[] {
    const { groups } = this.facts;
    const direct = new Set<number>();
    const all = new Set<number>();
    for (const start of this.walk.nodesOfName(group)) {
      const nodes = this.walk[which](start);
      for (const node of nodes) direct.add(groups.nameOf(node));
      const count = this.reach(nodes, nested ? which : null);
      for (let i = 0; i < count; i++) all.add(groups.nameOf(this.reached[i]));
    }
    return Array.from(inKeyOrder([...all], groups.names), (name) => {
      return { name, direct: direct.has(name) };
    });
  }

  /** Users of a group. In FIRST_DIRECTORY mode only where their entry is the one the name means. */
  membersOf(group: number, nested: boolean): Reached[] {
    const { users } = this.facts;
    const marks = new Uint8Array(users.names.size);
    const names: number[] = [];
    for (const start of this.walk.nodesOfName(group)) {
      const count = this.reach([start], nested ? 'children' : null);
      for (let i = 0; i < count; i++) {
        const node = this.reached[i];
        const mark = node === start ? DIRECT : 1;
        for (const name of this.walk.members(node)) {
          if (marks[name] === 0) names.push(name);
          marks[name] |= mark;
        }
      }
    }
    return Array.from(inKeyOrder(names, users.names), (name) => {
      return { name, direct: (marks[name] & DIRECT) !== 0 };
    });
  }

  /** The names of the first `count` nodes that were reached, in the order of keys. */
  private namesReached(count: number): Int32Array {
    const { groups } = this.facts;
    return inKeyOrder(
      this.reached.subarray(0, count).map((node) => groups.nameOf(node)),
      groups.names,
    );
  }

  /** `reach` from the groups of the user a name means. */
  private reachGroupsOf(user: number, nested: boolean): number {
    const which = nested ? 'parents' : null;
    if (this.facts.mode === 'ALL_DIRECTORIES') {
      return this.reach(this.walk.directGroups(user), which);
    }
    const entry = this.rights.canonical(user);
    if (entry < 0) return 0;
    this.begin();
    const { reached, seen } = this;
    return this.spread(which, this.facts.userGroups.appendUnseen(entry, seen, reached, 0));
  }

  /**
   * Puts the nodes of `from` and all that steps lead to into `reached`, each once and the nearest
   * first; without a kind of step only the former. A cycle ends where it was entered.
   * @param from nodes of one view. @returns how many nodes there are.
   */
  private reach(from: readonly number[], which: Step): number {
    this.begin();
    let count = 0;
    for (const node of from) if (this.seen.add(node)) this.reached[count++] = node;
    return this.spread(which, count);
  }

  private begin(): void {
    const { limit } = this.facts.groups;
    if (this.reached.length < limit) this.reached = new Int32Array(limit + (limit >> 4));
    this.seen.clear(limit);
  }

  /**
   * Goes on from the first `start` nodes of `reached`.
   * @returns how many there are then; -1 as soon as `wanted` is among them.
   */
  private spread(which: Step, start: number, wanted = -1): number {
    const { groups, mode, directorySlots } = this.facts;
    if (which === null || start === 0) return start;
    const { reached, seen } = this;
    let count = start;
    if (mode === 'ALL_DIRECTORIES') {
      for (let at = 0; at < count; at++) {
        for (const next of this.walk[which](reached[at])) {
          if (seen.add(next)) reached[count++] = next;
        }
        if (seen.has(wanted)) return -1;
      }
    } else if (directorySlots.honoursNesting(groups.slotOf(reached[0]))) {
      // Nestings join groups of one directory, so all are in that of the first.
      const lists = which === 'parents' ? this.facts.groupParents : this.facts.groupChildren;
      for (let at = 0; at < count; at++) {
        count = lists.appendUnseen(reached[at], seen, reached, count);
        if (seen.has(wanted)) return -1;
      }
    }
    return count;
  }
}
