import type { FindingGround, Work } from './finding-ground.js';
import type { GroupMap } from './group-map.js';

/** A larger number of ways is told as this one, with `more`. */
const MOST_WAYS = 100;
/** Groups looked at from one group of a cycle before counting its ways stops. */
const STEPS_IN_CYCLES = 200;

/** In how many ways groups come to one permission. A way repeats no group and ends at a granted one. */
export interface WayCounts {
  /** By group number: at least so many, and 2 or more exactly where there are 2 or more. */
  readonly ways: Uint8Array;
  /** By group number: 1 where there are, or may be, more. */
  readonly more: Uint8Array;
  /** By component: the first few granted groups at the ends of ways, lowest number first. */
  readonly granted: readonly (readonly number[])[];
}

const NONE: readonly number[] = [];

/**
 * Goes from the groups above down: a group outside of cycles has the ways of its parents, and one
 * more if it is granted. Inside a cycle ways are searched one by one.
 * @param listed how many granted groups to list.
 * @returns `null` when no group is granted the permission.
 */
export function* countWays(
  ground: FindingGround,
  map: GroupMap,
  bit: number,
  listed: number,
): Work<WayCounts | null> {
  const { facts, grants, slice } = ground;
  const { nodes, above, components } = map;
  const own = new Uint8Array(nodes.length);
  let any = false;
  for (let group = 0; group < nodes.length; group++) {
    if (slice.spend()) yield;
    if ((grants.maskOfGroup(facts.groups.nameOf(nodes[group])) & (1 << bit)) === 0) continue;
    own[group] = 1;
    any = true;
  }
  if (!any) return null;
  const ways = new Uint8Array(nodes.length);
  const more = new Uint8Array(nodes.length);
  const granted: (readonly number[])[] = [];
  const cycles = new CycleSearch(map, own, ways, more);
  for (let component = 0; component < components.count; component++) {
    if (slice.spend()) yield;
    const from = components.starts[component];
    const to = components.starts[component + 1];
    granted.push(grantedFrom(map, component, own, granted, listed));
    if (granted[component].length === 0) continue;
    if (to - from === 1) {
      const group = components.nodes[from];
      let sum = own[group];
      for (let edge = above.starts[group]; edge < above.starts[group + 1]; edge++) {
        const parent = above.targets[edge];
        if (parent === group) continue;
        sum += ways[parent];
        more[group] |= more[parent];
      }
      ways[group] = Math.min(sum, MOST_WAYS);
      if (sum > MOST_WAYS) more[group] = 1;
      if (slice.spend(above.starts[group + 1] - above.starts[group])) yield;
    } else {
      yield* cycles.count(ground, component);
    }
  }
  return { ways, more, granted };
}

/** The first granted groups of a component and of all above it; shared where they are the same. */
function grantedFrom(
  { above, components }: GroupMap,
  component: number,
  own: Uint8Array,
  granted: readonly (readonly number[])[],
  listed: number,
): readonly number[] {
  let list: readonly number[] = NONE;
  const from = components.starts[component];
  const to = components.starts[component + 1];
  for (let i = from; i < to; i++) {
    const group = components.nodes[i];
    for (let edge = above.starts[group]; edge < above.starts[group + 1]; edge++) {
      const other = components.of[above.targets[edge]];
      if (other !== component) list = merged(list, granted[other], listed);
    }
  }
  for (let i = from; i < to; i++) {
    const group = components.nodes[i];
    if (own[group] === 1) list = merged(list, [group], listed);
  }
  return list;
}

/** The first numbers of two ascending lists, each once. */
function merged(a: readonly number[], b: readonly number[], atMost: number): readonly number[] {
  if (b.length === 0 || a === b) return a;
  if (a.length === 0) return b;
  const list: number[] = [];
  for (let i = 0, j = 0; list.length < atMost && (i < a.length || j < b.length); ) {
    const takeA = j >= b.length || (i < a.length && a[i] <= b[j]);
    const next = takeA ? a[i++] : b[j++];
    if (next !== list[list.length - 1]) list.push(next);
  }
  return list;
}

/** Counts ways that begin inside of one set of groups which contain each other. */
class CycleSearch {
  private readonly map: GroupMap;
  private readonly own: Uint8Array;
  private readonly ways: Uint8Array;
  private readonly more: Uint8Array;
  private readonly onWay: Uint8Array;
  /** By group: the ways that end here or leave the set here, and whether there may be more. */
  private readonly exits: Uint8Array;
  private readonly moreExits: Uint8Array;
  private readonly way: number[] = [];
  private readonly nextEdge: number[] = [];

  constructor(map: GroupMap, own: Uint8Array, ways: Uint8Array, more: Uint8Array) {
    this.map = map;
    this.own = own;
    this.ways = ways;
    this.more = more;
    const { length } = map.nodes;
    this.onWay = new Uint8Array(length);
    this.exits = new Uint8Array(length);
    this.moreExits = new Uint8Array(length);
  }

  *count({ slice }: FindingGround, component: number): Work<void> {
    const { starts, nodes } = this.map.components;
    const from = starts[component];
    const to = starts[component + 1];
    for (let i = from; i < to; i++) {
      this.findExits(nodes[i], component);
      if (slice.spend()) yield;
    }
    for (let i = from; i < to; i++) {
      const group = nodes[i];
      if (slice.spend(this.search(group, component))) yield;
      if (this.ways[group] >= 2 || this.more[group] === 0) continue;
      const second = yield* this.hasSecondWay({ slice }, group, component);
      this.ways[group] = second ? 2 : 1;
      this.more[group] = second ? 1 : 0;
    }
  }

  private findExits(group: number, component: number): void {
    const { above, components } = this.map;
    let sum = this.own[group];
    let more = 0;
    for (let edge = above.starts[group]; edge < above.starts[group + 1]; edge++) {
      const parent = above.targets[edge];
      if (components.of[parent] === component) continue;
      sum += this.ways[parent];
      more |= this.more[parent];
    }
    this.exits[group] = Math.min(sum, MOST_WAYS);
    this.moreExits[group] = sum > MOST_WAYS ? 1 : more;
  }

  /**
   * Tries the ways from a group one by one, until there are enough or it has looked at enough.
   * @returns how much work it was.
   */
  private search(start: number, component: number): number {
    const { above, components } = this.map;
    const { way, nextEdge, onWay } = this;
    let sum = 0;
    let more = 0;
    let steps = 0;
    let edges = 0;
    const enter = (group: number) => {
      way.push(group);
      nextEdge.push(above.starts[group]);
      onWay[group] = 1;
      sum += this.exits[group];
      more |= this.exits[group] > 0 ? this.moreExits[group] : 0;
      steps++;
    };
    enter(start);
    while (way.length > 0) {
      const top = way.length - 1;
      const group = way[top];
      if (nextEdge[top] === above.starts[group + 1]) {
        onWay[group] = 0;
        way.pop();
        nextEdge.pop();
        continue;
      }
      if (sum > MOST_WAYS || steps > STEPS_IN_CYCLES) {
        more = 1;
        break;
      }
      const parent = above.targets[nextEdge[top]++];
      edges++;
      if (components.of[parent] === component && onWay[parent] === 0) enter(parent);
    }
    for (const group of way) onWay[group] = 0;
    way.length = 0;
    nextEdge.length = 0;
    this.ways[start] = Math.min(sum, MOST_WAYS);
    this.more[start] = sum > MOST_WAYS ? 1 : more;
    return steps + edges;
  }

  /**
   * Whether there is another way than the shortest one: it must turn off that one somewhere, and
   * from there reach an exit without a group that came before. For where a search was given up.
   */
  private *hasSecondWay(
    ground: Pick<FindingGround, 'slice'>,
    start: number,
    component: number,
  ): Work<boolean> {
    const { above } = this.map;
    const shortest = yield* this.shortestExit(ground, [start], component, new Set());
    if (this.exits[shortest[shortest.length - 1]] >= 2) return true;
    const before = new Set<number>();
    for (let i = 0; i < shortest.length; i++) {
      const group = shortest[i];
      before.add(group);
      const others: number[] = [];
      for (let edge = above.starts[group]; edge < above.starts[group + 1]; edge++) {
        if (above.targets[edge] !== shortest[i + 1]) others.push(above.targets[edge]);
      }
      const way = yield* this.shortestExit(ground, others, component, before);
      if (way.length > 0) return true;
    }
    return false;
  }

  /** The shortest way within a component from one of some groups to an exit; empty if there is none. */
  private *shortestExit(
    { slice }: Pick<FindingGround, 'slice'>,
    from: readonly number[],
    component: number,
    without: ReadonlySet<number>,
  ): Work<readonly number[]> {
    const { above, components } = this.map;
    const cameFrom = new Map<number, number>();
    const queue: number[] = [];
    const reach = (group: number, below: number) => {
      if (components.of[group] !== component || without.has(group) || cameFrom.has(group)) return;
      cameFrom.set(group, below);
      queue.push(group);
    };
    for (const group of from) reach(group, -1);
    for (const group of queue) {
      if (slice.spend()) yield;
      if (this.exits[group] > 0) {
        const way: number[] = [];
        for (let at = group; at >= 0; at = cameFrom.get(at) ?? -1) way.push(at);
        return way.reverse();
      }
      for (let edge = above.starts[group]; edge < above.starts[group + 1]; edge++) {
        reach(above.targets[edge], group);
      }
    }
    return [];
  }
}
