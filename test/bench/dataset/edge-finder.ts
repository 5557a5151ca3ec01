import type { DirectoryData } from './data-set.js';

/** Looks for the directory of an edge. */
export class EdgeFinder {
  private readonly directories: readonly DirectoryData[];
  /** By directory: who is in it. */
  private readonly users: Uint8Array[];
  private readonly groups: Uint8Array[];
  /** By directory: the groups of each member, made when first asked for. */
  private readonly sorted = new Map<string, Float64Array>();

  constructor(directories: readonly DirectoryData[], userCount: number, groupCount: number) {
    this.directories = directories;
    const marks = (count: number, names: Int32Array) => {
      const marked = new Uint8Array(count);
      for (const name of names) marked[name] = 1;
      return marked;
    };
    this.users = directories.map(({ users }) => marks(userCount, users));
    this.groups = directories.map(({ groups }) => marks(groupCount, groups));
  }

  /** The first directory that holds both ends and not the edge; -1: none. */
  bothEnds(kind: 'memberships' | 'nestings', group: number, member: number): number {
    const members = kind === 'memberships' ? this.users : this.groups;
    return this.directories.findIndex(
      (_, i) =>
        this.groups[i][group] === 1 &&
        members[i][member] === 1 &&
        !this.has(i, kind, group, member),
    );
  }

  /** The first directory that holds the edge; -1: none. */
  edge(kind: 'memberships' | 'nestings', group: number, member: number): number {
    return this.directories.findIndex((_, i) => this.has(i, kind, group, member));
  }

  private has(
    directory: number,
    kind: 'memberships' | 'nestings',
    group: number,
    member: number,
  ): boolean {
    const name = `${directory} ${kind}`;
    let keys = this.sorted.get(name);
    if (!keys) {
      const { groups, members } = this.directories[directory][kind];
      keys = Float64Array.from(groups, (one, i) => edgeKey(one, members[i])).sort();
      this.sorted.set(name, keys);
    }
    const wanted = edgeKey(group, member);
    let low = 0;
    for (let high = keys.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (keys[middle] < wanted) low = middle + 1;
      else high = middle;
    }
    return keys[low] === wanted;
  }
}

const edgeKey = (group: number, member: number) => group * 2 ** 24 + member;
