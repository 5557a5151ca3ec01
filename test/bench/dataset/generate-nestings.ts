import type { Random } from '../../support/random.js';
import type { EdgeColumns } from './data-set.js';
import { DIRECTORY_COUNT, type Homes, livesIn, MAIN_DIRECTORY } from './generate-homes.js';
import { IntList } from './int-list.js';

/** Nesting goes ten deep: a group of one level is in groups of lower levels. */
export const LEVELS = 11;
/** Chance that a group lies a level further down. */
const FURTHER_DOWN = 0.72;

export interface Nestings {
  /** By group. */
  readonly levels: Uint8Array;
  /** By directory. */
  readonly edges: readonly EdgeColumns[];
}

/**
 * Nests groups in groups of their directory, mostly one level up, and closes a few cycles.
 * @param apart groups that neither hold a group nor are in one.
 */
export function nestGroups(
  random: Random,
  count: number,
  homes: Homes,
  apart: ReadonlySet<number>,
): Nestings {
  const levels = homes.map((_, group) => {
    const drawn = (random.next() + 1) / 2 ** 32;
    const level = Math.floor(Math.log(drawn) / Math.log(FURTHER_DOWN));
    return apart.has(group) ? 0 : Math.min(LEVELS - 1, level);
  });
  const nesting = new Nesting(homes.length);
  const directories = [...Array(DIRECTORY_COUNT).keys()];
  /** By directory and level. */
  const candidates = directories.map((directory) => {
    const lists = Array.from({ length: LEVELS }, () => new IntList());
    homes.forEach((_, group) => {
      if (!apart.has(group) && livesIn(homes, group, directory)) lists[levels[group]].push(group);
    });
    return lists;
  });
  const drawFrom = (list: IntList) => list.at(random.below(list.length));

  // One chain through all levels, so that the depth is there in the smallest data set.
  const chain = candidates[MAIN_DIRECTORY].filter((list) => list.length > 0).map(drawFrom);
  for (let i = 1; i < chain.length; i++) nesting.add(MAIN_DIRECTORY, chain[i - 1], chain[i]);

  const cycles = Math.max(3, Math.round(count / 1_000));
  while (nesting.size < count - cycles) {
    const child = random.below(homes.length);
    if (levels[child] === 0) continue;
    const own = directories.filter((directory) => livesIn(homes, child, directory));
    const directory = random.pick(own);
    const level = random.chance(80) ? levels[child] - 1 : random.below(levels[child]);
    const parents = candidates[directory][level];
    if (parents.length > 0) nesting.add(directory, drawFrom(parents), child);
  }
  while (nesting.size < count) {
    const { directory, parent, child } = nesting.at(random.below(nesting.size));
    let above = parent;
    for (let climb = random.below(3); climb > 0; climb--) {
      above = nesting.parentOf(directory, above) ?? above;
    }
    nesting.add(directory, child, above);
  }
  return { levels, edges: directories.map((directory) => nesting.edgesOf(directory)) };
}

/** Edges between groups, no pair twice. */
class Nesting {
  private readonly directories = new IntList();
  private readonly parents = new IntList();
  private readonly children = new IntList();
  private readonly known = new Set<number>();
  private readonly someParent = new Map<number, number>();
  private readonly groupCount: number;

  constructor(groupCount: number) {
    this.groupCount = groupCount;
  }

  get size(): number {
    return this.parents.length;
  }

  at(edge: number): { directory: number; parent: number; child: number } {
    return {
      directory: this.directories.at(edge),
      parent: this.parents.at(edge),
      child: this.children.at(edge),
    };
  }

  /** Passes over an edge that is there, or that leads from a group to itself. */
  add(directory: number, parent: number, child: number): void {
    const key = parent * this.groupCount + child;
    if (parent === child || this.known.has(key)) return;
    this.known.add(key);
    this.someParent.set(directory * this.groupCount + child, parent);
    this.directories.push(directory);
    this.parents.push(parent);
    this.children.push(child);
  }

  parentOf(directory: number, child: number): number | undefined {
    return this.someParent.get(directory * this.groupCount + child);
  }

  edgesOf(directory: number): EdgeColumns {
    const groups = new IntList();
    const members = new IntList();
    for (let edge = 0; edge < this.size; edge++) {
      if (this.directories.at(edge) !== directory) continue;
      groups.push(this.parents.at(edge));
      members.push(this.children.at(edge));
    }
    return { groups: groups.toArray(), members: members.toArray() };
  }
}
