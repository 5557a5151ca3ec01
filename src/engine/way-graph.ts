import { findComponents } from './cycles.js';
import type { Facts } from './facts.js';
import type { GrantLists } from './grant-lists.js';
import { GroupGraph } from './group-graph.js';
import type { Rights } from './rights.js';
import { finish, Slice } from './slice.js';
import type { Walk } from './walk.js';

/** What a search for derivations stands on. */
export interface Ground {
  readonly facts: Facts;
  readonly rights: Rights;
  readonly walk: Walk;
  readonly grants: GrantLists;
}

/**
 * The groups from which a user comes to a permission, with numbers of their own, and how far it is
 * from each of them to a grant.
 */
export interface WayGraph {
  /** By number: the group's node. */
  readonly nodes: readonly number[];
  /** The user's own groups, by key. */
  readonly first: Int32Array;
  /** The groups above group i are `targets` from `starts[i]` up to `starts[i + 1]`, by key. */
  readonly starts: Int32Array;
  readonly targets: Int32Array;
  /** Steps up from a group to the next granted one; 0 when it is granted itself. */
  readonly least: Int32Array;
  /** No way up from a group to a grant that repeats no group has more steps. */
  readonly most: Int32Array;
}

/** The part of the graph that lies on any way from the user to a grant with this bit. */
export function wayGraph(
  { facts, rights, walk, grants }: Ground,
  user: number,
  bit: number,
): WayGraph {
  const { groups } = facts;
  const graph = new GroupGraph(facts, walk);
  const rank = groups.names.rank();
  const nodes: number[] = [];
  /** By node: its number plus one. */
  const numbers = new Int32Array(groups.limit);
  const take = (found: readonly number[], count: number): number[] => {
    const taken: number[] = [];
    for (let i = 0; i < count; i++) {
      const node = found[i];
      if ((rights.groupMask(node) & (1 << bit)) === 0) continue;
      if (numbers[node] === 0) numbers[node] = nodes.push(node);
      taken.push(numbers[node] - 1);
    }
    if (taken.length < 2) return taken;
    return taken.sort((a, b) => rank[groups.nameOf(nodes[a])] - rank[groups.nameOf(nodes[b])]);
  };
  const direct = walk.directGroups(user);
  const first = Int32Array.from(take(direct, direct.length));
  const edgeEnds = [0];
  const edges: number[] = [];
  for (let i = 0; i < nodes.length; i++) {
    const count = graph.readParents(nodes[i], false);
    for (const above of take(graph.near, count)) edges.push(above);
    edgeEnds.push(edges.length);
  }
  const starts = Int32Array.from(edgeEnds);
  const targets = Int32Array.from(edges);
  const granted = Uint8Array.from(nodes, (node) =>
    grants.maskOfGroup(groups.nameOf(node)) & (1 << bit) ? 1 : 0,
  );
  const least = leastSteps(starts, targets, granted);
  return { nodes, first, starts, targets, least, most: mostSteps(starts, targets, granted) };
}

function leastSteps(starts: Int32Array, targets: Int32Array, granted: Uint8Array): Int32Array {
  const count = granted.length;
  const ends = new Int32Array(count + 1);
  for (const target of targets) ends[target + 1]++;
  for (let i = 0; i < count; i++) ends[i + 1] += ends[i];
  const at = ends.slice();
  const below = new Int32Array(targets.length);
  for (let i = 0; i < count; i++) {
    for (let edge = starts[i]; edge < starts[i + 1]; edge++) below[at[targets[edge]]++] = i;
  }
  const least = new Int32Array(count).fill(-1);
  const queue = new Int32Array(count);
  let end = 0;
  for (let i = 0; i < count; i++) {
    if (granted[i] === 0) continue;
    least[i] = 0;
    queue[end++] = i;
  }
  for (let i = 0; i < end; i++) {
    const group = queue[i];
    for (let edge = ends[group]; edge < ends[group + 1]; edge++) {
      const child = below[edge];
      if (least[child] >= 0) continue;
      least[child] = least[group] + 1;
      queue[end++] = child;
    }
  }
  return least;
}

/** Through a set of groups that contain each other no way is longer than to visit all of them. */
function mostSteps(starts: Int32Array, targets: Int32Array, granted: Uint8Array): Int32Array {
  const components = finish(findComponents({ starts, targets }, new Slice()));
  const most = new Int32Array(granted.length);
  const beyond = new Int32Array(components.count);
  for (let component = 0; component < components.count; component++) {
    const from = components.starts[component];
    const to = components.starts[component + 1];
    let onward = 0;
    for (let i = from; i < to; i++) {
      const group = components.nodes[i];
      for (let edge = starts[group]; edge < starts[group + 1]; edge++) {
        const other = components.of[targets[edge]];
        if (other !== component) onward = Math.max(onward, beyond[other] + 1);
      }
    }
    beyond[component] = to - from - 1 + onward;
    for (let i = from; i < to; i++) most[components.nodes[i]] = beyond[component];
  }
  return most;
}
