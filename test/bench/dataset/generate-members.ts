import type { Random } from '../../support/random.js';
import type { EdgeColumns } from './data-set.js';
import { DIRECTORY_COUNT, type Homes, livesIn } from './generate-homes.js';
import { IntList } from './int-list.js';

/** Most of a directory that one group holds. */
const LARGEST_SHARE = 0.9;

/**
 * Sizes that fall with the rank as 1 ÷ (rank + 1.5), as many as there are caps and none above its
 * own; together they are `total`.
 */
export function sizesByRank(total: number, caps: readonly number[]): Int32Array {
  const sizes = new Int32Array(caps.length);
  let left = total;
  let weight = caps.reduce((sum, _, rank) => sum + 1 / (rank + 1.5), 0);
  const open = new Set(caps.keys());
  // Who would get more than the cap gets the cap; the others share what is left.
  for (let before = -1; before !== open.size; ) {
    before = open.size;
    for (const rank of open) {
      if ((left / weight) * (1 / (rank + 1.5)) < caps[rank]) continue;
      sizes[rank] = caps[rank];
      left -= caps[rank];
      weight -= 1 / (rank + 1.5);
      open.delete(rank);
    }
  }
  const share = left / weight;
  for (const rank of open) {
    sizes[rank] = Math.floor(share / (rank + 1.5));
    left -= sizes[rank];
  }
  for (let rank = 0; left > 0; rank = (rank + 1) % caps.length) {
    if (sizes[rank] === caps[rank]) continue;
    sizes[rank]++;
    left--;
  }
  return sizes;
}

/** The largest a group may become. */
export function capOf(homes: Homes, group: number, pools: readonly Int32Array[]): number {
  const largest = pools.map((pool, at) => (livesIn(homes, group, at) ? pool.length : 0));
  return Math.floor(LARGEST_SHARE * Math.max(...largest));
}

/**
 * Fills groups, in the order of their numbers, with users of the directories they live in.
 * @param sizes by group.
 * @returns the edges of each directory.
 */
export function fillGroups(
  random: Random,
  sizes: Int32Array,
  homes: Homes,
  pools: readonly Int32Array[],
): EdgeColumns[] {
  const columns = pools.map(() => ({ groups: new IntList(), members: new IntList() }));
  const taken = new Int32Array(1 + pools.reduce((most, pool) => Math.max(most, pool.at(-1)!), 0));
  for (let group = 0; group < sizes.length; group++) {
    const put = (directory: number, user: number) => {
      columns[directory].groups.push(group);
      columns[directory].members.push(user);
    };
    const directories = [...Array(DIRECTORY_COUNT).keys()].filter((at) =>
      livesIn(homes, group, at),
    );
    const main = directories.reduce((a, b) => (pools[b].length > pools[a].length ? b : a));
    if (sizes[group] > pools[main].length / 3) {
      for (const user of choose(random, pools[main], sizes[group])) put(main, user);
      continue;
    }
    for (let filled = 0; filled < sizes[group]; ) {
      const directory = directories[random.below(directories.length)];
      const user = pools[directory][random.below(pools[directory].length)];
      if (taken[user] === group + 1) continue;
      taken[user] = group + 1;
      put(directory, user);
      filled++;
    }
  }
  return columns.map(({ groups, members }) => ({
    groups: groups.toArray(),
    members: members.toArray(),
  }));
}

/** `count` of the pool, each with the same chance, in the pool's order. */
function* choose(random: Random, pool: Int32Array, count: number): Generator<number> {
  let wanted = count;
  for (let i = 0; wanted > 0; i++) {
    if (random.below(pool.length - i) >= wanted) continue;
    wanted--;
    yield pool[i];
  }
}
