import { type Components, findComponents, type PackedGraph } from '../cycles.js';
import { GroupGraph } from '../group-graph.js';
import type { FindingGround, Work } from './finding-ground.js';

/** All groups that count, as nodes numbered by view (directory order) and then by key. */
export interface GroupMap {
  /** By number: the node's group entry. */
  readonly nodes: Int32Array;
  /** By group entry: its number plus one. */
  readonly numbers: Int32Array;
  /** Edges to the groups one step above, nesting switch obeyed, lowest number first. */
  readonly above: PackedGraph;
  readonly components: Components;
}

export function* mapGroups(ground: FindingGround): Work<GroupMap> {
  const { facts, slice } = ground;
  const nodes = yield* nodesInOrder(ground);
  const numbers = new Int32Array(facts.groups.limit);
  for (let i = 0; i < nodes.length; i++) numbers[nodes[i]] = i + 1;
  const graph = new GroupGraph(facts, ground.walk);
  const starts = new Int32Array(nodes.length + 1);
  const edges: number[] = [];
  for (let i = 0; i < nodes.length; i++) {
    const count = graph.readParents(nodes[i], false);
    if (count === 1) edges.push(numbers[graph.near[0]] - 1);
    else if (count > 1) {
      const above = graph.near.slice(0, count).map((node) => numbers[node] - 1);
      for (const number of above.sort((a, b) => a - b)) edges.push(number);
    }
    starts[i + 1] = edges.length;
    if (slice.spend(1 + count)) yield;
  }
  const above = { starts, targets: Int32Array.from(edges) };
  return { nodes, numbers, above, components: yield* findComponents(above, slice) };
}

function* nodesInOrder({ facts, slice }: FindingGround): Work<Int32Array> {
  const { groups, directorySlots, directories, mode } = facts;
  const views: number[][] = directories.map(() => []);
  for (const name of groups.names.inOrder()) {
    if (slice.spend()) yield;
    for (let entry = groups.firstOf(name); entry >= 0; entry = groups.nextOf(entry)) {
      const slot = groups.slotOf(entry);
      if (!directorySlots.isActive(slot)) continue;
      if (mode === 'FIRST_DIRECTORY') views[directorySlots.positionOf(slot)].push(entry);
      else if (entry === groups.firstOf(name)) views[0].push(entry);
    }
  }
  return Int32Array.from(([] as number[]).concat(...views));
}

/** By number, whether anybody is in a group or below it: any member whose entry counts, or an active one. */
export interface Reach {
  readonly members: Uint8Array;
  readonly activeMembers: Uint8Array;
}

export function* reachOf(ground: FindingGround, map: GroupMap): Work<Reach> {
  const { above, components, nodes } = map;
  const found = new Uint8Array(nodes.length);
  for (let i = 0; i < nodes.length; i++) found[i] = yield* directMembers(ground, nodes[i]);
  // Members of a group are members of all groups above it, which have lower component numbers.
  for (let component = components.count - 1; component >= 0; component--) {
    const from = components.starts[component];
    const to = components.starts[component + 1];
    let both = 0;
    for (let i = from; i < to; i++) both |= found[components.nodes[i]];
    for (let i = from; i < to; i++) {
      const group = components.nodes[i];
      found[group] = both;
      for (let edge = above.starts[group]; edge < above.starts[group + 1]; edge++) {
        found[above.targets[edge]] |= both;
        if (ground.slice.spend()) yield;
      }
    }
    if (ground.slice.spend(to - from)) yield;
  }
  return {
    members: found.map((what) => what & ANY),
    activeMembers: found.map((what) => (what & ACTIVE) >> 1),
  };
}

const ANY = 1;
const ACTIVE = 2;

/** @returns bits for "somebody" and "somebody active"; looks no further than the first active one. */
function* directMembers({ facts, rights, slice }: FindingGround, node: number): Work<number> {
  const { users, groups, groupUsers, directorySlots, mode } = facts;
  const first = mode === 'FIRST_DIRECTORY';
  let found = 0;
  for (
    let entry = first ? node : groups.firstOf(groups.nameOf(node));
    entry >= 0;
    entry = first ? -1 : groups.nextOf(entry)
  ) {
    if (!directorySlots.isActive(groups.slotOf(entry))) continue;
    const pool = groupUsers.poolOf(entry);
    const start = groupUsers.startOf(entry);
    const end = start + groupUsers.lengthOf(entry);
    for (let i = start; i < end; i++) {
      if (slice.spend()) yield;
      const canonical = rights.canonical(users.nameOf(pool[i]));
      if (first && canonical !== pool[i]) continue;
      found |= ANY;
      if (users.isActive(canonical)) return ANY | ACTIVE;
    }
  }
  return found;
}
