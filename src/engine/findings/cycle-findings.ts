import type { Directory } from '../../domain/index.js';
import { groupEntry } from '../entry-answers.js';
import type { FindingGround, FindingOf, Work } from './finding-ground.js';
import type { GroupMap } from './group-map.js';

/** By view (directory order) and then by the lowest key among the groups. */
export function* cycleFindings(
  ground: FindingGround,
  map: GroupMap,
): Work<FindingOf<'NESTED_CYCLE'>[]> {
  const { nodes, components } = map;
  const found: FindingOf<'NESTED_CYCLE'>[] = [];
  for (let i = 0; i < nodes.length; i++) {
    if (ground.slice.spend()) yield;
    const component = components.of[i];
    const from = components.starts[component];
    const to = components.starts[component + 1];
    if (components.nodes[from] !== i || (to - from === 1 && !isInItself(map, i))) continue;
    const groups = [];
    for (let at = from; at < to; at++) {
      if (ground.slice.spend(10)) yield;
      groups.push(groupEntry(ground.facts, nodes[components.nodes[at]]));
    }
    const directories = yield* directoriesOf(ground, map, component);
    found.push({ code: 'NESTED_CYCLE', groups, directories });
  }
  return found;
}

function isInItself({ above }: GroupMap, group: number): boolean {
  for (let edge = above.starts[group]; edge < above.starts[group + 1]; edge++) {
    if (above.targets[edge] === group) return true;
  }
  return false;
}

/** Which directories hold a nesting between groups of a component that counts. */
function* directoriesOf(
  { facts, walk, slice }: FindingGround,
  { nodes, numbers, components }: GroupMap,
  component: number,
): Work<Directory[]> {
  const { groups, groupParents } = facts;
  const from = components.starts[component];
  const to = components.starts[component + 1];
  const holders: Directory[] = [];
  for (const { slot, directory } of facts.directories) {
    if (!directory.active || !directory.nestedGroups) continue;
    let holds = false;
    for (let at = from; at < to && !holds; at++) {
      const node = nodes[components.nodes[at]];
      const entry =
        facts.mode === 'FIRST_DIRECTORY' ? node : groups.entryIn(groups.nameOf(node), slot);
      if (slice.spend()) yield;
      if (entry < 0 || groups.slotOf(entry) !== slot) continue;
      const pool = groupParents.poolOf(entry);
      const start = groupParents.startOf(entry);
      const end = start + groupParents.lengthOf(entry);
      for (let i = start; i < end && !holds; i++) {
        holds = components.of[numbers[walk.nodeOf(pool[i])] - 1] === component;
      }
    }
    if (holds) holders.push(directory);
  }
  return holders;
}
