import { nameKey } from '../domain/index.js';
import type { Derivation, DerivationCursor } from './answers.js';
import { stepsOf } from './derivation-steps.js';
import type { Facts } from './facts.js';
import type { GrantLists } from './grant-lists.js';
import { GroupGraph } from './group-graph.js';
import { Marks } from './marks.js';
import type { Rights } from './rights.js';
import type { Walk } from './walk.js';

/** The shortest ways of one user to one permission. */
export interface ShortestDerivations {
  readonly count: number;
  /** By group keys and then by grant, weakest first; as many as were asked for. */
  readonly list: readonly Derivation[];
}

const NONE: ShortestDerivations = { count: 0, list: [] };

/** The place right behind a derivation. */
export function derivationCursor({ steps, grant }: Derivation): DerivationCursor {
  return {
    length: steps.length,
    groups: steps.map(({ group }) => nameKey(group)),
    grant: { permission: grant.permission, id: grant.id },
  };
}

/**
 * Looks for the shortest chains from a user up to a grant that includes a permission, by levels:
 * first the groups the user is directly in, then those above them, until one is granted.
 */
export class ShortestSearch {
  private readonly facts: Facts;
  private readonly rights: Rights;
  private readonly walk: Walk;
  private readonly grants: GrantLists;
  private readonly graph: GroupGraph;
  private readonly seen = new Marks();
  /** Nodes in the order they were reached. */
  private queue = new Int32Array(0);
  private reached = 0;
  /** By node: its place in `queue`, if it is marked as seen. */
  private places = new Int32Array(0);
  /** By place: how many chains lead from here to a grant at the last level. */
  private ways = new Float64Array(0);
  /** Where each level begins in `queue`, and behind the last one where it ends. */
  private readonly levels: number[] = [];

  constructor(facts: Facts, rights: Rights, walk: Walk, grants: GrantLists) {
    this.facts = facts;
    this.rights = rights;
    this.walk = walk;
    this.grants = grants;
    this.graph = new GroupGraph(facts, walk);
  }

  /**
   * @param user name number of a user that has an entry that counts.
   * @param everyNesting follows nestings that a directory does not honour, too.
   */
  find(user: number, bit: number, everyNesting: boolean, atMost: number): ShortestDerivations {
    const own = this.grants.ofUser(user, bit);
    if (own.length > 0) {
      const list = own.slice(0, Math.max(0, atMost)).map((grant) => ({ steps: [], grant }));
      return { count: own.length, list };
    }
    if (!this.climb(user, bit, everyNesting)) return NONE;
    return {
      count: this.countWays(bit, everyNesting),
      list: this.listed(user, bit, everyNesting, atMost),
    };
  }

  /** Whether any way leads to a grant by nestings that count, though the user may be inactive. */
  exists(user: number, bit: number): boolean {
    if (this.facts.grants.maskOfUser(user) & (1 << bit)) return true;
    return this.walk
      .directGroups(user)
      .some((node) => (this.rights.groupMask(node) & (1 << bit)) !== 0);
  }

  /** Whether ignoring the switch can lead further in the view of the directory with this slot. */
  hidesNestings(slot: number): boolean {
    return this.graph.hidesNestings(slot);
  }

  /** Fills the levels, the last of which holds a granted group. @returns whether there is one. */
  private climb(user: number, bit: number, everyNesting: boolean): boolean {
    const { graph, levels } = this;
    this.startAnew(this.facts.groups.limit);
    let found = false;
    for (const node of this.walk.directGroups(user)) {
      if (this.reach(node, bit, everyNesting)) found = true;
    }
    for (let from = 0; !found; ) {
      const to = this.reached;
      if (to === from) return false;
      levels.push(to);
      for (let at = from; at < to; at++) {
        const count = graph.readParents(this.queue[at], everyNesting);
        for (let i = 0; i < count; i++) {
          if (this.reach(graph.near[i], bit, everyNesting)) found = true;
        }
      }
      from = to;
    }
    levels.push(this.reached);
    return true;
  }

  private startAnew(limit: number): void {
    this.seen.clear(limit);
    this.reached = 0;
    this.levels.length = 0;
    this.levels.push(0);
    if (this.queue.length >= limit) return;
    const room = limit + (limit >> 3);
    this.queue = new Int32Array(room);
    this.places = new Int32Array(room);
    this.ways = new Float64Array(room);
  }

  /** Takes a node into the level that is being made. @returns whether it is granted and new. */
  private reach(node: number, bit: number, everyNesting: boolean): boolean {
    // By nestings that count, only groups that give the permission lie on a way to a grant.
    if (!everyNesting && (this.rights.groupMask(node) & (1 << bit)) === 0) return false;
    if (!this.seen.add(node)) return false;
    this.places[node] = this.reached;
    this.queue[this.reached++] = node;
    return this.isGranted(node, bit);
  }

  private isGranted(node: number, bit: number): boolean {
    return (this.grants.maskOfGroup(this.facts.groups.nameOf(node)) & (1 << bit)) !== 0;
  }

  /** Works out `ways`, from the last level down. */
  private countWays(bit: number, everyNesting: boolean): number {
    const { graph, levels, queue, ways } = this;
    const { groups } = this.facts;
    const last = levels.length - 2;
    for (let at = levels[last]; at < levels[last + 1]; at++) {
      ways[at] = this.grants.ofGroup(groups.nameOf(queue[at]), bit).length;
    }
    for (let depth = last - 1; depth >= 0; depth--) {
      for (let at = levels[depth]; at < levels[depth + 1]; at++) {
        let sum = 0;
        const count = graph.readParents(queue[at], everyNesting);
        for (let i = 0; i < count; i++) sum += this.waysFrom(graph.near[i], depth + 1);
        ways[at] = sum;
      }
    }
    let count = 0;
    for (let at = 0; at < levels[1]; at++) count += ways[at];
    return count;
  }

  /** How many chains go on from a node as one of this level; none if it is not of it. */
  private waysFrom(node: number, depth: number): number {
    if (!this.seen.has(node)) return 0;
    const place = this.places[node];
    return place >= this.levels[depth] && place < this.levels[depth + 1] ? this.ways[place] : 0;
  }

  private listed(user: number, bit: number, everyNesting: boolean, atMost: number): Derivation[] {
    const { groups } = this.facts;
    const last = this.levels.length - 2;
    const found: Derivation[] = [];
    const chain: number[] = [];
    /** By depth: what is still to be tried there, the next one last. */
    const open = [this.inTurn(Array.from(this.queue.subarray(0, this.levels[1])), 0)];
    while (open.length > 0 && found.length < atMost) {
      const depth = open.length - 1;
      const node = open[depth].pop();
      chain.length = depth;
      if (node === undefined) {
        open.pop();
        continue;
      }
      chain.push(node);
      if (depth < last) {
        const count = this.graph.readParents(node, everyNesting);
        open.push(this.inTurn(this.graph.near.slice(0, count), depth + 1));
        continue;
      }
      const steps = stepsOf(this.facts, user, chain);
      for (const grant of this.grants.ofGroup(groups.nameOf(node), bit)) {
        if (found.length < atMost) found.push({ steps, grant });
      }
    }
    return found;
  }

  /** Those from which a chain goes on, greatest key first. */
  private inTurn(nodes: readonly number[], depth: number): number[] {
    const { groups } = this.facts;
    return nodes
      .filter((node) => this.waysFrom(node, depth) > 0)
      .sort((a, b) => groups.names.compare(groups.nameOf(b), groups.nameOf(a)));
  }
}
