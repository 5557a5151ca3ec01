import type { GroupEntry } from '../answers.js';
import { groupEntry } from '../entry-answers.js';
import type { FindingGround, FindingOf, Work } from './finding-ground.js';
import type { GroupMap } from './group-map.js';
import { countWays, type WayCounts } from './way-counts.js';

/** Granted groups that one finding names. */
const NAMED = 10;

/**
 * Groups that reach a permission in several ways, by view (directory order), key and permission in
 * the scheme's order. A permission is left out where one that includes it would say the same.
 */
export function* severalPaths(
  ground: FindingGround,
  map: GroupMap,
): Work<FindingOf<'SEVERAL_PATHS'>[]> {
  const { facts, slice } = ground;
  const { permissions } = facts.scheme.scheme;
  const counts: (WayCounts | null)[] = [];
  for (let bit = 0; bit < permissions.length; bit++) {
    counts.push(yield* countWays(ground, map, bit, NAMED + 1));
  }
  const stronger = permissions.map((_, bit) => strongerBits(ground, bit));
  const entries: GroupEntry[] = [];
  const entryOf = (group: number) => {
    entries[group] ??= groupEntry(facts, map.nodes[group]);
    return entries[group];
  };
  const lists = new Map<readonly number[], readonly GroupEntry[]>();
  const listOf = (granted: readonly number[]) => {
    let list = lists.get(granted);
    if (list === undefined) {
      list = granted.slice(0, NAMED).map(entryOf);
      lists.set(granted, list);
    }
    return list;
  };
  const found: FindingOf<'SEVERAL_PATHS'>[] = [];
  for (let group = 0; group < map.nodes.length; group++) {
    for (let bit = 0; bit < permissions.length; bit++) {
      if (slice.spend()) yield;
      const here = counts[bit];
      if (here === null || here.ways[group] < 2) continue;
      if (stronger[bit].some((other) => sayTheSame(map, group, here, counts[other]))) continue;
      if (slice.spend(20)) yield;
      const granted = here.granted[map.components.of[group]];
      found.push({
        code: 'SEVERAL_PATHS',
        group: entryOf(group),
        permission: permissions[bit].key,
        grantedTo: listOf(granted),
        moreGrantedTo: granted.length > NAMED,
        ways: here.ways[group],
        moreWays: here.more[group] === 1,
      });
    }
  }
  return found;
}

/** Permissions that include this one; of two that include each other the later counts as stronger. */
function strongerBits({ facts: { scheme } }: FindingGround, bit: number): number[] {
  const { permissions } = scheme.scheme;
  const maskOf = (of: number) => scheme.maskOf(permissions[of].key);
  return permissions
    .map((_, other) => other)
    .filter((other) => {
      if (other === bit || (maskOf(other) & (1 << bit)) === 0) return false;
      return (maskOf(bit) & (1 << other)) === 0 || other > bit;
    });
}

function sayTheSame(
  { components }: GroupMap,
  group: number,
  a: WayCounts,
  b: WayCounts | null,
): boolean {
  if (b === null || a.ways[group] !== b.ways[group] || a.more[group] !== b.more[group])
    return false;
  const [toA, toB] = [a, b].map(({ granted }) => granted[components.of[group]]);
  return toA.length === toB.length && toA.every((number, i) => number === toB[i]);
}
